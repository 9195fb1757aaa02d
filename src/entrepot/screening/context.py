"""The table of the screening context."""

from entrepot.core.context import AsSet, Context, Every
from entrepot.core.file_form import ImportedFile
from entrepot.core.inheritance import Inherits
from entrepot.core.personal import Personal
from entrepot.core.rewrapping import Rewrap
from entrepot.core.roles import EVERYBODY, Scope
from entrepot.screening.api import ROUTES
from entrepot.screening.events import PartyMatched
from entrepot.screening.notices import NOTICES, party_matched
from entrepot.screening.service import (
    batches,
    data_keys,
    party_lists,
    privacy,
    refreshing,
    screenings,
    watching,
)

CONTEXT = Context(
    name="screening",
    package=__package__,
    routes=ROUTES,
    owned={"/api/screenings/{id}": "screening"},
    unowned={
        "/api/parties/{name}": "the house's own lists",
        "/api/party-sources/{name}": "the house's own lists",
    },
    tidies=(screenings.tidy,),
    duties=(
        Every(5.0, watching.screen_again),
        Every(5.0, refreshing.refresh_wanted),
        AsSet("party-lists", refreshing.RefreshSchedule, refreshing.refresh),
    ),
    scopes=(
        Scope("screening:read", "See screenings", EVERYBODY),
        Scope(
            "screening:write",
            "Screen parties and decide about matches",
            tuple(role for role in EVERYBODY if role != "auditor"),
        ),
    ),
    notices=NOTICES,
    announces=((PartyMatched, party_matched),),
    personal=Personal(export=privacy.export, erase=privacy.erase),
    rewraps=(Rewrap("screening-keys", data_keys.rewrap_screening_keys, table="screening_key"),),
    files=(ImportedFile("parties", party_lists.list_form), ImportedFile("subjects", batches.batch_form)),
    inherits=(
        Inherits(
            source="rule", tables=("party_list", "screening_key", "screening", "screening_decision"), before=9
        ),
    ),
)
