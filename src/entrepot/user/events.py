"""What the user context says, and what others tell it about people. No event holds a plain personal datum."""

from typing import ClassVar

from entrepot.core.events import Event
from entrepot.core.time import Moment


class KeyCreated(Event, frozen=True, kw_only=True):
    """A program got an API key."""

    TYPE: ClassVar[str] = "user.key_created"
    KEY: ClassVar[str] = "key_id"
    key_id: str
    organisation: str
    scopes: list[str]


class KeyRevoked(Event, frozen=True, kw_only=True):
    """An API key no longer opens anything."""

    TYPE: ClassVar[str] = "user.key_revoked"
    KEY: ClassVar[str] = "key_id"
    key_id: str
    organisation: str


class KeyNarrowed(Event, frozen=True, kw_only=True):
    """An API key may open something else than before, because its owner may: these `scopes` from now on."""

    TYPE: ClassVar[str] = "user.key_narrowed"
    KEY: ClassVar[str] = "key_id"
    key_id: str
    organisation: str = ""
    scopes: list[str] = []


class TokenRevoked(Event, frozen=True, kw_only=True):
    """Access tokens with this id no longer open anything, though they have not expired."""

    TYPE: ClassVar[str] = "user.token_revoked"
    KEY: ClassVar[str] = "token_id"
    token_id: str


class MembershipChanged(Event, frozen=True, kw_only=True):
    """A person joined an organisation, may do other things in it, or left it (then there are no roles).
    `scopes` are what the roles allow together.
    """

    TYPE: ClassVar[str] = "user.membership_changed"
    KEY: ClassVar[str] = "person_id"
    person_id: str
    organisation: str
    roles: list[str]
    scopes: list[str] = []


class ConsentChanged(Event, frozen=True, kw_only=True):
    """A person agreed that their data serve a purpose, or took that back."""

    TYPE: ClassVar[str] = "user.consent_changed"
    KEY: ClassVar[str] = "person_id"
    person_id: str
    purpose: str
    given: bool


class AccountEvent(Event, frozen=True, kw_only=True):
    """An operator did something to a person's account at `at`; `organisations` are those of the person that
    it concerns, and `by` is who did it, as its token says (`operator` is the command line).
    """

    KEY: ClassVar[str] = "person_id"
    person_id: str
    organisations: list[str]
    by: str
    at: Moment


class AccountSuspended(AccountEvent, frozen=True, kw_only=True):
    """Nobody signs in to the account, and its API keys are refused."""

    TYPE: ClassVar[str] = "user.account_suspended"


class AccountResumed(AccountEvent, frozen=True, kw_only=True):
    """The account works again."""

    TYPE: ClassVar[str] = "user.account_resumed"


class SecondFactorReset(AccountEvent, frozen=True, kw_only=True):
    """The password alone opens the account."""

    TYPE: ClassVar[str] = "user.second_factor_reset"


class AddressChanged(AccountEvent, frozen=True, kw_only=True):
    """The account has another e-mail address."""

    TYPE: ClassVar[str] = "user.address_changed"


class AdministratorNamed(AccountEvent, frozen=True, kw_only=True):
    """The person is an administrator of the organisation."""

    TYPE: ClassVar[str] = "user.administrator_named"


class LetterWritten(Event, frozen=True, kw_only=True):
    """A letter is to be sent. Recipient, subject and text are sealed under a key of its own."""

    TYPE: ClassVar[str] = "user.letter_written"
    KEY: ClassVar[str] = "letter_id"
    letter_id: str
    wrapped: bytes
    to: bytes
    subject: bytes
    text: bytes
    expires_at: Moment


class LetterRefused(Event, frozen=True, kw_only=True):
    """A letter that somebody wanted goes nowhere: there is no such person any more, or they are suspended."""

    TYPE: ClassVar[str] = "user.letter_refused"
    KEY: ClassVar[str] = "letter_id"
    letter_id: str


class PersonExportRequested(Event, frozen=True, kw_only=True):
    """Whoever holds data of this person says so, sealed under the export's key."""

    TYPE: ClassVar[str] = "user.person_export_requested"
    KEY: ClassVar[str] = "person_id"
    person_id: str
    export_id: str
    wrapped: bytes


class PersonErased(Event, frozen=True, kw_only=True):
    """A person is no more: whoever holds data of them removes it, or makes it nobody's."""

    TYPE: ClassVar[str] = "user.person_erased"
    KEY: ClassVar[str] = "person_id"
    person_id: str
