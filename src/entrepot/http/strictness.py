"""Refuses requests that two readers could understand in two ways, where the parser lets them through: a proxy
that reads such a request differently guards something else than what is served (request smuggling).
"""

import re
from collections.abc import Sequence
from ipaddress import AddressValueError, IPv6Address

from entrepot.http.headers import Header

# Fields that a request has once, of those that we read (RFC 9110 §5.3). Two of them are two meanings.
_ONCE = frozenset(
    (b"host", b"authorization", b"content-length", b"content-type", b"cookie", b"origin", b"idempotency-key",
     b"x-console")
)  # fmt: skip
_AUTHORITY = re.compile(
    rb"(?:\[(?P<six>[0-9A-Fa-f:.]+)\]|(?:[\w.~-]|%[0-9A-Fa-f]{2})+)(?::(?P<port>[0-9]{0,5}))?"
)
_ABSOLUTE = re.compile(rb"https?://(?P<authority>[^/?]*)", re.IGNORECASE)
_BROKEN_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_ENCODED_SLASH = re.compile(rb"%2f", re.IGNORECASE)
_KNOWN_CODINGS = frozenset((b"chunked", b"gzip", b"x-gzip", b"deflate", b"compress", b"x-compress"))
_MOST_HOSTS = 1_000  # remembered; a node is reached by few

_sound_hosts: set[bytes] = set()


class NotStrict(Exception):
    """The request is refused before anybody looks at what it wants."""

    def __init__(self, detail: str, *, status: int = 400, slug: str = "bad-request") -> None:
        super().__init__(detail)
        self.status, self.slug, self.detail = status, slug, detail


def check(method: bytes, target: bytes, version: str, headers: Sequence[Header]) -> None:
    """Check what the parser took. Raises: NotStrict."""
    fields = dict(headers)
    if version not in ("1.1", "1.0"):
        _refuse_version(version)
    if len(fields) != len(headers):
        _check_once(headers)
    if (host := fields.get(b"host")) is None:
        if version == "1.1":
            raise NotStrict("The request names no Host.")  # RFC 9112 §3.2
    elif host not in _sound_hosts:
        _check_host(host)
    if b"transfer-encoding" in fields:
        _check_coding(headers, version)
    if target[:1] != b"/" or b"#" in target:
        _check_form(method, target)
    if b"%" in target:
        _check_escapes(target.partition(b"?")[0])


def _refuse_version(version: str) -> None:
    if version == "0.9":
        raise NotStrict("A request line ends with its HTTP version.")  # RFC 9112 §3
    raise NotStrict(  # RFC 9110 §15.6.6
        "This port speaks HTTP/1.1.", status=505, slug="http-version-not-supported"
    )


def _check_once(headers: Sequence[Header]) -> None:
    seen: set[bytes] = set()
    for name, _ in headers:
        if name in _ONCE and name in seen:
            raise NotStrict(f"The request has more than one {name.decode().title()}.")
        seen.add(name)


def _check_host(host: bytes) -> None:
    if not _sound(host):
        raise NotStrict("The request's Host is none.")  # RFC 9112 §3.2; empty: RFC 9110 §4.2.1
    if len(_sound_hosts) >= _MOST_HOSTS:
        _sound_hosts.clear()
    _sound_hosts.add(host)


def _sound(authority: bytes) -> bool:
    """Whether this is a host, perhaps with a port, and no more (RFC 3986 §3.2, RFC 9110 §4.2.4)."""
    if (found := _AUTHORITY.fullmatch(authority)) is None:
        return False
    if found["six"] is not None:
        try:
            IPv6Address(found["six"].decode())
        except AddressValueError:
            return False
    return int(found["port"] or b"0") <= 0xFFFF


def _check_coding(headers: Sequence[Header], version: str) -> None:
    """Refuse every transfer coding but `chunked`, once and alone: we undo no other."""
    if version == "1.0":
        raise NotStrict("HTTP/1.0 knows no Transfer-Encoding.")  # RFC 9112 §6.1: faulty framing
    said = b",".join(text for name, text in headers if name == b"transfer-encoding")
    codings = [each.partition(b";")[0].strip().lower() for each in said.split(b",")]
    if codings == [b"chunked"] and said.strip().lower() == b"chunked":
        return
    if codings[-1] != b"chunked" or codings.count(b"chunked") > 1 or b"" in codings:
        raise NotStrict("Nothing says where the request's body ends.")  # RFC 9112 §6.3
    if not _KNOWN_CODINGS.issuperset(codings) or len(codings) > 1:  # RFC 9112 §6.1
        detail = "This node undoes no transfer coding but chunked."
        raise NotStrict(detail, status=501, slug="transfer-coding-not-implemented")
    raise NotStrict("The transfer coding chunked takes no parameters.")  # RFC 9112 §7.1


def _check_form(method: bytes, target: bytes) -> None:
    """Check a target that is not just a path (RFC 9112 §3.2)."""
    if b"#" in target:
        raise NotStrict("A request's target has no fragment.")
    if target == b"*" and method == b"OPTIONS":
        return
    if target[:1] == b"/":
        return
    found = _ABSOLUTE.match(target)
    if found is None or not _sound(found["authority"]):
        raise NotStrict("A request's target is a path, or a whole http:// or https:// address.")


def _check_escapes(path: bytes) -> None:
    """An encoded slash is data and no separator, so no path that is divided at slashes can hold one
    (RFC 3986 §2.2); what decodes it first would be led elsewhere.
    """
    if _BROKEN_ESCAPE.search(path):
        raise NotStrict("A % in the path is followed by two hexadecimal digits.")
    if _ENCODED_SLASH.search(path):
        raise NotStrict("A path here holds no encoded slash (%2F).")
