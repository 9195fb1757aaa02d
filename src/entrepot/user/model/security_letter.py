"""The letters that warn people about their own account. A new kind of second factor is one line here.

They name when and from where something was done (`origin.in_words`).
"""

from datetime import datetime
from typing import Literal

import msgspec

from entrepot.core.routes import Caller
from entrepot.user.model import origin
from entrepot.user.model.letter import Letter

# What somebody proved before a second factor is asked for.
FirstProof = Literal["password", "provider"]


class Factor(msgspec.Struct, frozen=True):
    """How a letter speaks of a kind of proof: what it is called, what it does from now on, and what not any
    more.
    """

    name: str
    added: str
    removed: str


FACTORS = {
    "app": Factor(
        "second factor",
        "A code from an authenticator app is asked for beside your password",
        "A code from an authenticator app is not asked for beside your password",
    ),
    "passkey beside": Factor(
        "second factor",
        "One of your passkeys is asked for beside your password",
        "A passkey is not asked for beside your password",
    ),
    "passkey": Factor(
        "passkey",
        "The new passkey opens your account, alone or as a second factor",
        "The passkey does not open your account",
    ),
    "provider": Factor(
        "linked sign-in service",
        "An account at a sign-in service of your organisation opens your account here too",
        "The account at the sign-in service does not open your account here",
    ),
}

_NOT_YOU = "If it was not you, choose a new password at once, which also ends all sessions"
_REMOVE = "If it was not you, remove it at once, for a new password alone does not end it"


def new_device(url: str, *, caller: Caller, at: datetime) -> Letter:
    return Letter(
        "Your account was opened on a new device",
        f"Somebody, hopefully you, signed in to your account {origin.in_words(caller, at=at)}."
        f" It was not used there before.\n\n{_NOT_YOU}:\n\n{url}/forgot\n",
    )


def factor_added(url: str, factor: str, *, caller: Caller, at: datetime) -> Letter:
    of = FACTORS[factor]
    return Letter(
        f"A {of.name} was added",
        f"{of.added} from now on. It was added {origin.in_words(caller, at=at)}."
        f"\n\n{_REMOVE}:\n\n{url}/security\n\n{_NOT_YOU}:\n\n{url}/forgot\n",
    )


def factor_removed(url: str, factor: str, *, caller: Caller, at: datetime) -> Letter:
    of = FACTORS[factor]
    return Letter(
        f"A {of.name} was removed",
        f"{of.removed} any more. It was removed {origin.in_words(caller, at=at)}."
        f"\n\n{_NOT_YOU}:\n\n{url}/forgot\n",
    )


def passkey_copied(url: str, *, caller: Caller, at: datetime) -> Letter:
    return Letter(
        "There may be a copy of your passkey",
        f"Somebody tried to sign in with one of your passkeys {origin.in_words(caller, at=at)}. It had"
        " counted fewer uses than before: it is a copy, or from a backup. Nobody came in with it.\n\n"
        f"Remove the passkey, and add a new one:\n\n{url}/security\n",
    )


def key_made(url: str, *, scopes: list[str], caller: Caller, at: datetime) -> Letter:
    return Letter(
        "A new API key was made",
        f"An API key was made in your name {origin.in_words(caller, at=at)}. It may do this:\n\n"
        + "".join(f"  {scope}\n" for scope in scopes)
        + f"\nIf it was not you, end it at once and choose a new password:\n\n{url}/keys\n",
    )


def guessed(url: str, count: int, *, closed: bool) -> Letter:
    now_closed = (
        "From devices and addresses that you did not use before, no password is taken any more. To sign in"
        " from a new one, choose a new password first"
    )
    slowed = (
        "Where you signed in before, nothing changes. Elsewhere a try may have to wait for up to a quarter of"
        " an hour; a new password, chosen with a letter to this address, ends that"
    )
    return Letter(
        "Somebody guesses your password",
        f"A wrong password was tried for your account {count} times in a row, from where you never signed in."
        f" Nobody came in.\n\n{now_closed if closed else slowed}:\n\n{url}/forgot\n\n"
        "A password that you use nowhere else, and a second factor, keep you safe.\n",
    )


def codes_guessed(url: str, count: int, *, first: FirstProof) -> Letter:
    if first == "password":
        return Letter(
            "Somebody knows your password",
            f"Somebody typed your password and then gave {count} wrong proofs of your second factor. If it"
            f" was not you, choose a new password at once:\n\n{url}/forgot\n",
        )
    return Letter(
        "Somebody came in your name",
        f"A sign-in service that is linked to your account said that you are there, and then {count} wrong"
        " proofs of your second factor were given. If it was not you, tell whoever runs that service, and end"
        f" the link:\n\n{url}/security\n",
    )
