"""People, as they see themselves and as administrators see them."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from entrepot.core.errors import Conflict, Forbidden, NotFound
from entrepot.core.routes import Input
from entrepot.core.time import Moment
from entrepot.core.validation import clean_names
from entrepot.user.model.address import EmailAddress
from entrepot.user.model.password import Password
from entrepot.user.model.role import RoleNames
from entrepot.user.model.ticket import Secret

PersonName = Annotated[str, Meta(min_length=1, max_length=120)]


class PersonNeeded(Forbidden):
    """Only somebody who signed in has an account; programs and operators' tokens have none."""


class Suspended(Forbidden):
    """An operator suspended the account."""


class PersonNotFound(NotFound):
    """No such person in the caller's organisation."""


class WrongPassword(Forbidden):
    """The present password is another."""


class SecondFactorDemanded(Conflict):
    """The organisation demands a second factor, and this is the last one."""


class OwnFactorNeeded(Forbidden):
    """Only who signed in with a second factor says whether others need one."""


class LastWayIn(Conflict):
    """Without this nobody could sign in to the account any more."""


class AddressTaken(Conflict):
    """Somebody has this address."""


class SomebodyThere(Conflict):
    """The node has people already."""


class NewPerson(Input, frozen=True, kw_only=True):
    """Who wants an account."""

    email: EmailAddress
    password: Password
    name: PersonName

    def __post_init__(self) -> None:
        clean_names(self, "name")


class Confirmation(Input, frozen=True, kw_only=True):
    """The secret of a letter. A `password` is the one that was chosen at the sign-up; with a `name` too, both
    take the place of what was chosen then: whoever has the letter decides.
    """

    token: Secret
    password: Password | None = None
    name: PersonName | None = None

    def __post_init__(self) -> None:
        clean_names(self, "name")


class NotMine(Input, frozen=True, kw_only=True):
    """The secret of a letter that somebody else had asked for."""

    token: Secret


class Forgotten(Input, frozen=True, kw_only=True):
    """Whose password is forgotten."""

    email: EmailAddress


class Reset(Input, frozen=True, kw_only=True):
    """The secret of a letter, and the password from now on."""

    token: Secret
    password: Password


class NewPassword(Input, frozen=True, kw_only=True):
    """The present password, and the one from now on."""

    password: Password
    new_password: Password


class FirstPerson(Input, frozen=True, kw_only=True):
    """The first administrator, with the secret that the node printed."""

    token: Secret
    email: EmailAddress
    password: Password
    name: PersonName

    def __post_init__(self) -> None:
        clean_names(self, "name")


class Change(Input, frozen=True, kw_only=True):
    """What a person may change about themselves."""

    name: PersonName

    def __post_init__(self) -> None:
        clean_names(self, "name")


class RoleChange(Input, frozen=True, kw_only=True):
    """The roles from now on."""

    roles: RoleNames


class OrganisationChange(Input, frozen=True, kw_only=True):
    """What an organisation is called, and whether its people need a second factor."""

    name: PersonName | None = None
    demands_second_factor: bool | None = None

    def __post_init__(self) -> None:
        clean_names(self, "name")


class Organisation(msgspec.Struct, frozen=True, kw_only=True):
    """An organisation; its name is empty until somebody gives it one."""

    id: str
    name: str
    demands_second_factor: bool


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """A person as they see themselves, in the organisation of this session. `second_factor`: a password
    alone does not open the account; `authenticator`: an app makes codes for it. `limited`: the organisation
    demands a second factor that this session was not opened with, and until then it only looks after the
    account.
    """

    id: str
    email: str
    name: str
    organisation: Organisation
    organisations: list[str]
    roles: list[str]
    scopes: list[str]
    second_factor: bool
    recovery_codes: int
    authenticator: bool
    passkeys: int
    password: bool
    limited: bool
    created_at: Moment


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """A person as administrators of their organisation see them."""

    id: str
    email: str
    name: str
    roles: list[str]
    second_factor: bool
    suspended: bool
    joined_at: Moment


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """A person as they are stored: sealed, but for what signs them in."""

    id: str
    email: bytes
    name: bytes
    password_hash: str
    totp: bytes | None
    totp_pending: bytes | None
    totp_step: int
    created_at: datetime
    suspended_at: datetime | None = None
    wants_passkey: bool = False


class Membership(msgspec.Struct, frozen=True, kw_only=True):
    """A person in an organisation."""

    person: str
    organisation: str
    roles: list[str]
    joined_at: datetime
