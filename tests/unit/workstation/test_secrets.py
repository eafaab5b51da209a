"""The keyring is used only when it can be trusted; a secret's file only when it is its owner's alone."""

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends.chainer import ChainerBackend
from keyring.backends.fail import Keyring as FailKeyring
from keyring.backends.null import Keyring as NullKeyring
from keyring.errors import KeyringLocked

from app.base.errors import SecretsTrouble
from app.base.secret import Secret
from app.workstation.folders import profile_in, profile_named
from app.workstation.keyring import KeyringSecrets
from app.workstation.secret_file import read_secret_file

CANARY = "canary-7f3a"


class MemoryKeyring(KeyringBackend):
    """A keyring that keeps secrets as long as the test lives."""

    priority = 1  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


class PlaintextKeyring(MemoryKeyring):
    """One that says of itself that it hides nothing."""


class RefusingKeyring(MemoryKeyring):
    def get_password(self, service: str, username: str) -> str | None:
        raise RuntimeError(f"no; asked for {CANARY}")


class LockedKeyring(MemoryKeyring):
    def get_password(self, service: str, username: str) -> str | None:
        raise KeyringLocked(f"asked for {CANARY}")


class WaitingKeyring(MemoryKeyring):
    """One that waits for a person who has left."""

    def __init__(self) -> None:
        super().__init__()
        self.is_over = threading.Event()

    def get_password(self, service: str, username: str) -> str | None:
        self.is_over.wait(30)
        return None


@pytest.fixture(autouse=True)
def previous_keyring() -> Iterator[None]:
    before = keyring.get_keyring()
    yield
    keyring.set_keyring(before)


def test_a_secret_is_kept_found_and_forgotten() -> None:
    backend = MemoryKeyring()
    keyring.set_keyring(backend)
    secrets = KeyringSecrets()
    assert secrets.find("s1") is None
    secrets.save("s1", Secret(CANARY))
    assert secrets.find("s1") == Secret(CANARY)
    assert list(backend.kept) == [("watchdesk", "s1")]
    secrets.forget("s1")
    secrets.forget("s1")
    assert secrets.find("s1") is None


@pytest.mark.parametrize(
    "backend", [FailKeyring(), NullKeyring(), PlaintextKeyring()], ids=lambda one: type(one).__name__
)
def test_a_keyring_that_hides_nothing_is_refused(backend: KeyringBackend) -> None:
    keyring.set_keyring(backend)
    with pytest.raises(SecretsTrouble, match="no keyring here that keeps secrets safe") as caught:
        KeyringSecrets().save("s1", Secret(CANARY))
    assert "--secret-file" in caught.value.hint
    assert CANARY not in caught.value.sentence()


def test_a_chain_is_as_good_as_its_weakest_part() -> None:
    class Chain(ChainerBackend):
        backends = (MemoryKeyring(), PlaintextKeyring())  # type: ignore[assignment]

    Chain.__module__ = ChainerBackend.__module__
    keyring.set_keyring(Chain())
    with pytest.raises(SecretsTrouble):
        KeyringSecrets().find("s1")


def test_what_a_keyring_raises_becomes_one_sentence_without_its_words() -> None:
    keyring.set_keyring(RefusingKeyring())
    with pytest.raises(SecretsTrouble, match="refused") as caught:
        KeyringSecrets().find("s1")
    assert CANARY not in caught.value.sentence()
    assert caught.value.__cause__ is None


def test_a_locked_keyring_is_called_locked() -> None:
    keyring.set_keyring(LockedKeyring())
    with pytest.raises(SecretsTrouble, match="is locked") as caught:
        KeyringSecrets().forget("s1")
    assert "Unlock it and ask again" in caught.value.sentence()
    assert CANARY not in caught.value.sentence()


def test_a_keyring_that_never_answers_is_waited_for_only_so_long() -> None:
    backend = WaitingKeyring()
    keyring.set_keyring(backend)
    with pytest.raises(SecretsTrouble, match="does not answer"):
        KeyringSecrets(patience_s=0.05).find("s1")
    backend.is_over.set()


def test_a_secret_file_of_ones_own_is_read(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_text(f" {CANARY} \n")
    path.chmod(0o600)
    assert read_secret_file(path) == Secret(f" {CANARY} ")
    path.chmod(0o400)
    assert read_secret_file(path) == Secret(f" {CANARY} ")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o666, 0o610])
def test_a_secret_file_that_others_may_use_is_refused(mode: int, tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_text(CANARY)
    path.chmod(mode)
    with pytest.raises(SecretsTrouble, match="cannot be used") as caught:
        read_secret_file(path)
    assert f"{mode:o}" in caught.value.detail


@pytest.mark.parametrize("content", [b"", b"\n", b"\xff\xfe", b"a\0b", b"x" * 70_000])
def test_a_secret_file_without_a_secret_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(SecretsTrouble):
        read_secret_file(path)


def test_no_file_and_no_regular_file_are_said(tmp_path: Path) -> None:
    with pytest.raises(SecretsTrouble, match="cannot be used"):
        read_secret_file(tmp_path / "nowhere")
    with pytest.raises(SecretsTrouble, match="cannot be used"):
        read_secret_file(tmp_path)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_a_secret_file_of_somebody_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_text(CANARY)
    path.chmod(0o600)
    os.chown(path, 12_345, 12_345)
    with pytest.raises(SecretsTrouble) as caught:
        read_secret_file(path)
    assert caught.value.detail == "It belongs to somebody else."


def test_profiles_lie_side_by_side_in_the_persons_data(home: Path) -> None:
    assert profile_named("night").root == home / ".local" / "share" / "watchdesk" / "night"
    assert profile_in(Path("~/elsewhere")).root == home / "elsewhere"
