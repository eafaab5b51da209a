"""What an import did, and how far it is."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from app.base.errors import InputTrouble
from app.base.events import Touched

SHOWN_LIMIT: Final = 1_000
"""How many of the rows set aside are told one by one; all of them are counted."""


@dataclass(frozen=True, slots=True)
class SetAside:
    """A row that was not taken. ``row`` counts from 1, the header being 1. ``where``: the file, for folders."""

    row: int
    reason: str
    where: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """``share``: 0 to 1. ``done``: rows read or things written so far. ``left_s``: None while nobody can know."""

    share: float
    done: int
    left_s: float | None


Report = Callable[[Progress], None]


@dataclass(frozen=True, slots=True)
class ImportSummary:
    """``read``: rows (or files) read. ``added``, ``changed``, ``unchanged``: tickets or articles.

    ``kept``: those that were changed here since, or that a newer file already brought further; they stay as they are.
    ``entries``: timeline entries added. ``set_aside``: the first ``SHOWN_LIMIT`` of ``set_aside_count``.
    ``ignored``: files that are no input. ``notes``: what the reader should know, each a sentence.
    """

    path: str
    format: str
    source: str
    read: int
    added: int
    changed: int
    unchanged: int
    kept: int = 0
    entries: int = 0
    set_aside: tuple[SetAside, ...] = ()
    set_aside_count: int = 0
    ignored: int = 0
    notes: tuple[str, ...] = ()
    duration_s: float = 0.0
    touched: Touched = field(default_factory=Touched)


class Aside:
    """Collects rows that are set aside."""

    def __init__(self) -> None:
        self.shown: list[SetAside] = []
        self.count = 0

    def add(self, row: int, reason: str, where: str = "") -> None:
        self.count += 1
        if len(self.shown) < SHOWN_LIMIT:
            self.shown.append(SetAside(row, reason, where))

    def refuse_when_all(self, taken: Collection[object], path: Path) -> None:
        """Raises InputTrouble when nothing was taken and something set aside: then the file itself is wrong."""
        if taken or not self.shown:
            return
        first = self.shown[0]
        raise InputTrouble(
            f"{first.reason}; not one row could be read",
            path=str(path),
            row=first.row,
            hint="Check that the file and its format belong together.",
        )


class Meter:
    """Turns shares into ``Progress`` with the time left, at most a few times a second.

    ``monotonic``: seconds that never run backwards.
    """

    PAUSE_S: Final = 0.2
    # Before that much of the work is done, an estimate says more about the start than about the rest.
    TRUSTED_SHARE: Final = 0.02

    def __init__(self, report: Report | None, monotonic: Callable[[], float]) -> None:
        self._report = report
        self._monotonic = monotonic
        self._began = self._told = monotonic()

    @property
    def elapsed_s(self) -> float:
        return self._monotonic() - self._began

    def tell(self, share: float, done: int) -> None:
        """Report, unless the last report was a moment ago."""
        if self._report is None:
            return
        now = self._monotonic()
        if now - self._told < self.PAUSE_S and share < 1:
            return
        self._told = now
        share = min(1.0, max(0.0, share))
        left_s = (now - self._began) * (1 - share) / share if share >= self.TRUSTED_SHARE else None
        self._report(Progress(share, done, left_s))
