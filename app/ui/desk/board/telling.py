"""The board's sentences about itself: which source is silent, why there are no rows. They never claim more than is
known: nothing is good news while a source has yet to answer."""

from __future__ import annotations

from collections.abc import Sequence

from app.base.clock import Moment
from app.base.text import age, count, number, one_line, tr
from app.domain import freshness
from app.domain.health import HealthRow
from app.ui.desk.board.feed import BoardPicture
from app.ui.kit.roles import Section
from app.ui.parts.pane_state import PaneState
from app.usecases.board import Board, clocks_note, paused


def rows_text(picture: BoardPicture) -> str:
    """How many rows the board shows, folded sections included."""
    return count(sum(line.count for line in picture.lines if isinstance(line, Section)), "row", "rows")


def subject_text(ticked: int, sources: int, is_holding: bool, narrowed: str) -> str:
    """Beside the title: what an action would be done to, why nothing moves, or what is shown."""
    if ticked:
        many, where = count(ticked, "row", "rows"), count(sources, "source", "sources")
        return tr("{rows} ticked on {sources}, Esc unticks", rows=many, sources=where)
    if is_holding:
        return tr("Held, Alt+Space lets go")
    return narrowed or tr("All sources")


def as_table(rows: Sequence[HealthRow]) -> str:
    """Rows for a spreadsheet: a line each, tabs between."""
    return "\n".join("\t".join((r.state, r.name, r.host, one_line(r.output), r.source)) for r in rows)


def silence(picture: BoardPicture, board: Board, now_at: Moment) -> str:
    """The banner's sentence when a source is stale or has not answered yet; empty when all are heard."""
    stale, unknown = _of(picture, freshness.STALE), _of(picture, freshness.UNKNOWN)
    if (not stale and not unknown) or (not stale and not picture.lines and len(unknown) == len(picture.levels)):
        return ""  # without any answer the pane itself says so
    name = (stale or unknown)[0]
    part = board.sources.get(name)
    mark = part.mark if part is not None else None
    since = age(now_at, mark.received_at if mark is not None else None)
    watched = number(len(part.rows)) if part is not None else "0"
    told = (
        tr("{name} silent for {age}. What its {n} rows do is not known.", name=name, age=since, n=watched)
        if stale
        else tr("{name} has not answered yet.", name=name)
    )
    more = len(stale) + len(unknown) - 1
    extra = tr(" {n} more of the sources silent too.", n=number(more)) if more else ""
    return f"{told}{extra} {mark.error if mark is not None else ''}".strip()


def refusal(picture: BoardPicture, board: Board, now_at: Moment) -> str:
    """The banner's sentence when a source refused its sign-in and is not asked; empty when none did."""
    names = paused(board)
    if not names:
        return ""
    part = board.sources[names[0]]
    mark = part.mark
    told = mark.error if mark is not None else ""
    if mark is not None and mark.received_at is not None:
        told += " " + tr(
            "Its {n} rows are as they were {age} ago.", n=number(len(part.rows)), age=age(now_at, mark.received_at)
        )
    if names[1:]:
        told += " " + tr("Paused too: {names}.", names=", ".join(names[1:]))
    silent = [*_of(picture, freshness.STALE), *_of(picture, freshness.UNKNOWN)]
    if others := [name for name in silent if name not in names]:
        told += " " + tr("Silent too: {names}.", names=", ".join(others))
    return told.strip()


def clocks(board: Board) -> str:
    """The banner's sentence when all are heard and clocks of sources are off; empty when none is."""
    return clocks_note(part.mark for part in board.sources.values())


def show_state(pane: PaneState, picture: BoardPicture, board: Board, asked: str) -> None:
    """What stands where rows would be. ``asked``: what they are filtered by, empty when by nothing."""
    levels = picture.levels
    unheard = [*_of(picture, freshness.UNKNOWN), *_of(picture, freshness.STALE)]
    if picture.lines:
        pane.clear()
    elif not levels:
        pane.good(
            tr("No source is connected yet."),
            tr("Connect one with “watchdesk source add nagios NAME --url URL --user USER”; its problems show here."),
        )
    elif set(levels.values()) == {freshness.UNKNOWN}:
        _show_unheard(pane, board, unheard)
    elif asked:
        pane.nothing_matches(asked)
    elif unheard:
        pane.good(
            tr("No unhandled problem is known."),
            tr("What {names} would tell is missing. F5 asks again.", names=", ".join(unheard)),
        )
    else:
        services, sources = number(picture.counts.services), count(picture.counts.sources, "source", "sources")
        pane.good(
            tr("No unhandled problems. {services} services on {sources}.", services=services, sources=sources),
            tr("New ones show here by themselves."),
        )


def _show_unheard(pane: PaneState, board: Board, names: list[str]) -> None:
    """No source has ever answered: still being asked, or why not."""
    marks = [board.sources[name].mark for name in names if name in board.sources]
    error = next((mark.error for mark in marks if mark is not None and mark.error), "")
    if error:
        hint = tr("If it should answer, check its address and its user.")
        again = tr("Try again") if paused(board) else tr("Try now")
        pane.failed(tr("{name} has not answered yet.", name=names[0]), error, hint, again)
    else:
        pane.loading(tr("Still asking {names}.", names=", ".join(names)), can_stop=False)


def _of(picture: BoardPicture, level: str) -> list[str]:
    return sorted(name for name, each in picture.levels.items() if each == level)
