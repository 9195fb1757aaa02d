"""Compliance knowledge, as the house must know it."""

from entrepot.core.context import Context, Every
from entrepot.core.personal import Personal
from entrepot.core.rewrapping import Rewrap
from entrepot.core.roles import EVERYBODY, Scope
from entrepot.rule.api import ROUTES
from entrepot.rule.events import FactsStale, PackSubmitted, PartyMatched
from entrepot.rule.notices import NOTICES, facts_stale, pack_submitted, party_matched
from entrepot.rule.service import freshness, privacy, screenings, starter
from entrepot.rule.service.library import Library

_ASKERS = tuple(role for role in EVERYBODY if role != "auditor")

CONTEXT = Context(
    name="rule",
    package=__package__,
    routes=ROUTES,
    owned={
        "/api/screenings/{id}": "screening",
        "/api/checks/{id}": "check",
    },
    unowned={
        "/api/rules/{id}": "the house's own rules",
        "/api/packs/{id}": "the house's own rules",
        "/api/parties/{name}": "the house's own lists",
        "/api/hs/{code}": "the Harmonized System is everybody's",
    },
    tidies=(screenings.tidy,),
    duties=(Every(0.25, starter.begin), Every(3600.0, freshness.look), Every(5.0, screenings.screen_again)),
    makes=(Library,),
    scopes=(
        Scope("rule:read", "Read rules, the nomenclature and lists", EVERYBODY),
        Scope("rule:write", "Draft rules, import lists and tables", ("operator",)),
        Scope("rule:approve", "Approve what somebody else drafted", ("operator",)),
        Scope("check:read", "See checks", EVERYBODY),
        Scope("check:write", "Check what a product needs", _ASKERS),
        Scope("screening:read", "See screenings", EVERYBODY),
        Scope("screening:write", "Screen parties and decide about matches", _ASKERS),
    ),
    notices=NOTICES,
    announces=(
        (PartyMatched, party_matched),
        (FactsStale, facts_stale),
        (PackSubmitted, pack_submitted),
    ),
    personal=Personal(export=privacy.export, erase=privacy.erase),
    rewraps=(Rewrap("screening-keys", screenings.rewrap_screening_keys),),
)
