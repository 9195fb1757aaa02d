"""Accounts of a node, as its operators see and mend them."""

from typing import Annotated

import msgspec
from msgspec import Meta

from entrepot.core.errors import Conflict, Forbidden, NotFound
from entrepot.core.routes import Cursor, Input, Principal
from entrepot.core.time import Moment
from entrepot.user.model.address import EmailAddress


class CommandLineNeeded(Forbidden):
    """Only whoever holds the node's own key looks after accounts: with it, an account can be taken over."""


class AccountNotFound(NotFound):
    """No such account on this node."""


class AlreadySo(Conflict):
    """The account is as it should become."""


class WhichOrganisation(Conflict):
    """The person belongs to several organisations, or to none; `organisations` are those."""

    fields = ("organisations",)

    def __init__(self, organisations: list[str]) -> None:
        named = ", ".join(organisations) or "none"
        super().__init__(f"Name the organisation; this person belongs to: {named}.")
        self.organisations = organisations


class AccountQuery(Cursor, frozen=True, kw_only=True):
    """Which accounts: the one with this address, only those that are suspended, or all."""

    email: EmailAddress | None = None
    suspended: bool = False


class NewAddress(Input, frozen=True, kw_only=True):
    """The address from now on."""

    email: EmailAddress


class Appointment(Input, frozen=True, kw_only=True):
    """Of which organisation somebody becomes an administrator; the only one that they belong to, if it is
    left out. `operators` are those who run the node.
    """

    organisation: Annotated[str, Meta(min_length=1, max_length=64)] | None = None


class AccountMembership(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody is in an organisation."""

    organisation: str
    roles: list[str]


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """An account. `suspended_at` is null while it works."""

    id: str
    email: str
    name: str
    memberships: list[AccountMembership]
    second_factor: bool
    sessions: int
    keys: int
    created_at: Moment
    suspended_at: Moment | None


def check_command_line(who: Principal) -> None:
    """Raises: CommandLineNeeded."""
    if who.kind != "operator":
        raise CommandLineNeeded("Only the operator's command line may do this.")
