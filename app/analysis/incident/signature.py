"""The Ed25519 signature of an incident file: over the tag manifest, which the digests of all parts hang on.

The part ``signature.json`` holds algorithm, public key and signature. A sound signature says that the holder of a key
made the file, not who that is: hold the key's fingerprint against one that came another way. The library is an extra
(``watchdesk[signature]``), loaded when a file is signed or carries a signature.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from typing import Final

import msgspec

from app.analysis.incident.bag import Sign
from app.analysis.incident.reading import SignatureCheck
from app.base.errors import EnvironmentTrouble, UsageTrouble
from app.base.text import tr
from app.domain.value import Value

ALGORITHM: Final = "Ed25519"
NONE: Final = "none"
VALID: Final = "valid"
INVALID: Final = "invalid"
NOT_CHECKED: Final = "not checked"


class Signature(Value, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``signature.json``; both values in base 64."""

    algorithm: str
    public_key: str
    signature: str


def signer(private_key: bytes) -> Sign:
    """Signs with a private key (PEM, PKCS 8, without a password). Raises UsageTrouble, EnvironmentTrouble."""
    _needed()
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(private_key, password=None)
    except (ValueError, TypeError):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise UsageTrouble(
            tr("The key file holds no Ed25519 private key without a password."),
            hint=tr("Make one with “openssl genpkey -algorithm ed25519”."),
        )
    public = key.public_key().public_bytes_raw()

    def sign(tags: bytes) -> bytes:
        told = Signature(algorithm=ALGORITHM, public_key=_base64(public), signature=_base64(key.sign(tags)))
        return msgspec.json.encode(told) + b"\n"

    return sign


def checker(expected: str | None = None) -> SignatureCheck:
    """Checks a signature. ``expected``: the fingerprint of the only key that will do. Raises EnvironmentTrouble when
    one is expected and the library is not there."""
    if expected is not None:
        _needed()

    def check(part: bytes | None, tags: bytes) -> tuple[str, str | None, str]:
        if part is None:
            return NONE, None, tr("it is missing: the file is not signed") if expected else ""
        if not _is_there():
            return NOT_CHECKED, None, ""
        key = _key_of(part, tags)
        if key is None:
            return INVALID, None, tr("it is not the signature of this file")
        if expected and key != expected.strip().lower():
            return INVALID, key, tr("another key signed the file")
        return VALID, key, ""

    return check


def _key_of(part: bytes, tags: bytes) -> str | None:
    """The fingerprint of the key whose sound signature this is."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        told = msgspec.json.decode(part, type=Signature)
        public = base64.b64decode(told.public_key, validate=True)
        if told.algorithm == ALGORITHM:
            Ed25519PublicKey.from_public_bytes(public).verify(base64.b64decode(told.signature, validate=True), tags)
            return hashlib.sha256(public).hexdigest()
    except (msgspec.MsgspecError, binascii.Error, ValueError, InvalidSignature):
        pass
    return None


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _is_there() -> bool:
    try:
        import cryptography  # noqa: F401
    except ImportError:
        return False
    return True


def _needed() -> None:
    if not _is_there():
        raise EnvironmentTrouble(
            tr("Signatures need a library that is not installed."), hint=tr("Install watchdesk[signature].")
        )
