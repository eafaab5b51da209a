"""What a command is handed: its words, the means of its process, and where to answer."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TextIO

from app.base.events import CancelToken
from app.base.text import one_line

if TYPE_CHECKING:
    from app.bootstrap.headless import Headless

_WIDEST = 60
_GAP = "  "


@dataclass(frozen=True, slots=True)
class Context:
    """``args``: the parsed words. ``means`` opens what is used. ``cancel`` is set by Ctrl+C."""

    args: argparse.Namespace
    means: Headless
    cancel: CancelToken
    out: TextIO
    err: TextIO

    @property
    def json(self) -> bool:
        return bool(getattr(self.args, "json", False))

    def answer(self, document: object, text: Callable[[], Iterable[str]]) -> None:
        """The one answer: the document with ``--json``, else the lines."""
        if self.json:
            self.out.write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")
        else:
            self.out.writelines(line + "\n" for line in text())

    def answer_list(self, documents: Iterable[dict[str, Any]]) -> None:
        """A JSON array, written as it comes: one object a line."""
        before = "[\n"
        for document in documents:
            self.out.write(before + json.dumps(document, ensure_ascii=False))
            before = ",\n"
        self.out.write("[]\n" if before == "[\n" else "\n]\n")

    def say(self, sentence: str) -> None:
        """A message beside the answer, on stderr."""
        self.err.write(f"watchdesk: {one_line(sentence)}\n")


def table(
    heads: Sequence[str], rows: Iterable[Sequence[object]], *, right: frozenset[str] = frozenset()
) -> list[str]:
    """Aligned lines. Text from outside is made plain; the last column takes what room the terminal has."""
    cells = [[_cell(value) for value in row] for row in rows]
    widths = [min(_WIDEST, max([len(head), *(len(row[index]) for row in cells)])) for index, head in enumerate(heads)]
    room = _room() - sum(widths[:-1]) - len(_GAP) * (len(heads) - 1)
    widths[-1] = max(10, room) if _room() else max(len(row[-1]) for row in [list(heads), *cells])
    lines = []
    for row in [list(heads), *cells]:
        shown = [
            _fit(cell, width).rjust(width) if head in right else _fit(cell, width).ljust(width)
            for cell, width, head in zip(row, widths, heads, strict=True)
        ]
        lines.append(_GAP.join(shown).rstrip())
    return lines


def _cell(value: object) -> str:
    return "" if value is None else one_line(str(value))


def _fit(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"


def _room() -> int:
    """The terminal's width; 0 when nobody looks and nothing is to be cut."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else 0
