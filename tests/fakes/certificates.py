"""Certificates made on the spot, good and bad, for servers on loopback."""

from __future__ import annotations

import ipaddress
import ssl
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

_PEM = serialization.Encoding.PEM
_DAY = timedelta(days=1)
Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@dataclass(frozen=True)
class Wish:
    """What a server's certificate should be like. Default: good for 127.0.0.1 and localhost."""

    names: tuple[str, ...] = ("localhost",)
    addresses: tuple[str, ...] = ("127.0.0.1",)
    from_days: int = -1
    to_days: int = 30
    signed_by: str = "ca"
    weak_key: bool = False


@dataclass(frozen=True)
class Certificate:
    """PEM texts; ``sha256``: the fingerprint in hex."""

    certificate: bytes
    key: bytes
    sha256: str

    def server_context(self, folder: Path) -> ssl.SSLContext:
        """A server-side TLS context; the key touches ``folder`` for a moment."""
        path = folder / "server.pem"
        path.write_bytes(self.certificate + self.key)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.set_ciphers("DEFAULT:@SECLEVEL=0")
        context.load_cert_chain(path)
        return context


GOOD = Wish()
EXPIRED = replace(GOOD, from_days=-30, to_days=-1)
FUTURE = replace(GOOD, from_days=10)
WRONG_NAME = replace(GOOD, names=("elsewhere.test",), addresses=())
WRONG_ADDRESS = replace(GOOD, addresses=("127.0.0.2",))
SELF_SIGNED = replace(GOOD, signed_by="self")
UNKNOWN_CA = replace(GOOD, signed_by="stranger")
MISSING_INTERMEDIATE = replace(GOOD, signed_by="intermediate")
NO_NAME = replace(GOOD, names=(), addresses=())
WEAK_KEY = replace(GOOD, weak_key=True)


def ca_pem() -> bytes:
    """The authority that tests trust."""
    return _authority("ca")[0].public_bytes(_PEM)


@lru_cache(maxsize=32)
def make(wish: Wish) -> Certificate:
    """A certificate as wished."""
    key: Key = rsa.generate_private_key(65537, 1024) if wish.weak_key else ec.generate_private_key(ec.SECP256R1())
    if wish.signed_by == "self":
        issuer, issuer_key = _name("server"), key
    else:
        authority, issuer_key = _authority(wish.signed_by)
        issuer = authority.subject
    alternatives = [x509.DNSName(name) for name in wish.names]
    alternatives += [x509.IPAddress(ipaddress.ip_address(text)) for text in wish.addresses]  # type: ignore[misc]
    builder = _builder(_name("server"), issuer, key, wish.from_days, wish.to_days)
    if alternatives:
        builder = builder.add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
    made = builder.sign(issuer_key, hashes.SHA256())
    pem = key.private_bytes(_PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return Certificate(made.public_bytes(_PEM), pem, made.fingerprint(hashes.SHA256()).hex())


@lru_cache(maxsize=8)
def _authority(name: str) -> tuple[x509.Certificate, Key]:
    key = ec.generate_private_key(ec.SECP256R1())
    issuer, issuer_key = (_name(name), key)
    if name == "intermediate":
        above, above_key = _authority("ca")
        issuer, issuer_key = above.subject, above_key  # type: ignore[assignment]
    builder = _builder(_name(name), issuer, key, -60, 60)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
    builder = builder.add_extension(usage, critical=True)
    return builder.sign(issuer_key, hashes.SHA256()), key


def _builder(
    subject: x509.Name, issuer: x509.Name, key: Key, from_days: int, to_days: int
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + from_days * _DAY)
        .not_valid_after(now + to_days * _DAY)
    )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])
