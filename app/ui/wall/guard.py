"""The watchdog beside a wall: another process, which covers the screen with NOT LIVE when the wall hangs or has
ended, and starts it again.

    starting --first beat--> live --no beat for 5 s--> covered --a beat--> live
    covered for a minute, or ended --> started again, at growing distances up to half a minute
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QObject, QProcess, QRect, QTimer
from PySide6.QtGui import QPainter, QPaintEvent, QScreen

from app.base.clock import SECOND, Moment
from app.base.text import tr
from app.ui.kit.cell import CellContext
from app.ui.kit.theme import current
from app.ui.kit.tokens import density
from app.ui.wall.brush import Brush, paint_hatch
from app.ui.wall.layout import scale_of
from app.ui.wall.local_time import clock_text
from app.ui.wall.window import WallWindow

HANGS_AFTER_MS: Final = 5 * SECOND
KILLED_AFTER_MS: Final = 60 * SECOND
STARTING_MS: Final = 20 * SECOND
_LOOK_MS: Final = 250
_END_MS: Final = 5_000


class NotLive(WallWindow):
    """Covers the wall's screen. GUI lane."""

    def __init__(self, now: Callable[[], Moment]) -> None:
        super().__init__()
        self._now = now
        self.since_at: Moment = 0
        self.reason = ""
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.update)
        self._timer.start(SECOND)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), current().color("bg.app"))
        paint_hatch(painter, self.rect(), current())
        scale = scale_of(self.width(), self.height())
        painter.scale(scale, scale)
        width, height = round(self.width() / scale), round(self.height() / scale)
        brush = Brush(painter, CellContext(current(), density("regular"), now_at=self._now()), scale)
        middle = height // 2
        told = tr("NOT LIVE since {time}", time=clock_text(self.since_at, with_seconds=True))
        box = QRect(64, middle - 180, width - 128, 300)
        brush.plate(box, is_dashed=True)
        brush.text(QRect(box.x(), middle - 150, box.width(), 120), told, "wall_clock", "fg.strong", align="center")
        brush.text(QRect(box.x(), middle - 10, box.width(), 50), self.reason, "wall_service", align="center")
        clock = clock_text(self._now(), with_seconds=True)
        brush.text(QRect(box.x(), middle + 50, box.width(), 50), clock, "wall_host", "fg.secondary", align="center")
        painter.end()


class Guard(QObject):
    """Runs ``command``, which writes something at each beat, for as long as this lives. GUI lane."""

    def __init__(
        self,
        command: Sequence[str],
        screen: Callable[[], QScreen],
        now: Callable[[], Moment],
        *,
        hangs_after_ms: int = HANGS_AFTER_MS,
        killed_after_ms: int = KILLED_AFTER_MS,
        starting_ms: int = STARTING_MS,
        wait_ms: Callable[[int], int] | None = None,
    ) -> None:
        super().__init__()
        self._command = tuple(command)
        self._screen = screen
        self._now = now
        self._limits = (hangs_after_ms, killed_after_ms, starting_ms)
        self._wait_ms = wait_ms or _growing
        self._failures = 0
        self._beat_at: Moment = now()
        self._has_beaten = False
        self._is_ending = False
        self.cover = NotLive(now)
        self.process = QProcess(self)
        self.process.setProcessChannelMode(QProcess.ProcessChannelMode.SeparateChannels)
        self.process.readyReadStandardOutput.connect(self._heard)
        self.process.readyReadStandardError.connect(self._pass_on)
        self.process.finished.connect(self._ended)
        self.process.errorOccurred.connect(self._not_started)
        self._look = QTimer(self)
        self._look.timeout.connect(self._check)
        self._again = QTimer(self, singleShot=True)
        self._again.timeout.connect(self.start)

    def start(self) -> None:
        """Start the wall; also again, after it ended."""
        self._beat_at, self._has_beaten = self._now(), False
        self.process.start(self._command[0], list(self._command[1:]))
        self._look.start(_LOOK_MS)

    def end(self) -> None:
        """End the wall, then the cover."""
        self._is_ending = True
        self._look.stop()
        self._again.stop()
        if self.process.state() != QProcess.ProcessState.NotRunning:
            self.process.terminate()
            if not self.process.waitForFinished(_END_MS):
                self.process.kill()
                self.process.waitForFinished(_END_MS)
        self.cover.end()

    def _heard(self) -> None:
        self.process.readAllStandardOutput()
        self._beat_at, self._has_beaten, self._failures = self._now(), True, 0
        self.cover.hide()

    def _pass_on(self) -> None:
        os.write(2, self.process.readAllStandardError().data())

    def _check(self) -> None:
        hangs_after, killed_after, starting = self._limits
        quiet = self._now() - self._beat_at
        if quiet > (hangs_after if self._has_beaten else starting):
            self._cover(tr("The wall does not move. It is started again when that lasts."))
        if quiet > killed_after:
            self.process.kill()

    def _ended(self) -> None:
        if not self._is_ending:
            self._look.stop()
            self._cover(tr("The wall has ended. It is being started again."))
            self._failures += 1
            self._again.start(self._wait_ms(self._failures))

    def _not_started(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self._ended()

    def _cover(self, reason: str) -> None:
        self.cover.reason = reason
        if not self.cover.isVisible():
            self.cover.since_at = self._beat_at
            self.cover.show_on(self._screen())
            self.cover.raise_()


def _growing(failures: int) -> int:
    return min(30 * SECOND, SECOND << min(failures, 5))
