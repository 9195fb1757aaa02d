"""Invitations: how a colleague joins an organisation."""

import msgspec

from entrepot.core.errors import NotFound
from entrepot.core.routes import Input
from entrepot.core.time import Moment
from entrepot.core.validation import clean_names
from entrepot.user.model.address import EmailAddress
from entrepot.user.model.password import Password
from entrepot.user.model.person import PersonName
from entrepot.user.model.role import RoleNames
from entrepot.user.model.ticket import Secret


class InvitationNotFound(NotFound):
    """No such invitation in the caller's organisation."""


class AccountNeeded(NotFound):
    """Nobody has this address yet: a name and a password are needed too."""


class NewInvitation(Input, frozen=True, kw_only=True):
    """Whom to invite, and the roles that they will have."""

    email: EmailAddress
    roles: RoleNames


class Acceptance(Input, frozen=True, kw_only=True):
    """The secret of the letter; a name and a password only from whoever has no account."""

    token: Secret
    name: PersonName | None = None
    password: Password | None = None

    def __post_init__(self) -> None:
        clean_names(self, "name")


class Invitation(msgspec.Struct, frozen=True, kw_only=True):
    """An invitation that was not accepted yet."""

    id: str
    email: str
    roles: list[str]
    inviter: str
    made_at: Moment
    expires_at: Moment
