"""Ticking off what a kept check asks."""

from entrepot.core.routes import Page, Route
from entrepot.rule.model.tick import Tick
from entrepot.rule.service import ticks

ROUTES = (
    Route("GET", "/api/checks/{id}/ticks", ticks.ticks, gives=Page[Tick], scope="check:read"),
    Route("PUT", "/api/checks/{id}/ticks/{rule}", ticks.tick, gives=Page[Tick], scope="check:write"),
    Route("DELETE", "/api/checks/{id}/ticks/{rule}", ticks.untick, gives=Page[Tick], scope="check:write"),
)
