"""The certificate with which a node speaks TLS. Files that change, as certbot and Kubernetes change them, are
read again while it runs; a new pair that does not work never replaces one that does.
"""

import asyncio
import ssl
from datetime import datetime, timedelta
from pathlib import Path

import structlog
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from entrepot.core.errors import Invalid
from entrepot.core.time import now

log = structlog.get_logger()

_LOOK_S = 10.0  # between two looks at the files; each costs some microseconds
_EXPIRES_SOON = timedelta(days=14)  # certbot renews 30 days before the end, so by then something is wrong
_TELL_AGAIN = timedelta(days=1)
# Mozilla's intermediate configuration (https://wiki.mozilla.org/Security/Server_Side_TLS) without DHE, which
# only clients from before 2013 need.
_CIPHERS = "ECDHE+AESGCM:ECDHE+CHACHA20"

_Stamp = tuple[tuple[int, int, int], ...]


class BadCertificate(Invalid):
    """The certificate, its key, or both cannot be used."""


class ServerCertificate:
    """The pair in two PEM files, as TLS contexts for those who listen. Raises: BadCertificate."""

    def __init__(self, certificate: Path, key: Path | None = None) -> None:
        self.file, self._key = certificate, key or certificate
        self.reloads = self.failures = 0
        self._refused = ""  # why what is in the files now is not in use
        self._told_at: datetime | None = None
        self._stamp = self._stamped()
        self._contexts = self._load()

    def context(self, protocol: str) -> ssl.SSLContext:
        """Return what the next connection needs that speaks `http/1.1` or `mqtt`."""
        return self._contexts[protocol]

    @property
    def current(self) -> bool:
        """Whether what is in the files is in use, or the pair before it."""
        return not self._refused

    def reload(self) -> None:
        """Read the files again; connections that stand keep what they have. A pair that is broken is not
        taken, and the log says why.
        """
        self._refused = ""
        self._read_again()

    async def watch(self) -> None:
        """Until cancelled: read the files again when they changed, and warn before the end."""
        while True:
            self.look(at=now())
            await asyncio.sleep(_LOOK_S)

    def look(self, *, at: datetime) -> None:
        if self._refused or self._stamped() != self._stamp:  # rights that were mended leave the stamp alone
            self._read_again()
        if self.expires - at < _EXPIRES_SOON and (self._told_at is None or at - self._told_at >= _TELL_AGAIN):
            self._told_at = at
            days_left = (self.expires - at) / timedelta(days=1)
            log.warning("tls.expires", expires=self.expires.isoformat(), days_left=round(days_left, 1))

    def _read_again(self) -> None:
        """Take what is in the files, or say what keeps it from being used, once for each reason."""
        before, self._stamp = self._stamp, self._stamped()
        try:
            self._contexts = self._load()
        except BadCertificate as error:
            if self._stamp != before or self._refused != str(error):
                self.failures += 1
                log.error("tls.certificate_kept", reason=str(error), expires=self.expires.isoformat())
            self._refused = str(error)
            return
        self._refused = ""
        self.reloads += 1
        self._told_at = None
        log.info("tls.certificate_loaded", expires=self.expires.isoformat())

    def _stamped(self) -> _Stamp:
        """Return what changes with the files' content, also where a link points elsewhere."""
        found = []
        for each in (self.file, self._key):
            try:
                status = each.stat()
            except OSError:
                found.append((0, 0, 0))
            else:
                found.append((status.st_mtime_ns, status.st_size, status.st_ino))
        return tuple(found)

    def _load(self) -> dict[str, ssl.SSLContext]:
        """Raises: BadCertificate."""
        for each in (self.file, self._key):
            try:
                each.read_bytes()
            except OSError as error:
                raise BadCertificate(f"{each} cannot be read: {error.strerror}.") from error
        try:
            leaf = x509.load_pem_x509_certificate(self.file.read_bytes())
        except ValueError as error:
            raise BadCertificate(f"{self.file} holds no certificate in PEM form.") from error
        contexts = {protocol: self._context(protocol) for protocol in ("http/1.1", "mqtt")}
        self.expires = leaf.not_valid_after_utc
        return contexts

    def _context(self, protocol: str) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.set_ciphers(_CIPHERS)
        context.options |= ssl.OP_NO_RENEGOTIATION  # each costs us more than the caller
        context.set_alpn_protocols([protocol])
        try:
            context.load_cert_chain(self.file, self._key, password=_no_password)
        except (ssl.SSLError, OSError, ValueError) as error:
            raise BadCertificate(f"{self.file} and {self._key} are no pair: {_reason(error)}.") from error
        return context


def only(file: Path) -> ssl.SSLContext:
    """Return what a client on this machine needs that trusts the certificate in this file, under whatever
    name, and no other. Raises: BadCertificate.
    """
    try:
        leaf = x509.load_pem_x509_certificate(file.read_bytes())
    except (OSError, ValueError) as error:
        raise BadCertificate(f"{file} cannot be read.") from error
    context = ssl.create_default_context(cadata=leaf.public_bytes(Encoding.DER))
    context.check_hostname = False
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    return context


def _no_password() -> str:
    """Why not ask for one? Nobody sits there when a node starts."""
    raise ValueError("the key is locked with a password")


def _reason(error: Exception) -> str:
    reason = getattr(error, "reason", None)  # such as KEY_VALUES_MISMATCH
    return str(reason).replace("_", " ").lower() if reason else str(error)
