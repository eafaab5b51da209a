"""A beat in the GUI thread: how long the thread was kept from its events."""

from __future__ import annotations

import time
from typing import Final

from PySide6.QtCore import QObject, Qt, QTimer

BEAT_MS: Final = 2


class Heart(QObject):
    """Beats in the GUI thread and keeps the gaps in ms, each with the moment it ended at (``perf_counter``)."""

    def __init__(self) -> None:
        super().__init__()
        self.gaps: list[float] = []
        self._last_s = 0.0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)

    def start(self) -> None:
        """A new window."""
        self.gaps = []
        self._last_s = time.perf_counter()
        self._timer.start(BEAT_MS)

    def stop(self) -> list[float]:
        """The gaps of this window, the unfinished one among them."""
        self._timer.stop()
        self._beat()
        return self.gaps

    def _beat(self) -> None:
        now_s = time.perf_counter()
        self.gaps.append((now_s - self._last_s) * 1000)
        self._last_s = now_s
