"""E-mail addresses, in the one form in which they are compared."""

import re
import unicodedata
from typing import Annotated

from msgspec import Meta

from entrepot.core.errors import Invalid

EmailAddress = Annotated[str, Meta(min_length=3, max_length=254)]

# What every mail server takes: RFC 5321 without quoted local parts and address literals.
_ATOM = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_FORM = re.compile(rf"(?=[^@]{{1,64}}@){_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})*")


class NotAnAddress(Invalid):
    """No mail can go there."""


def normalised(text: str) -> str:
    """Return the address in NFKC, without blanks around, in lower case. Raises: NotAnAddress.

    Why lower case, although RFC 5321 lets servers distinguish `Ada@` from `ada@`? None does, and people
    type both.
    """
    address = unicodedata.normalize("NFKC", text).strip().lower()
    if len(address) > 254 or _FORM.fullmatch(address) is None:
        raise NotAnAddress("This is no address that mail can use.")
    return address
