"""Gives each test a home of its own, so that none reads or writes the profile of the person who runs it."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

FOLDERS = {
    "HOME": "home",
    "XDG_CONFIG_HOME": "home/.config",
    "XDG_DATA_HOME": "home/.local/share",
    "XDG_STATE_HOME": "home/.local/state",
    "XDG_CACHE_HOME": "home/.cache",
    "XDG_RUNTIME_DIR": "run",
}


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The throw-away home folder of this test; subprocesses see it too. Its path is short, as sockets need."""
    top = Path(tempfile.mkdtemp(prefix="wd-"))
    for folder in ("home", "run"):  # the others are made by whoever needs them, as on a new machine
        (top / folder).mkdir(mode=0o700)
    for name, folder in FOLDERS.items():
        monkeypatch.setenv(name, str(top / folder))
    # The person's own secrets are out of reach: a test that needs a keyring brings one.
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    yield top / "home"
    shutil.rmtree(top, ignore_errors=True)
