"""The wall's window: the picture that was read last, its clock, and whether it is still to be believed."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QTimer
from PySide6.QtGui import QPainter, QPaintEvent

from app.base.clock import SECOND, Moment
from app.base.text import duration, tr
from app.domain.wall import WallPage
from app.ui.kit.theme import current
from app.ui.wall.brush import paint_hatch
from app.ui.wall.canvas import WallView, paint_wall
from app.ui.wall.foot import NO_TURN, Turn
from app.ui.wall.window import WallWindow
from app.usecases.wall import WallPicture

BEAT_MS = 500
DEAD_AFTER_MS = 10 * SECOND
"""Nothing was read for so long: the picture is no longer believed."""
BLINK_MS = 30 * SECOND


class WallScreen(WallWindow):
    """Shows a picture with a running clock. GUI lane. ``beat`` is called twice a second, after the repaint was asked
    for."""

    def __init__(self, now: Callable[[], Moment], beat: Callable[[], None] = lambda: None) -> None:
        super().__init__()
        self._now = now
        self._beat = beat
        self._picture: WallPicture | None = None
        self._turn = NO_TURN
        self._trouble = ""
        self._blink_until: dict[str, Moment] = {}
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._step)
        self._timer.start(BEAT_MS)

    def show_picture(self, picture: WallPicture, turn: Turn, *, new: frozenset[str] = frozenset()) -> None:
        """What was read; ``new``: ids of cards that blink for a while."""
        self._picture, self._turn, self._trouble = picture, turn, ""
        until = self._now() + BLINK_MS
        self._blink_until = {
            **{id_: at for id_, at in self._blink_until.items() if at > self._now()}, **dict.fromkeys(new, until)
        }  # fmt: skip
        self.setAccessibleDescription(spoken(picture))
        self.update()

    def show_trouble(self, sentence: str) -> None:
        """Why nothing can be read; the last picture grows old beside it."""
        self._trouble = sentence
        self.update()

    def end(self) -> None:
        self._timer.stop()
        super().end()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        now_at = self._now()
        picture = self._picture or WallPicture(page=WallPage(name="", title=""), made_at=now_at)
        trouble = self._trouble_now(now_at)
        low = [id_ for id_, until in self._blink_until.items() if until > now_at] if now_at // BEAT_MS % 2 else []
        paint_wall(painter, self.width(), self.height(), picture, WallView(now_at, self._turn, low, trouble))
        if self._picture is not None and self._is_dead(now_at):
            painter.setOpacity(0.5)
            painter.fillRect(self.rect(), current().color("bg.app"))
            painter.setOpacity(1.0)
            paint_hatch(painter, self.rect(), current())
        painter.end()

    def _trouble_now(self, now_at: Moment) -> str:
        if self._picture is None:
            return self._trouble or tr("Reading the profile.")
        if self._trouble:
            return self._trouble
        if self._is_dead(now_at):
            return tr("NOT LIVE: nothing was read for {age}.", age=duration(now_at - self._picture.made_at))
        return ""

    def _is_dead(self, now_at: Moment) -> bool:
        return self._picture is None or not -DEAD_AFTER_MS < now_at - self._picture.made_at < DEAD_AFTER_MS

    def _step(self) -> None:
        self.update()
        self._beat()


def spoken(picture: WallPicture) -> str:
    """The page in one sentence, for those who listen."""
    counts = ", ".join(f"{amount} {state}" for state, amount in picture.counts) or tr("nothing unhandled")
    silent = ", ".join(source.name for source in picture.silent)
    return f"{picture.page.title}: {counts}." + (" " + tr("Silent: {names}.", names=silent) if silent else "")
