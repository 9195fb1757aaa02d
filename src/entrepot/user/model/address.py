"""E-mail addresses, in the one form in which they are stored and compared: lower case, and an international
domain as DNS and mail servers know it (`münchen.de` is `xn--mnchen-3ya.de`, RFC 5890).

The part before the @ is ASCII: another one needs SMTPUTF8 (RFC 6531) at every server on the way, and a letter
that some servers refuse would lock its person out.
"""

import re
import unicodedata
from typing import Annotated

import idna
from msgspec import Meta

from entrepot.core.errors import Invalid

EmailAddress = Annotated[str, Meta(min_length=3, max_length=254)]

# What every mail server takes: RFC 5321 without quoted local parts and address literals.
_ATOM = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_LOCAL = re.compile(rf"(?=.{{1,64}}\Z){_ATOM}(?:\.{_ATOM})*")
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")

# Writing systems that one word mixes (Unicode TR 39 §5.2, "highly restrictive").
_MIXED = (
    frozenset({"LATIN", "CJK", "HIRAGANA", "KATAKANA"}),
    frozenset({"LATIN", "CJK", "BOPOMOFO"}),
    frozenset({"LATIN", "CJK", "HANGUL"}),
)
# Cyrillic and Greek letters that look like Latin ones. A word of nothing else is meant to be read as Latin,
# as in the `apple.com` of https://www.xudongz.com/blog/2017/idn-phishing/ ; browsers show it encoded as well.
_LOOK_LATIN = frozenset(
    "\u0430\u0441\u0501\u0435\u04bb\u0456\u0458\u04cf\u043e\u0440\u051b\u0455\u051d\u0445\u0443\u044a\u044c\u04bd\u043f\u0433\u0475\u0461\u03b1\u03b9\u03ba\u03bd\u03bf\u03c1\u03c4\u03c5\u03c9\u03c7\u03b7\u03b3"
)


class NotAnAddress(Invalid):
    """No mail can go there."""


def normalised(text: str) -> str:
    """Return the address in NFKC, without blanks around, in lower case, its domain encoded. Raises:
    NotAnAddress.

    Why lower case, although RFC 5321 lets servers distinguish `Ada@` from `ada@`? None does, and people
    type both.
    """
    local, at, domain = unicodedata.normalize("NFKC", text).strip().lower().rpartition("@")
    if not local.isascii():
        raise NotAnAddress("The part before the @ is in letters without accents, or mail may not arrive.")
    address = f"{local}@{_encoded(domain)}"
    if not at or len(address) > 254 or _LOCAL.fullmatch(local) is None:
        raise NotAnAddress("This is no address that mail can use.")
    return address


def shown(address: str) -> str:
    """Return a normalised address as people read it. A domain that could be taken for another stays
    encoded.
    """
    local, _, domain = address.rpartition("@")
    labels = domain.split(".")
    if not any(label.startswith("xn--") for label in labels):
        return address
    try:
        read = [idna.decode(label) if label.startswith("xn--") else label for label in labels]
    except UnicodeError:
        return address
    latin_around = read[-1].isascii()
    deceives = any(_mixes(label) or (latin_around and _looks_latin(label)) for label in read)
    return address if deceives else f"{local}@{'.'.join(read)}"


def _encoded(domain: str) -> str:
    """Raises: NotAnAddress."""
    try:
        if not domain.isascii() or "xn--" in domain:
            domain = idna.encode(domain, uts46=True, std3_rules=True).decode("ascii")
    except UnicodeError as error:
        raise NotAnAddress("There can be no domain of this name.") from error
    if _DOMAIN.fullmatch(domain) is None:
        raise NotAnAddress("This is no address that mail can use.")
    return domain


def _mixes(label: str) -> bool:
    """Whether writing systems meet that no word mixes."""
    writings = {unicodedata.name(each, "?").split()[0].partition("-")[0] for each in _letters(label)}
    return len(writings) > 1 and not any(writings <= allowed for allowed in _MIXED)


def _looks_latin(label: str) -> bool:
    return not label.isascii() and _LOOK_LATIN.issuperset(_letters(label))


def _letters(label: str) -> list[str]:
    return [each for each in label if unicodedata.category(each).startswith("L")]
