"""Connected systems: the secret goes to the keyring alone, an unsound address nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from app.base.errors import NotFound, Refused, SecretsTrouble, Unreachable
from app.base.events import SOURCES, CancelToken
from app.base.paths import Profile
from app.base.secret import Secret
from app.domain.source import Source
from app.storage.history import SqliteHistory, open_history
from app.storage.store import SqliteStore
from app.usecases.source import add_source, find_source, remove_source, try_source
from app.usecases.work import Work
from tests.fakes.clock import VirtualClock
from tests.fakes.health_source import FakeHealthSource, health_row

NAGIOS = Source(id="", name="core", kind="nagios", url="https://monitor.example/nagios/", user="ops")


class Keyring:
    """The ``Secrets`` port in memory; ``is_broken``: as on a machine without one."""

    def __init__(self) -> None:
        self.kept: dict[str, Secret] = {}
        self.is_broken = False

    def find(self, source_id: str) -> Secret | None:
        return self.kept.get(source_id)

    def save(self, source_id: str, secret: Secret) -> None:
        if self.is_broken:
            raise SecretsTrouble("There is no keyring.")
        self.kept[source_id] = secret

    def forget(self, source_id: str) -> None:
        if self.is_broken:
            raise SecretsTrouble("There is no keyring.")
        self.kept.pop(source_id, None)


@pytest.fixture
def keyring() -> Keyring:
    return Keyring()


@pytest.fixture
def history(tmp_path: Path, time: VirtualClock) -> Iterator[SqliteHistory]:
    opened = open_history(Profile(tmp_path / "profile"), time)
    yield opened
    opened.close()


def test_the_secret_is_in_the_keyring_and_nowhere_in_the_profile(
    me: Work, store: SqliteStore, keyring: Keyring, tmp_path: Path
) -> None:
    source, touched = add_source(me, keyring, NAGIOS, Secret("sesame-41"))
    assert list(keyring.kept) == [source.id]
    assert touched.touches(SOURCES)
    assert find_source(store, "core") == source
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert files
    assert not [path for path in files if b"sesame-41" in path.read_bytes()]


def test_without_a_keyring_nothing_is_added(me: Work, store: SqliteStore, keyring: Keyring) -> None:
    keyring.is_broken = True
    with pytest.raises(SecretsTrouble):
        add_source(me, keyring, NAGIOS, Secret("sesame-41"))
    assert not store.team.sources()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": "  "}, "name"),
        ({"name": "x" * 61}, "name"),
        ({"name": "co\u202ere"}, "name"),
        ({"url": "monitor.example"}, "url"),
        ({"url": "file:///etc/passwd"}, "url"),
        ({"url": "https://ops:sesame@monitor.example/"}, "url"),
    ],
)
def test_an_unsound_source_is_refused_at_its_field(
    me: Work, store: SqliteStore, keyring: Keyring, changes: dict[str, str], field: str
) -> None:
    with pytest.raises(Refused) as refused:
        add_source(me, keyring, msgspec.structs.replace(NAGIOS, **changes), None)
    assert refused.value.field == field
    assert "sesame" not in refused.value.sentence()
    assert not store.team.sources()


def test_a_name_is_given_once(me: Work, keyring: Keyring) -> None:
    add_source(me, keyring, NAGIOS, None)
    with pytest.raises(Refused, match="already"):
        add_source(me, keyring, NAGIOS, None)


def test_a_removed_source_takes_secret_and_rows_with_it(
    me: Work, store: SqliteStore, keyring: Keyring, history: SqliteHistory
) -> None:
    add_source(me, keyring, NAGIOS, Secret("sesame"))
    remove_source(me, keyring, history, "core")
    assert not store.team.sources()
    assert not keyring.kept
    with pytest.raises(NotFound, match="core"):
        find_source(store, "core")


def test_a_secret_that_cannot_go_is_told_and_the_source_goes(
    me: Work, store: SqliteStore, keyring: Keyring, history: SqliteHistory
) -> None:
    source, _touched = add_source(me, keyring, NAGIOS, Secret("sesame"))
    keyring.is_broken = True
    with pytest.raises(SecretsTrouble, match="core is disconnected, but its secret") as told:
        remove_source(me, keyring, history, "core")
    assert source.id in told.value.hint
    assert not store.team.sources()


def test_a_source_without_a_user_needs_no_keyring_to_go(
    me: Work, store: SqliteStore, keyring: Keyring, history: SqliteHistory
) -> None:
    keyring.is_broken = True
    add_source(me, keyring, msgspec.structs.replace(NAGIOS, user=""), None)
    remove_source(me, keyring, history, "core")
    assert not store.team.sources()


def test_trying_counts_and_writes_nothing(store: SqliteStore, time: VirtualClock) -> None:
    fake = FakeHealthSource(time, [health_row("load"), health_row("disk")])
    found = try_source(NAGIOS, None, lambda _source, _secret: fake, CancelToken())
    assert (found.hosts, found.services) == (0, 2)
    assert fake.is_closed
    assert not store.team.sources()


def test_trying_closes_the_connector_when_it_fails(time: VirtualClock) -> None:
    fake = FakeHealthSource(time)
    fake.script.append(Unreachable("No route.", concerns="core"))
    with pytest.raises(Unreachable):
        try_source(NAGIOS, None, lambda _source, _secret: fake, CancelToken())
    assert fake.is_closed
