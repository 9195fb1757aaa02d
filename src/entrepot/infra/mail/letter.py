"""A letter as it travels (RFC 5322). Whatever could write a header of its own is refused here, before any
library quotes or folds it.
"""

import re
import unicodedata
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime, make_msgid

from entrepot.core.errors import Invalid
from entrepot.core.ports import Mail
from entrepot.core.time import now

# What every mail server takes: RFC 5321 without quoted local parts and address literals.
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"(?=.{{3,254}}\Z)(?=[^@]{{1,64}}@){_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})*")

# Control characters, line and paragraph separators, and halves of characters.
_NOT_IN_A_LINE = frozenset(("Cc", "Zl", "Zp", "Cs"))

# RFC 2047: a reader would decode it, and it could hold a line break.
_ENCODED_WORD = re.compile(r"=\?[^?]*\?[bq]\?", re.IGNORECASE)

READABLE = SMTPUTF8  # umlauts as they are, in headers and text (RFC 6532)
_SEVEN_BIT = SMTP.clone(cte_type="7bit")  # what every mail server takes


class BadAddress(Invalid):
    """No mail can go to, or come from, this address."""


class BadLetter(Invalid):
    """The subject or the text holds what a letter cannot."""


def compose(mail: Mail, *, sender: str, readable: bool) -> bytes:
    """Return the letter's bytes, `readable` for people or fit for every server. Raises: BadAddress,
    BadLetter.
    """
    _check_address(sender, whose="sender")
    _check_address(mail.to, whose="recipient")
    _check_subject(mail.subject)
    _check_text(mail.text)
    message = EmailMessage(READABLE if readable else _SEVEN_BIT)
    message["From"] = sender
    message["To"] = mail.to
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(now())
    message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2])
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's holiday notice answers it
    message.set_content(mail.text)
    return message.as_bytes()


def _check_address(address: str, *, whose: str) -> None:
    if _ADDRESS.fullmatch(address) is None:
        raise BadAddress(f"The {whose}'s address is not one that mail can use.")


def _check_subject(subject: str) -> None:
    if _ENCODED_WORD.search(subject) or any(unicodedata.category(each) in _NOT_IN_A_LINE for each in subject):
        raise BadLetter("The subject is one line of plain text.")


def _check_text(text: str) -> None:
    if "\0" in text or any("\ud800" <= each <= "\udfff" for each in text):
        raise BadLetter("The text holds a character that is none.")
