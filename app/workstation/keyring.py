"""The ``Secrets`` port over this system's keyring. A keyring that keeps secrets readable, or none at all, is refused.

Owns nothing but the way to the keyring: what a secret is for is not known here. Any lane; a locked keyring may ask
the person, so calls may take long.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from app.base.errors import SecretsTrouble
from app.base.secret import Secret
from app.base.text import tr

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

SERVICE: Final = "watchdesk"
# Backends that keep nothing, or keep it as readable text (keyrings.alt also scrambles with a key beside it).
_REFUSED: Final = ("keyring.backends.fail", "keyring.backends.null", "keyrings.alt.", "keyrings.cryptfile.")
_HINT: Final = "Unlock or install the system's keyring, or name an owner-only file with --secret-file."


class KeyringSecrets:
    """Secrets by source id. Every call raises SecretsTrouble when there is no keyring that can be trusted."""

    def find(self, source_id: str) -> Secret | None:
        found = self._ask("get_password", source_id)
        return None if found is None else Secret(found)

    def save(self, source_id: str, secret: Secret) -> None:
        self._ask("set_password", source_id, secret.reveal())

    def forget(self, source_id: str) -> None:
        if self._ask("get_password", source_id) is not None:
            self._ask("delete_password", source_id)

    def _ask(self, verb: str, *words: str) -> Any:
        backend = trusted_backend()
        try:
            return getattr(backend, verb)(SERVICE, *words)
        except Exception as error:  # each system's own errors come through: D-Bus, Security, Win32
            raise SecretsTrouble(
                tr("The keyring of this system refused."), detail=f"{type(error).__name__}.", hint=tr(_HINT)
            ) from None


def trusted_backend() -> KeyringBackend:
    """The keyring in use. Raises SecretsTrouble when one of its parts cannot be trusted."""
    try:
        import keyring

        backend = keyring.get_keyring()
    except Exception as error:  # choosing a backend runs each system's own code
        raise SecretsTrouble(
            tr("The keyring of this system cannot be used."), detail=f"{type(error).__name__}.", hint=tr(_HINT)
        ) from None
    for part in _parts(backend):
        kind = type(part)
        if kind.__module__.startswith(_REFUSED) or "plaintext" in kind.__name__.lower():
            raise SecretsTrouble(
                tr("There is no keyring here that keeps secrets safe."),
                detail=tr("Found: {name}.", name=f"{kind.__module__}.{kind.__name__}"),
                hint=tr(_HINT),
            )
    return backend


def _parts(backend: KeyringBackend) -> Iterator[KeyringBackend]:
    """A chain of keyrings gives its members: each of them may be the one that keeps the secret."""
    if type(backend).__module__ == "keyring.backends.chainer":
        yield from getattr(backend, "backends", ())
    else:
        yield backend
