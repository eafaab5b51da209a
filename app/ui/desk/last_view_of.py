"""What is on the screen, as the last view that the next start paints first."""

from __future__ import annotations

from app.base.clock import Moment
from app.base.text import tr
from app.domain.health import HOST
from app.ui.desk.last_view import ROWS, LastProblem, LastView, last_tickets
from app.ui.desk.window import DeskWindow
from app.ui.models.board_model import BoardRow


def last_view_of(window: DeskWindow, before: LastView | None, now_at: Moment) -> LastView:
    """GUI lane. ``before``: the view that this start began with; a queue that was not shown this time is still the
    last one that was."""
    queue, picture = window.queue, window.feed.picture
    marks = {name: part.mark for name, part in window.feed.board.sources.items()}
    rows = [line.row for line in picture.lines[:ROWS] if isinstance(line, BoardRow)] if picture else []
    listed = before if queue is None or not queue.model.rowCount() else None
    return LastView(
        saved_at=now_at,
        screen=window.page.place if window.page is not None else "queue",
        view_name=listed.view_name if listed else queue.view_name if queue else "",
        query=listed.query if listed else queue.query if queue else "",
        total=listed.total if listed else queue.model.rowCount() if queue else 0,
        rows=listed.rows if listed else last_tickets(queue.last_rows()) if queue else (),
        problems=tuple(
            LastProblem(
                row.name if row.kind != HOST else tr("host"),
                row.host, row.output[:500], row.source, row.state, row.since_at,
            )
            for row in rows
        ),
        counts=tuple(picture.counts.unhandled.items()) if picture is not None else (),
        sources=tuple((name, mark.received_at if mark else None) for name, mark in marks.items()),
        width=window.width(),
        height=window.height(),
    )  # fmt: skip
