"""The ``Secrets`` port over this system's keyring. A keyring that keeps secrets readable, or none at all, is refused.

Owns nothing but the way to the keyring: what a secret is for is not known here. Never on the GUI thread: a locked
keyring asks the person for its password, so a call may take as long as ``PATIENCE_S``. Never longer: the library of
the keyring waits without an end, and a process whose lane waits so does not end either.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Final

from app.base.errors import SecretsTrouble
from app.base.secret import Secret
from app.base.text import tr

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

SERVICE: Final = "watchdesk"
PATIENCE_S: Final = 60.0
"""How long a person may take to type the keyring's password."""
# Backends that keep nothing, or keep it as readable text (keyrings.alt also scrambles with a key beside it).
_REFUSED: Final = ("keyring.backends.fail", "keyring.backends.null", "keyrings.alt.", "keyrings.cryptfile.")
_HINT: Final = "Unlock or install the system's keyring, or name an owner-only file with --secret-file."
_LOCKED_HINT: Final = "Unlock it and ask again, or name an owner-only file with --secret-file."


class KeyringSecrets:
    """Secrets by source id. Every call raises SecretsTrouble: there is no keyring that can be trusted, or it is
    locked, refuses, or does not answer within ``patience_s``."""

    def __init__(self, patience_s: float = PATIENCE_S) -> None:
        self._patience_s = patience_s

    def find(self, source_id: str) -> Secret | None:
        found = self._ask("get_password", source_id)
        return None if found is None else Secret(found)

    def save(self, source_id: str, secret: Secret) -> None:
        self._ask("set_password", source_id, secret.reveal())

    def forget(self, source_id: str) -> None:
        if self._ask("get_password", source_id) is not None:
            self._ask("delete_password", source_id)

    def _ask(self, verb: str, *words: str) -> Any:
        return _in_time(lambda: getattr(trusted_backend(), verb)(SERVICE, *words), self._patience_s)


def _in_time(ask: Callable[[], Any], patience_s: float) -> Any:
    """What ``ask`` gives. A call that never comes back is left to a thread that no one waits for."""
    given: list[Any] = []
    failed: list[Exception] = []

    def work() -> None:
        try:
            given.append(ask())
        except Exception as error:  # each system's own errors come through: D-Bus, Security, Win32
            failed.append(error)

    asking = threading.Thread(target=work, name="keyring", daemon=True)
    asking.start()
    asking.join(patience_s)
    if failed:
        raise _told(failed[0]) from None
    if not given:
        raise SecretsTrouble(
            tr("The keyring of this system does not answer."),
            detail=tr("It may be waiting for its password."),
            hint=tr(_LOCKED_HINT),
        )
    return given[0]


def _told(error: Exception) -> SecretsTrouble:
    """A sentence without the words of the keyring, which might quote a secret."""
    from keyring.errors import KeyringLocked

    if isinstance(error, SecretsTrouble):
        return error
    if isinstance(error, KeyringLocked):
        return SecretsTrouble(tr("The keyring of this system is locked."), hint=tr(_LOCKED_HINT))
    kind = type(error).__name__
    return SecretsTrouble(tr("The keyring of this system refused."), detail=f"{kind}.", hint=tr(_HINT))


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
