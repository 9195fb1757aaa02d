"""The letters that people get. They hold no words of others: a name could carry an advertisement. `asked` is
when and from where a letter was asked for (`origin.in_words`).
"""

import msgspec


class Letter(msgspec.Struct, frozen=True):
    """Subject and text."""

    subject: str
    text: str


def confirm(url: str, secret: str, *, asked: str) -> Letter:
    return Letter(
        "Confirm your address",
        f"Somebody, hopefully you, asked for an account with this address: {asked}.\n\n"
        f"To confirm it, open within 48 hours:\n\n{url}/confirm#token={secret}\n\n"
        "Links in earlier letters do not work any more. You will be asked for the password that was chosen, "
        "or choose another.\n\n"
        "If it was not you, do nothing: the account will not come into being.\n",
    )


def known(url: str, *, asked: str) -> Letter:
    return Letter(
        "You have an account already",
        "Somebody, perhaps you, tried to open an account with this address, but you have one already. It was "
        f"asked {asked}.\n\n"
        f"Sign in:\n\n{url}/sign-in\n\nIf you forgot your password:\n\n{url}/forgot\n\n"
        "If it was not you, there is nothing to do.\n",
    )


def reset(url: str, secret: str, *, asked: str) -> Letter:
    return Letter(
        "Choose a new password",
        f"Somebody, hopefully you, forgot the password of the account with this address: {asked}.\n\n"
        f"To choose a new one, open within an hour:\n\n{url}/reset#token={secret}\n\n"
        "Links in earlier letters do not work any more.\n\n"
        "If it was not you, do nothing: your password stays as it is.\n",
    )


def changed(url: str) -> Letter:
    return Letter(
        "Your password was changed",
        "The password of your account was changed, and all other sessions were ended. Passkeys and linked "
        "sign-in services still open it.\n\n"
        f"If it was not you, choose a new one at once:\n\n{url}/forgot\n",
    )


def invited(url: str, secret: str) -> Letter:
    return Letter(
        "You are invited",
        "A colleague invites you to work with them.\n\n"
        f"To join, open within 7 days:\n\n{url}/invitation#token={secret}\n\n"
        "If you do not know what this is about, do nothing.\n",
    )


# ---- what an operator did to an account --------------------------------------------------------------


def suspended(url: str) -> Letter:
    return Letter(
        "Your account is suspended",
        "An operator of this node suspended your account. All sessions were ended, nobody can sign in to it, "
        "your API keys are refused, and what you invited to and shared has ended.\n\n"
        "If you do not know why, ask whoever runs the node.\n",
    )


def resumed(url: str) -> Letter:
    return Letter(
        "Your account works again",
        "An operator of this node ended the suspension of your account. Your API keys work again; "
        f"invitations and shares have to be made anew.\n\nSign in:\n\n{url}/sign-in\n",
    )


def second_factor_reset(url: str) -> Letter:
    return Letter(
        "Your second factor was removed",
        "An operator of this node removed every second factor of your account, passkeys too, and all "
        "sessions were ended. Your password, or a linked sign-in service, opens it alone now: sign in, and "
        f"set up a new one.\n\n{url}/security\n\n"
        "If you did not ask for this, choose a new password at once, and tell whoever runs the node:\n\n"
        f"{url}/forgot\n",
    )


def address_changed(url: str) -> Letter:
    """It goes to both addresses, and names neither."""
    return Letter(
        "The address of your account was changed",
        "An operator of this node changed the e-mail address of your account, and all sessions were ended. "
        f"From now on you sign in, and get letters, with the new one.\n\n{url}/sign-in\n\n"
        "If you did not ask for this, tell whoever runs the node.\n",
    )


def made_administrator(url: str) -> Letter:
    return Letter(
        "You are an administrator now",
        "An operator of this node made you an administrator of an organisation. Sign in again to find what "
        f"you may do now.\n\n{url}/people\n\n"
        "If you do not know why, ask whoever runs the node.\n",
    )
