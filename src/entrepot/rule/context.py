"""The table of the rule context."""

from entrepot.core.context import Context, Every
from entrepot.core.file_form import ImportedFile
from entrepot.core.personal import Personal
from entrepot.core.roles import EVERYBODY, Scope
from entrepot.rule.api import ROUTES
from entrepot.rule.events import FactsStale, PackSubmitted
from entrepot.rule.notices import NOTICES, facts_stale, pack_submitted
from entrepot.rule.service import file_forms, freshness, privacy, starter
from entrepot.rule.service.library import Library

_ASKERS = tuple(role for role in EVERYBODY if role != "auditor")

CONTEXT = Context(
    name="rule",
    package=__package__,
    routes=ROUTES,
    owned={"/api/checks/{id}": "check"},
    unowned={
        "/api/rules/{id}": "the house's own rules",
        "/api/packs/{id}": "the house's own rules",
        "/api/exchange-rates/{source}": "rates are everybody's",
        "/api/hs/{code}": "the Harmonized System is everybody's",
    },
    duties=(Every(0.25, starter.begin), Every(3600.0, freshness.look)),
    makes=(Library,),
    scopes=(
        Scope("rule:read", "Read rules, the nomenclature and lists", EVERYBODY),
        Scope("rule:write", "Draft rules, import lists and tables", ("operator",)),
        Scope("rule:approve", "Approve what somebody else drafted", ("operator",)),
        Scope("check:read", "See checks", EVERYBODY),
        Scope("check:write", "Check what a product needs", _ASKERS),
    ),
    notices=NOTICES,
    announces=((FactsStale, facts_stale), (PackSubmitted, pack_submitted)),
    personal=Personal(export=privacy.export, erase=privacy.erase),
    files=(
        ImportedFile("hs", file_forms.table_form),
        ImportedFile("pack", file_forms.pack_form),
        ImportedFile("rates", file_forms.rates_form),
    ),
)
