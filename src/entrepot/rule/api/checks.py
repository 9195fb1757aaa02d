"""Checks: what does this product need?"""

from entrepot.core.routes import Limit, Page, Route
from entrepot.rule.model.check import Check, CheckQuery, CheckRow, NewCheck, Replay, Today
from entrepot.rule.service import checks

ROUTES = (
    Route(
        "POST", "/api/checks", checks.check, takes=NewCheck, gives=Check, status=201, scope="check:write",
        before=checks.answer, limit=Limit(requests=6000),
    ),
    Route("GET", "/api/checks", checks.checks, takes=CheckQuery, gives=Page[CheckRow], scope="check:read"),
    Route("GET", "/api/checks/{id}", checks.one_check, gives=Check, scope="check:read"),
    Route("GET", "/api/checks/{id}/today", checks.check_today, gives=Today, scope="check:read"),
    Route("GET", "/api/checks/{id}/replay", checks.replay_check, gives=Replay, scope="check:read"),
)  # fmt: skip
