"""The table of the user context."""

from entrepot.common.events import LetterWanted
from entrepot.core.context import Context
from entrepot.core.rewrapping import Rewrap
from entrepot.core.roles import EVERYBODY, Scope
from entrepot.user.api import ROUTES
from entrepot.user.events import KeyNarrowed, KeyRevoked, TokenRevoked
from entrepot.user.service import lineage, privacy, vault
from entrepot.user.service.letters import on_letter_wanted
from entrepot.user.service.retention import say_memberships, tidy

CONTEXT = Context(
    name="user",
    package=__package__,
    routes=ROUTES,
    owned={
        "/api/keys/{id}": "key",
        "/api/users/{id}": "person",
        "/api/invitations/{id}": "invitation",
        "/api/sessions/{id}": "session",
        "/api/passkeys/{id}": "passkey",
        "/api/identities/{id}": "identity",
    },
    unowned={
        "/api/roles/{name}": "a name in the caller's own organisation",
        "/api/accounts/{id}": "operators look after every account",
    },
    hears=((LetterWanted, on_letter_wanted),),
    tidies=(tidy, say_memberships, lineage.say_expired),
    scopes=(
        Scope("account:self", "Look after their own account", EVERYBODY),
        Scope("token:self", "End their own session", EVERYBODY),
        Scope("key:read", "See API keys", ("provider", "administrator", "auditor")),
        Scope("key:write", "Make and end API keys", ("provider", "administrator")),
        Scope("user:read", "See who belongs to the organisation", ("administrator", "auditor")),
        Scope("user:write", "Invite people, change their roles, remove them", ("administrator",)),
        Scope("organisation:write", "Name the organisation and make its roles", ("administrator",)),
    ),
    gathers=privacy.on_person_data_told,
    rewraps=(Rewrap("data-keys", vault.rewrap_data_keys, table="data_key"),),
    revokes=(KeyRevoked, KeyNarrowed, TokenRevoked),
)
