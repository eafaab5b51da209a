"""A secret in memory: has no text form, so that it cannot slip into a log, a message or a file."""

from __future__ import annotations


class Secret:
    """``reveal()`` is called only where the secret leaves for its own origin or the keyring."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        return self._value

    def __repr__(self) -> str:
        return "Secret(***)"

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __reduce__(self) -> tuple[type, tuple[str]]:
        raise TypeError("a secret is never written")
