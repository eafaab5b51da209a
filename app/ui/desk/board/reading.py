"""What the board asks of the history: the 24 h strips of the rows in sight, and the story of the current row.

GUI lane; the history answers on a read lane. Requests that follow each other quickly become one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QObject, QTimer, Signal

from app.base.clock import HOUR, Moment
from app.base.events import CancelToken
from app.base.text import age, tr
from app.domain.health import HealthRow
from app.ports import History
from app.ui.desk.board.business_pane import SPOKEN, glyph_word, parts_text
from app.ui.desk.board.feed import BoardFeed
from app.ui.desk.board.story import RowStory
from app.ui.desk.context import Context
from app.ui.kit.cells import Hour
from app.ui.models.board_columns import hours_of
from app.ui.models.board_model import BoardRow
from app.usecases.roll_up import RolledUp

_STRIPS_EVERY_MS = 60_000
_STRIPS_CALM_MS = 50
_STORY_CALM_MS = 120


class BoardReading(QObject):
    """``rows_in_sight()`` and ``explained()``, the row whose story is wanted, are asked when it is time to read.

    ``hours`` holds the strips by row id; ``window_ms`` is how far back a story reaches.
    """

    strips_read = Signal()
    story_read = Signal(object)
    failed = Signal(object)

    def __init__(
        self, context: Context, feed: BoardFeed, rows_in_sight: Callable[[], list[str]],
        explained: Callable[[], BoardRow | None], parent: QObject,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._context, self._feed = context, feed
        self._rows_in_sight, self._explained = rows_in_sight, explained
        self.hours: dict[str, tuple[Hour, ...]] = {}
        self.window_ms = HOUR
        self._strips_at: Moment = 0
        self._strips_calm = self._calm(_STRIPS_CALM_MS, self._read_strips)
        self._story_calm = self._calm(_STORY_CALM_MS, self.read_story)

    def want_strips(self) -> None:
        """Other rows are in sight."""
        self._strips_calm.start()

    def want_story(self) -> None:
        """Another row is the current one, or it has changed."""
        self._story_calm.start()

    def tick(self, now_at: Moment) -> None:
        """Strips grow old: all in sight are read again once a minute."""
        if now_at - self._strips_at > _STRIPS_EVERY_MS:
            self._strips_at = now_at
            self._ask_strips(self._rows_in_sight())

    def read_story(self) -> None:
        """The current row's story, now."""
        line = self._explained()
        if line is None or self._context.opened is None:
            return
        row, is_stale = line.row, line.is_stale
        until_at = self._context.now()
        since_at = until_at - self.window_ms
        business = _business_of(row.id, self._feed.picture.services if self._feed.picture else ())
        heard_at = self._heard_at(row)
        heard = _heard(row, heard_at, until_at, is_paused=row.source in self._feed.paused)

        def read(history: History, cancel: CancelToken) -> RowStory:
            series = history.series(row.id, since_at, until_at)
            cancel.check()
            return RowStory(
                row, is_stale, since_at, until_at, series, history.changes(row.id, since_at, until_at),
                history.remarks(row.id), history.downtimes(row.id), business, heard, heard_at,
            )  # fmt: skip

        self._context.read_history(read, self._take_story, key="story", failed=self.failed.emit)

    def _read_strips(self) -> None:
        self._ask_strips([id_ for id_ in self._rows_in_sight() if id_ not in self.hours])

    def _ask_strips(self, wanted: Sequence[str]) -> None:
        if not wanted or self._context.opened is None:
            return
        now_at = self._context.now()
        self._context.read_history(
            lambda history, _cancel: history.strips(wanted, now_at), self._take_strips, key="strips"
        )

    def _take_strips(self, strips: Mapping[str, tuple[str, ...]]) -> None:
        for id_, words in strips.items():
            self.hours[id_] = hours_of(words)
        self.strips_read.emit()

    def _take_story(self, story: RowStory) -> None:
        line = self._explained()
        if line is not None and line.row.id == story.row.id:
            self.story_read.emit(story)

    def _heard_at(self, row: HealthRow) -> Moment | None:
        part = self._feed.board.sources.get(row.source)
        return part.mark.received_at if part is not None and part.mark is not None else None

    def _calm(self, wait_ms: int, then: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(wait_ms)
        timer.timeout.connect(then)
        return timer


def _business_of(row_id: str, services: Sequence[RolledUp]) -> list[tuple[str, str, str]]:
    return [
        (glyph_word(each), each.service.name, f"{SPOKEN[each.state].capitalize()}, {parts_text(each)}")
        for each in services
        if row_id in each.member_ids
    ]


def _heard(row: HealthRow, heard_at: Moment | None, now_at: Moment, *, is_paused: bool) -> str:
    parts = [tr("{source}, heard {age} ago", source=row.source, age=age(now_at, heard_at))]
    if heard_at is None:
        parts = [tr("{source}, not heard yet", source=row.source)]
    checked = age(now_at, row.last_check_at)
    if checked:
        parts.append(tr("checked {age} ago", age=checked))
    if is_paused:
        parts.append(tr("paused since it refused its sign-in"))
    return ", ".join(parts)
