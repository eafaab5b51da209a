"""What says "saved" is on disk: the process is killed at random moments, and every saved edit must be there."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.base.clock import SystemClock
from app.base.paths import Profile
from app.domain.ticket import CHANGE, INTERNAL
from app.storage.store import open_store

KILLS = int(os.environ.get("WATCHDESK_KILLS", "50"))
EDITS = 20
ROOT = Path(__file__).resolve().parents[2]


def _saved_until_killed(folder: Path, seed: str, chance: random.Random) -> Iterator[list[str]]:
    """The edits that one run confirmed before it was killed: at least EDITS, then until a random moment."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.campaign.editor", str(folder), seed],
        stdout=subprocess.PIPE, text=True, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert process.stdout is not None
    end = float("inf")
    count = 0
    for line in process.stdout:
        yield line.split()[1:]
        count += 1
        if count == EDITS:
            end = time.monotonic() + chance.uniform(0, 0.12)
        if time.monotonic() >= end:
            break
    process.send_signal(signal.SIGKILL)
    # What it printed before it died was confirmed, too; a line cut in the middle was not.
    yield from (line.split()[1:] for line in process.stdout if line.endswith("\n"))
    process.stdout.close()
    assert process.wait(30) == -signal.SIGKILL, "it must die by the kill, not by itself"
    assert count >= EDITS


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_no_saved_edit_is_lost(tmp_path: Path) -> None:
    seed = int(os.environ.get("WATCHDESK_SEED", "0")) or random.randrange(1, 10**9)
    print(f"seed {seed}: WATCHDESK_SEED={seed} repeats this campaign")
    chance = random.Random(seed)
    folder = tmp_path / "profile"
    profile = Profile(folder)
    profile.make()
    last: dict[tuple[str, str], str] = {}
    written: dict[str, list[tuple[str, str]]] = {}
    for kill in range(KILLS):
        for ticket, kind, value in _saved_until_killed(folder, f"{seed}.{kill}", chance):
            last[ticket, kind] = value
            if kind != "draft":
                written.setdefault(ticket, []).append((kind, value))
    _check(profile, last, written)
    edits = sum(map(len, written.values()))
    print(f"{KILLS} kills, {edits} saved edits, 0 lost")
    assert edits >= KILLS * EDITS // 2


def _check(profile: Profile, last: dict[tuple[str, str], str], written: dict[str, list[tuple[str, str]]]) -> None:
    store = open_store(profile, SystemClock())
    lost = []
    for ticket_id, edits in written.items():
        entries = store.tickets.timeline(ticket_id, limit=100_000)
        kept = {(entry.field, entry.new) for entry in entries if entry.kind == CHANGE}
        kept |= {("comment", entry.text) for entry in entries if entry.kind == INTERNAL}
        lost += [(ticket_id, *edit) for edit in edits if edit not in kept]
    for (ticket_id, kind), value in last.items():
        ticket = store.tickets.get(ticket_id)
        assert ticket is not None
        # The edit after the last confirmed one may have been committed just before the kill.
        if kind in ("title", "team") and _step(getattr(ticket, kind)) < _step(value):
            lost.append((ticket_id, kind, value))
    store.close()
    assert lost == []


def _step(value: str | None) -> int:
    return int(value.rsplit("-", 1)[1]) if value and "-" in value else 0
