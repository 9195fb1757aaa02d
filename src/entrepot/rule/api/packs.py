"""Packs of rules: drafted, approved, activated and rolled back."""

from entrepot.core.routes import File, Page, Route
from entrepot.rule.model.life import (
    APPROVE,
    Canary,
    CanaryInput,
    Diff,
    DraftRevision,
    FileKind,
    Flaws,
    ImportReport,
    NewPack,
    PackChange,
    PackQuery,
    PackView,
    Rebase,
    RuleChange,
    StepInput,
)
from entrepot.rule.model.rule import Rule
from entrepot.rule.service import canary, life, packs

_PACK = "/api/packs/{id}"
_READ, _WRITE = "rule:read", "rule:write"

ROUTES = (
    Route("GET", "/api/packs", packs.list_packs, takes=PackQuery, gives=Page[PackView], scope=_READ),
    Route(
        "POST", "/api/packs", packs.create_pack, takes=NewPack, gives=ImportReport, status=201, scope=_WRITE,
        before=packs.read_draft, max_body_bytes=20 * 1024 * 1024, deadline_s=60.0,
    ),
    Route("GET", _PACK, packs.show_pack, gives=PackView, scope=_READ),
    Route("PATCH", _PACK, packs.change_pack, takes=PackChange, gives=PackView, scope=_WRITE,
          max_body_bytes=1024 * 1024),
    Route(
        "POST", f"{_PACK}/rebase", packs.rebase_pack, takes=Rebase, gives=PackView, scope=_WRITE,
        before=packs.bring_together, deadline_s=60.0,
    ),
    Route("DELETE", _PACK, packs.remove_pack, scope=_WRITE),
    Route("GET", f"{_PACK}/rules", packs.pack_rules, takes=PackQuery, gives=Page[Rule], scope=_READ),
    Route("GET", f"{_PACK}/rules/{{rule_id}}", packs.pack_rule, gives=Rule, scope=_READ),
    Route(
        "PUT", f"{_PACK}/rules/{{rule_id}}", packs.put_rule, takes=RuleChange, gives=PackView, scope=_WRITE,
        max_body_bytes=256 * 1024,
    ),
    Route(
        "DELETE", f"{_PACK}/rules/{{rule_id}}", packs.drop_rule, takes=DraftRevision, gives=PackView,
        scope=_WRITE,
    ),
    Route(
        "GET", f"{_PACK}/flaws", packs.pack_flaws, gives=Flaws, scope=_READ, before=packs.review,
        deadline_s=60.0,
    ),
    Route(
        "GET", f"{_PACK}/diff/{{other}}", packs.pack_diff, gives=Diff, scope=_READ, before=packs.compare,
        deadline_s=30.0,
    ),
    Route(
        "GET", f"{_PACK}/file", packs.pack_file, takes=FileKind, gives=File, scope=_READ, before=packs.write,
        deadline_s=60.0, media=tuple(packs.MEDIA.values()),
    ),
    Route(
        "POST", f"{_PACK}/canary", canary.canary, takes=CanaryInput, gives=Canary, scope=_WRITE, writes=False,
        before=canary.try_again, max_body_bytes=256 * 1024, deadline_s=60.0,
    ),
    Route(
        "POST", f"{_PACK}/submit", life.submit_pack, takes=StepInput, gives=PackView, scope=_WRITE,
        before=life.look_through, deadline_s=60.0,
    ),
    Route("POST", f"{_PACK}/return", life.give_pack_back, takes=StepInput, gives=PackView, scope=_WRITE),
    Route("POST", f"{_PACK}/approve", life.approve_pack, takes=StepInput, gives=PackView, scope=APPROVE),
    Route("POST", f"{_PACK}/activate", life.activate_pack, takes=StepInput, gives=PackView, scope=APPROVE),
    Route("POST", f"{_PACK}/rollback", life.roll_pack_back, takes=StepInput, gives=PackView, scope=APPROVE),
)  # fmt: skip
