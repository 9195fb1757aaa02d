"""A letter in the form that every mail program reads."""

import re
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid

from entrepot.core.errors import Invalid
from entrepot.core.ports import Mail
from entrepot.core.time import now

_ADDRESS = re.compile(r"[^\s@<>()\[\],;:\\\"]{1,64}@[^\s@<>()\[\],;:\\\"]{1,253}")


class BadAddress(Invalid):
    """Not an address that a letter can go to, or come from."""


class BadLetter(Invalid):
    """A letter whose subject is more than one line."""


def compose(mail: Mail, *, sender: str) -> EmailMessage:
    """Raises: BadAddress, BadLetter."""
    for address in (mail.to, sender):
        if not _ADDRESS.fullmatch(address):
            raise BadAddress("This is not an e-mail address.")
    if any(ord(character) < 32 for character in mail.subject):
        raise BadLetter("A subject is one line.")
    letter = EmailMessage(policy=SMTP)
    letter["From"], letter["To"], letter["Subject"] = sender, mail.to, mail.subject
    letter["Date"] = format_datetime(now())
    letter["Message-ID"] = make_msgid(domain=sender.partition("@")[2])
    letter.set_content(mail.text)
    return letter
