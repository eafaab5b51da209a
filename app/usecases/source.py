"""Connected systems: add, list, test, remove. The secret goes to the keyring or an owner-only file, nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

import msgspec

from app.base.errors import NotFound, Refused, SecretsTrouble
from app.base.events import SOURCES, CancelToken, Touched
from app.base.secret import Secret
from app.domain.health import HOST, Snapshot
from app.domain.source import Source
from app.ports import Connect, History, Secrets, Store
from app.usecases.work import Work


def add_source(work: Work, secrets: Secrets, source: Source, secret: Secret | None) -> tuple[Source, Touched]:
    """Connect a system. The secret is kept first: a source without its secret would fail at every poll."""
    _check(source)
    if any(other.name == source.name for other in work.store.team.sources()):
        raise Refused(f"There is already a source named {source.name}.", hint="Choose another name.", field="name")
    source = msgspec.structs.replace(source, id=work.ids.new())
    if secret is not None and not source.secret_file:
        secrets.save(source.id, secret)
    with work.store.write() as unit:
        unit.put_source(source)
        unit.audit("source.add", by=work.me, concerns=source.name, detail={"kind": source.kind, "url": source.url})
    return source, Touched.of(SOURCES, [source.id], work.origin)


def remove_source(work: Work, secrets: Secrets, history: History, name: str) -> Touched:
    """Disconnect a system: its rows leave the board, its secret leaves the keyring. Raises SecretsTrouble when only
    the secret could not go; the source is disconnected then all the same."""
    if name in history.marks() and all(source.name != name for source in work.store.team.sources()):
        return _forget_files(work, history, name)
    source = find_source(work.store, name)
    with work.store.write() as unit:
        unit.drop_source(source.id)
        unit.audit("source.remove", by=work.me, concerns=source.name)
    history.forget_source(source.name)
    if not source.secret_file:
        _forget(secrets, source)
    return Touched.of(SOURCES, [source.id], work.origin)


def resume_source(work: Work, name: str, lift: Callable[[str], bool]) -> bool:
    """A person wants a refused sign-in tried once more. ``lift``: the poller's or the history's, which lets it be.
    False when none was refused. Write lane. Raises the store's EnvironmentTrouble."""
    is_lifted = lift(name)
    if is_lifted:
        with work.store.write() as unit:
            unit.audit("source.resume", by=work.me, concerns=name)
    return is_lifted


def _forget(secrets: Secrets, source: Source) -> None:
    try:
        secrets.forget(source.id)
    except SecretsTrouble as trouble:
        if not source.user:
            return  # none was ever asked for: a machine without a keyring is no trouble here
        raise SecretsTrouble(
            f"{source.name} is disconnected, but its secret could not be taken out of the keyring.",
            detail=trouble.title,
            hint=f"Delete the entry of “watchdesk” for {source.id} in the keyring's own program.",
            concerns=source.name,
        ) from None


def _forget_files(work: Work, history: History, name: str) -> Touched:
    """Of a source that only files told of, its history is all there is."""
    with work.store.write() as unit:
        unit.audit("source.remove", by=work.me, concerns=name)
    history.forget_source(name)
    return Touched.of(SOURCES, [name], work.origin)


def find_source(store: Store, name: str) -> Source:
    """The source of that name. Raises NotFound."""
    for source in store.team.sources():
        if source.name == name:
            return source
    known = ", ".join(source.name for source in store.team.sources()) or "none yet"
    raise NotFound(f"There is no source named {name}.", hint=f"Known: {known}.", concerns=name)


@dataclass(frozen=True, slots=True)
class SourceTest:
    """What a first asking found."""

    hosts: int
    services: int
    duration_s: float
    skew_s: float


def try_source(source: Source, secret: Secret | None, connect: Connect, cancel: CancelToken) -> SourceTest:
    """Ask a system once, write nothing. Net lane. Raises RemoteTrouble."""
    connector = connect(source, secret)
    try:
        snapshot: Snapshot = connector.fetch(cancel)
    finally:
        connector.close()
    hosts = sum(row.kind == HOST for row in snapshot.rows)
    return SourceTest(hosts, len(snapshot.rows) - hosts, snapshot.duration_s, snapshot.skew_s)


_WEB: Final = (("http", "https"), "https://host/path")
_ADDRESSES: Final = {
    "livestatus": (("tcp", "tls", "unix"), "tcp://host:6557, tls://host:6557 or unix:///path/to/live")
}
"""Schemes and an example, of kinds that are no web pages."""


def _check(source: Source) -> None:
    if not source.name.strip() or len(source.name) > 60 or not source.name.isprintable():
        raise Refused("A source needs a short name.", hint="It is shown at each of its rows.", field="name")
    if source.kind == "simulated":
        return
    try:
        parts = urlsplit(source.url)
    except ValueError:
        parts = urlsplit("")
    schemes, form = _ADDRESSES.get(source.kind, _WEB)
    if parts.scheme not in schemes or not (parts.path if parts.scheme == "unix" else parts.hostname):
        raise Refused(f"“{source.url}” is not an address.", hint=f"Write {form}.", field="url")
    if parts.username is not None or parts.password is not None:
        raise Refused(
            "The address contains a user or a password.",
            hint="Give the user with --user; the password is asked for and kept in the keyring.",
            field="url",
        )
