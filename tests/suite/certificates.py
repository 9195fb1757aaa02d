"""Certificates of our own, for servers at loopback."""

import ipaddress
import ssl
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from entrepot.core.time import now


class Authority:
    """Signs certificates for 127.0.0.1 and localhost."""

    def __init__(self) -> None:
        self._key = generate_private_key(SECP256R1())
        self._name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Test authority")])
        self._certificate = self._signed(self._name, self._key, now() + timedelta(days=365), ca=True)

    def pem(self) -> str:
        return self._certificate.public_bytes(Encoding.PEM).decode()

    def client(self) -> ssl.SSLContext:
        """For whoever trusts this authority."""
        return ssl.create_default_context(cadata=self.pem())

    def issue(self, certificate: Path, key: Path, *, until: datetime | None = None) -> int:
        """Write a new pair into these files. Return the certificate's serial number."""
        own = generate_private_key(SECP256R1())
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "node")])
        made = self._signed(name, own, until or now() + timedelta(days=90), ca=False)
        key.write_bytes(own.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        certificate.write_bytes(made.public_bytes(Encoding.PEM))
        return made.serial_number

    def _signed(
        self, name: x509.Name, key: EllipticCurvePrivateKey, until: datetime, *, ca: bool
    ) -> x509.Certificate:
        names = x509.SubjectAlternativeName(
            [x509.IPAddress(ipaddress.ip_address("127.0.0.1")), x509.DNSName("localhost")]
        )
        signer = x509.SubjectKeyIdentifier.from_public_key(self._key.public_key())
        return (
            x509.CertificateBuilder(self._name, name, key.public_key(), x509.random_serial_number())
            .not_valid_before(min(now(), until) - timedelta(days=1))
            .not_valid_after(until)
            .add_extension(names, critical=False)
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(signer), critical=False
            )
            .sign(self._key, SHA256())
        )
