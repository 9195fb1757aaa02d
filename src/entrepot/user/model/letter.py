"""The letters that people get. They hold no words of others: a name could carry an advertisement."""

import msgspec


class Letter(msgspec.Struct, frozen=True):
    """Subject and text."""

    subject: str
    text: str


def confirm(url: str, secret: str) -> Letter:
    return Letter(
        "Confirm your address",
        "Somebody, hopefully you, opened an account with this address.\n\n"
        f"To confirm it, open within 48 hours:\n\n{url}/confirm#token={secret}\n\n"
        "If it was not you, do nothing: the account will not come into being.\n",
    )


def known(url: str) -> Letter:
    return Letter(
        "You have an account already",
        "Somebody, perhaps you, tried to open an account with this address, but you have one already.\n\n"
        f"Sign in:\n\n{url}/sign-in\n\nIf you forgot your password:\n\n{url}/forgot\n\n"
        "If it was not you, there is nothing to do.\n",
    )


def reset(url: str, secret: str) -> Letter:
    return Letter(
        "Choose a new password",
        "Somebody, hopefully you, forgot the password of the account with this address.\n\n"
        f"To choose a new one, open within an hour:\n\n{url}/reset#token={secret}\n\n"
        "If it was not you, do nothing: your password stays as it is.\n",
    )


def changed(url: str) -> Letter:
    return Letter(
        "Your password was changed",
        "The password of your account was changed, and all other sessions were ended. Passkeys and linked "
        "sign-in services still open it.\n\n"
        f"If it was not you, choose a new one at once:\n\n{url}/forgot\n",
    )


def passkey_added(url: str) -> Letter:
    return Letter(
        "A passkey was added to your account",
        "From now on it opens your account.\n\n"
        f"If it was not you, remove it at once, and choose a new password:\n\n{url}/security\n",
    )


def passkey_removed(url: str) -> Letter:
    return Letter(
        "A passkey was removed from your account",
        "It does not open your account any more.\n\n"
        f"If it was not you, look at what else opens it, and choose a new password:\n\n{url}/security\n",
    )


def provider_linked(url: str) -> Letter:
    return Letter(
        "Your account was linked",
        "From now on you can sign in through your organisation's sign-in service too.\n\n"
        f"If it was not you, end the link at once, and choose a new password:\n\n{url}/security\n",
    )


def provider_unlinked(url: str) -> Letter:
    return Letter(
        "A link of your account was ended",
        "The sign-in service does not open your account any more.\n\n"
        f"If it was not you, look at what else opens it, and choose a new password:\n\n{url}/security\n",
    )


def invited(url: str, secret: str) -> Letter:
    return Letter(
        "You are invited",
        "A colleague invites you to work with them.\n\n"
        f"To join, open within 7 days:\n\n{url}/invitation#token={secret}\n\n"
        "If you do not know what this is about, do nothing.\n",
    )
