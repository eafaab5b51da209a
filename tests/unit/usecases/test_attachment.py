"""Attachments on their way out: every bad path leaves nothing behind and says what is safe."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from app.base.errors import (
    Cancelled,
    Damaged,
    DiskFull,
    EnvironmentTrouble,
    NotFound,
    ReadOnly,
    Refused,
    WatchdeskError,
)
from app.base.events import CancelToken
from app.domain.ticket import Attachment
from app.storage.store import SqliteStore
from app.usecases.attachment import KEPT_COPIES, find_attachment, lay_out, save_attachment
from app.usecases.ticket import attach_file, new_ticket
from app.usecases.work import Work
from tests.unit.storage.small_disk import mounted

GO = CancelToken()
LOG = b"14:21:07 pool_exhausted\n" * 100


@contextmanager
def raising(kind: type[WatchdeskError], words: str) -> Iterator[pytest.ExceptionInfo[Any]]:
    """The block raises it, and its whole sentence says so."""
    with pytest.raises(kind) as raised:
        yield raised
    assert re.search(words, raised.value.sentence()), raised.value.sentence()


@pytest.fixture
def kept(me: Work, tmp_path: Path) -> Attachment:
    return attached(me, tmp_path, "gateway.log", LOG)


def attached(work: Work, tmp_path: Path, name: str, content: bytes) -> Attachment:
    path = tmp_path / name
    path.write_bytes(content)
    ticket = new_ticket(work, {"title": "Slow"}).ticket
    attach_file(work, ticket.id, path)
    path.unlink()
    return work.store.tickets.attachments(ticket.id)[-1]


def place_of(tmp_path: Path, kept: Attachment) -> Path:
    return tmp_path / "profile" / "attachments" / kept.sha256[:2] / kept.sha256


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "out"
    made.mkdir()
    return made


def test_it_is_saved_whole_under_the_name_given(store: SqliteStore, kept: Attachment, folder: Path) -> None:
    target = folder / "mine.log"
    assert save_attachment(store, kept, target, GO) == target
    assert target.read_bytes() == LOG
    assert not target.stat().st_mode & 0o111
    assert list(folder.iterdir()) == [target]


def test_into_a_folder_it_goes_under_its_harmless_name(store: SqliteStore, kept: Attachment, folder: Path) -> None:
    import msgspec

    sly = msgspec.structs.replace(kept, name="../../\x1bgate\u202eway.log")
    assert save_attachment(store, sly, folder, GO) == folder / "_gate_way.log"


def test_a_file_that_is_there_is_never_replaced_unasked(store: SqliteStore, kept: Attachment, folder: Path) -> None:
    target = folder / "a.log"
    target.write_text("mine")
    with raising(Refused, "is there already.*left as it is") as refused:
        save_attachment(store, kept, target, GO)
    assert refused.value.field == "file"
    assert target.read_text() == "mine"
    save_attachment(store, kept, target, GO, replace=True)
    assert target.read_bytes() == LOG
    assert list(folder.iterdir()) == [target]


def test_a_link_that_leads_nowhere_is_a_file_too(store: SqliteStore, kept: Attachment, folder: Path) -> None:
    (folder / "a.log").symlink_to(folder / "nowhere")
    with raising(Refused, "is there already"):
        save_attachment(store, kept, folder / "a.log", GO)
    assert not (folder / "nowhere").exists()


def test_a_kept_file_that_is_gone_is_said(store: SqliteStore, kept: Attachment, folder: Path, tmp_path: Path) -> None:
    place_of(tmp_path, kept).unlink()
    with raising(Damaged, "cannot be read.*ticket itself is safe"):
        save_attachment(store, kept, folder / "a.log", GO)
    with pytest.raises(Damaged):
        lay_out(store, kept, GO)
    assert not list(folder.iterdir())


@pytest.mark.parametrize("spoilt", [LOG[:-1] + b"X", LOG[:40], LOG + b"more", b""])
def test_bytes_that_do_not_match_their_digest_are_not_handed_out(
    store: SqliteStore, kept: Attachment, folder: Path, tmp_path: Path, spoilt: bytes
) -> None:
    place_of(tmp_path, kept).write_bytes(spoilt)
    target = folder / "a.log"
    target.write_text("mine")
    with raising(Damaged, "no longer what was attached"):
        save_attachment(store, kept, target, GO, replace=True)
    assert target.read_text() == "mine"
    assert list(folder.iterdir()) == [target]
    with pytest.raises(Damaged):
        lay_out(store, kept, GO)
    assert not list(store.looking_folder.iterdir())


@pytest.mark.parametrize("what", ["folder", "link", "pipe"])
def test_only_a_plain_file_is_read(
    store: SqliteStore, kept: Attachment, folder: Path, tmp_path: Path, what: str
) -> None:
    place = place_of(tmp_path, kept)
    place.unlink()
    {"folder": place.mkdir, "link": lambda: place.symlink_to("/etc/passwd"), "pipe": lambda: os.mkfifo(place)}[what]()
    with pytest.raises(Damaged):
        save_attachment(store, kept, folder / "a.log", GO)


def test_a_full_disk_leaves_nothing(me: Work, tmp_path: Path, folder: Path) -> None:
    large = attached(me, tmp_path, "large.log", b"x" * 2_000_000)
    with mounted(folder, "1m") as is_mounted:
        if not is_mounted:
            pytest.skip("mounting is not allowed here")
        with raising(DiskFull, "took no more.*Nothing was saved there"):
            save_attachment(me.store, large, folder / "a.log", GO)
        assert not list(folder.iterdir())


def test_a_folder_that_cannot_be_written_is_said(store: SqliteStore, kept: Attachment, folder: Path) -> None:
    with mounted(folder, "1m,ro") as is_mounted:
        if not is_mounted:
            pytest.skip("mounting is not allowed here")
        with raising(ReadOnly, "cannot be written.*Choose a folder of your own"):
            save_attachment(store, kept, folder / "a.log", GO)


def test_a_folder_that_is_not_there_is_said(store: SqliteStore, kept: Attachment, folder: Path) -> None:
    for target in (folder / "absent" / "a.log", folder / ("x" * 300)):
        with raising(EnvironmentTrouble, "cannot be reached"):
            save_attachment(store, kept, target, GO)


def test_when_stopped_nothing_is_left(store: SqliteStore, kept: Attachment, folder: Path) -> None:
    stopped = CancelToken()
    stopped.cancel()
    with pytest.raises(Cancelled):
        save_attachment(store, kept, folder / "a.log", stopped)
    with pytest.raises(Cancelled):
        lay_out(store, kept, stopped)
    assert not list(folder.iterdir())
    assert not list(store.looking_folder.iterdir())


def test_a_copy_to_look_at_is_private_and_read_only(store: SqliteStore, kept: Attachment) -> None:
    path = lay_out(store, kept, GO)
    assert path.name == "gateway.log"
    assert path.read_bytes() == LOG
    assert path.is_relative_to(store.looking_folder)
    assert stat.S_IMODE(path.stat().st_mode) == 0o400
    assert stat.S_IMODE(path.parent.stat().st_mode) == stat.S_IMODE(store.looking_folder.stat().st_mode) == 0o700


def test_what_could_run_is_never_laid_out(store: SqliteStore, me: Work, tmp_path: Path) -> None:
    for name, content in (("collect.sh", b"echo"), ("notes.txt", b"#!/bin/sh\n"), ("page.html", b"<p>")):
        with raising(Refused, "not opened from here"):
            lay_out(store, attached(me, tmp_path, name, content), GO)
    assert not store.looking_folder.exists()


def test_only_the_newest_copies_stay(store: SqliteStore, kept: Attachment) -> None:
    paths = [lay_out(store, kept, GO) for _ in range(KEPT_COPIES)]
    for age_s, path in enumerate(reversed(paths)):
        os.utime(path.parent, (1_000_000 - age_s, 1_000_000 - age_s))
    newest = lay_out(store, kept, GO)
    assert len(list(store.looking_folder.iterdir())) == KEPT_COPIES
    assert newest.exists()
    assert paths[-1].exists()
    assert not paths[0].exists()


def test_one_is_found_by_name_id_or_digest(me: Work, store: SqliteStore, tmp_path: Path) -> None:
    ticket = new_ticket(me, {"title": "Slow"}).ticket
    for name, content in (("a.log", b"1"), ("b.log", b"2"), ("a.log", b"3")):
        (tmp_path / name).write_bytes(content)
        attach_file(me, ticket.id, tmp_path / name)
    first, b, third = store.tickets.attachments(ticket.id)
    assert find_attachment((first, b, third), "b.log") == b
    assert find_attachment((first, b, third), third.id) == third
    assert find_attachment((first, b, third), first.sha256[:8].upper()) == first
    with raising(Refused, "the name of 2 attachments.*by its SHA-256"):
        find_attachment((first, b, third), "a.log")
    with raising(NotFound, r"no attachment “c.log”.*Attached are: a.log, b.log, a.log"):
        find_attachment((first, b, third), "c.log")
    with raising(NotFound, "Nothing is attached"):
        find_attachment((), "c.log")
