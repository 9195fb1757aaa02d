"""The letters that warn people about their own account. A new kind of second factor is one line here.

They name when and from where something was done (`origin.in_words`).
"""

from datetime import datetime

from entrepot.core.routes import Caller
from entrepot.user.model import origin
from entrepot.user.model.letter import Letter

# What a sign-in may be proved with beside the password, as people say it.
FACTORS = {
    "app": "a code from an authenticator app",
}

_NOT_YOU = "If it was not you, choose a new password at once, which also ends all sessions"


def new_device(url: str, *, caller: Caller, at: datetime) -> Letter:
    return Letter(
        "Your account was opened on a new device",
        f"Somebody, hopefully you, signed in to your account {origin.in_words(caller, at=at)}."
        f" It was not used there before.\n\n{_NOT_YOU}:\n\n{url}/forgot\n",
    )


def factor_added(url: str, factor: str, *, caller: Caller, at: datetime) -> Letter:
    return Letter(
        "A second factor was added",
        f"From now on {FACTORS[factor]} opens your account beside the password. It was added"
        f" {origin.in_words(caller, at=at)}.\n\n{_NOT_YOU}:\n\n{url}/forgot\n",
    )


def factor_removed(url: str, factor: str, *, caller: Caller, at: datetime) -> Letter:
    return Letter(
        "A second factor was removed",
        f"{FACTORS[factor].capitalize()} is no longer asked for when you sign in. It was removed"
        f" {origin.in_words(caller, at=at)}.\n\n{_NOT_YOU}:\n\n{url}/forgot\n",
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


def codes_guessed(url: str, count: int) -> Letter:
    return Letter(
        "Somebody knows your password",
        f"Somebody typed your password and then {count} wrong codes of your second factor. If it was not you,"
        f" choose a new password at once:\n\n{url}/forgot\n",
    )
