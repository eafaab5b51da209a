"""A secret in a file that only its owner may read; for headless use, where there is no keyring."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Final

from app.base.errors import SecretsTrouble
from app.base.secret import Secret
from app.base.text import tr

SIZE_LIMIT_BYTES: Final = 64_000


def read_secret_file(path: Path) -> Secret:
    """The file's text without its last line end. Raises SecretsTrouble: not there, or not for its owner alone.

    On Windows, where modes say nothing, the folder's rights are the person's own care.
    """
    try:
        with path.open("rb") as file:
            _refuse_shared(os.fstat(file.fileno()), path)
            raw = file.read(SIZE_LIMIT_BYTES + 1)
    except OSError as error:
        raise _trouble(path, tr("It cannot be read ({why}).", why=error.strerror or error)) from None
    try:
        text = raw.decode().removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError:
        raise _trouble(path, tr("It is not UTF-8 text.")) from None
    if not text or len(raw) > SIZE_LIMIT_BYTES or "\0" in text:
        raise _trouble(path, tr("It holds no secret."))
    return Secret(text)


def _refuse_shared(status: os.stat_result, path: Path) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise _trouble(path, tr("It is not a regular file."))
    if os.name != "posix":
        return
    if status.st_uid != os.geteuid():
        raise _trouble(path, tr("It belongs to somebody else."))
    if stat.S_IMODE(status.st_mode) & 0o077:
        raise _trouble(path, tr("Others may read it: its mode is {mode:o}.", mode=stat.S_IMODE(status.st_mode)))


def _trouble(path: Path, why: str) -> SecretsTrouble:
    return SecretsTrouble(
        tr("The secret in {path} cannot be used.", path=path),
        detail=why,
        hint=tr("Use a file of your own with mode 600."),
        concerns=str(path),
    )
