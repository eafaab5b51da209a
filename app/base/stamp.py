"""Stamps: salted, slow digests that tell whether words are still the same and give none of them away.

Not for passwords that are to be checked for a person: a stamp only spares a second try with what was refused.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from hmac import compare_digest
from typing import Final

_SALT_BYTES: Final = 16
# About 50 ms and 16 MiB a guess: a copied file must be no cheap way to try passwords.
_ROUNDS: Final = 2**14
_BLOCK: Final = 8
_BYTES: Final = 16


def stamp(words: Iterable[str]) -> str:
    """Of these words, in this order; another one each time."""
    return _stamp(words, secrets.token_bytes(_SALT_BYTES))


def is_stamp_of(stamped: str, words: Iterable[str]) -> bool:
    """Whether the stamp was made of these words. One that cannot be read is of nothing."""
    try:
        salt = bytes.fromhex(stamped.partition(":")[0])
    except ValueError:
        return False
    return bool(salt) and compare_digest(stamped.encode(), _stamp(words, salt).encode())


def _stamp(words: Iterable[str], salt: bytes) -> str:
    text = "\0".join(words).encode("utf-8", "surrogatepass")
    digest = hashlib.scrypt(text, salt=salt, n=_ROUNDS, r=_BLOCK, p=1, dklen=_BYTES)
    return f"{salt.hex()}:{digest.hex()}"
