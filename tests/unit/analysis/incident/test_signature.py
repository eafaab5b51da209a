"""A signature that holds, one that does not, one by another key, and none."""

import io

import pytest

from app.analysis.incident.form import SIGNATURE
from app.analysis.incident.reading import Verdict, verify
from app.analysis.incident.signature import checker, signer
from app.base.errors import UsageTrouble
from app.base.events import CancelToken
from tests.unit.analysis.incident.sample import BASE, incident_bytes, packed, parts_of

ed25519 = pytest.importorskip("cryptography.hazmat.primitives.asymmetric.ed25519", reason="an extra")
serialization = pytest.importorskip("cryptography.hazmat.primitives.serialization", reason="an extra")


def new_key() -> bytes:
    raw: bytes = ed25519.Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return raw


def judged(raw: bytes, expected: str | None = None) -> Verdict:
    return verify(io.BytesIO(raw), CancelToken(), checker(expected))


def test_a_signed_file_names_its_key() -> None:
    raw = incident_bytes(sign=signer(new_key()))
    verdict = judged(raw)
    assert (verdict.valid, verdict.signature["state"]) == (True, "valid")
    key = verdict.signature["key"]
    assert key is not None
    assert judged(raw, key.upper()).valid


def test_another_key_is_refused_by_name() -> None:
    other = judged(incident_bytes(sign=signer(new_key()))).signature["key"]
    for raw in (incident_bytes(sign=signer(new_key())), incident_bytes()):
        verdict = judged(raw, other)
        assert not verdict.valid
        assert SIGNATURE in verdict.errors[0]


@pytest.mark.parametrize("change", [b"", b"{}", b"\xff", b"[" * 99_999])
def test_a_signature_that_is_none_is_refused(change: bytes) -> None:
    parts = parts_of(incident_bytes(sign=signer(new_key())))
    verdict = judged(packed((parts | {BASE + SIGNATURE: change}).items()))
    assert (verdict.valid, verdict.signature["state"]) == (False, "invalid")


def test_a_signature_of_another_file_is_refused() -> None:
    sign = signer(new_key())
    theirs = parts_of(incident_bytes({}, sign=sign))[BASE + SIGNATURE]
    ours = parts_of(incident_bytes(sign=sign)) | {BASE + SIGNATURE: theirs}
    assert judged(packed(ours.items())).signature["state"] == "invalid"


def test_a_file_that_is_no_key_is_refused() -> None:
    with pytest.raises(UsageTrouble, match="no Ed25519"):
        signer(b"-----BEGIN PRIVATE KEY-----\nx\n-----END PRIVATE KEY-----\n")
