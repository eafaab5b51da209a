"""The board's columns."""

from __future__ import annotations

from collections.abc import Mapping

from app.base.text import tr
from app.domain.health import OK, STALE
from app.ui.kit.cells import Hour, age_cell, attempt_cell, marks_cell, state_cell, strip_cell, text_cell
from app.ui.kit.column import Column
from app.ui.models.board_model import BoardRow


def hours_of(words: tuple[str, ...]) -> tuple[Hour, ...]:
    """A strip as the history tells it, for the painter."""
    return tuple(Hour(word.partition(":")[0], word.endswith(":handled")) for word in words)


def board_columns(hours: Mapping[str, tuple[Hour, ...]]) -> tuple[Column, ...]:
    """``hours``: strips by row id; read at each paint, so that late ones appear by themselves."""
    state = state_cell(_state, outlined=lambda line: line.is_hollow, room=20)
    service = text_cell(lambda line: line.title)
    both = text_cell(lambda line: line.title, below=_output)
    output = text_cell(_output, "fg.secondary")
    host = text_cell(lambda line: line.row.host, "fg.secondary", elide="middle")
    source = text_cell(lambda line: line.row.source, "fg.secondary", elide="middle")
    attempt = attempt_cell(lambda line: (line.row.attempt, line.row.max_attempts))
    strip = strip_cell(lambda line: hours.get(line.row.id))
    return (
        Column("state", "", state, width=34, tip=_state_tip, pad=4),
        Column("service", tr("Service"), service, width=180, tip=_name, sort=True, only_lines=1),
        Column("both", tr("Service and output"), both, width=320, grow=1, tip=_output, sort=True, only_lines=2),
        Column("host", tr("Host"), host, width=138, tip=lambda line: line.row.host, sort=True),
        Column("output", tr("Output"), output, width=240, grow=1, tip=_output, only_lines=1),
        Column("source", tr("Source"), source, width=108, tip=lambda line: line.row.source, sort=True, leave_order=3),
        Column("age", tr("Age"), age_cell(_since), width=74, align="right", is_live=True, sort=True),
        Column("try", tr("Try"), attempt, width=46, align="right", leave_order=1),
        Column("strip", tr("24 h"), strip, width=112, leave_order=2),
        Column("marks", tr("Marks"), marks_cell(lambda line: line.marks), width=66, tip=_marks_tip),
    )


def _state(line: BoardRow) -> str:
    return line.state


def _name(line: BoardRow) -> str:
    return line.row.name


def _since(line: BoardRow) -> int | None:
    return line.row.since_at


def _output(line: BoardRow) -> str:
    if line.state == STALE:
        return tr("Was {state} when last heard. {output}", state=_was(line), output=line.row.output)
    return line.row.output


def _was(line: BoardRow) -> str:
    """The last known state in the middle of a sentence."""
    return "OK" if line.row.state == OK else line.row.state


def _state_tip(line: BoardRow) -> str:
    return tr("Stale, was {state}", state=_was(line)) if line.is_stale else line.row.state


def _marks_tip(line: BoardRow) -> str:
    return ", ".join(line.marks)
