"""One timer for everything that ages or blinks, so that all of it moves in phase. Owns the beat; paints nothing."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from app.base.clock import Clock, Moment, SystemClock

_BEAT_MS = 1_000
_BLINK_MS = 500


class Pulse(QObject):
    """Beats once a second, twice while anything blinks, and not at all while nobody listens."""

    beat = Signal()
    """Ages and clocks may have changed; each second."""
    blinked = Signal(bool)
    """The blink phase turned; True in the low half."""

    def __init__(self, parent: QObject | None = None, clock: Clock | None = None) -> None:
        super().__init__(parent)
        self.clock: Clock = clock or SystemClock()
        self.is_low = False
        self.reduced_motion = False
        self._followers = 0
        self._blinking: set[int] = set()
        self._half = False
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._step)

    def now(self) -> Moment:
        """The moment that ages are counted from."""
        return self.clock.now()

    def follow(self) -> None:
        """One more visible listener."""
        self._followers += 1
        self._set_pace()

    def unfollow(self) -> None:
        """One listener less; the last one stops the timer."""
        self._followers = max(0, self._followers - 1)
        self._set_pace()

    def set_blinking(self, who: object, blinking: bool) -> None:
        """Whether ``who`` shows anything that blinks."""
        if blinking and not self.reduced_motion:
            self._blinking.add(id(who))
        else:
            self._blinking.discard(id(who))
        self._set_pace()

    def _set_pace(self) -> None:
        if not self._followers:
            self._timer.stop()
            return
        pace = _BLINK_MS if self._blinking else _BEAT_MS
        if not self._timer.isActive() or self._timer.interval() != pace:
            self._timer.start(pace)

    def _step(self) -> None:
        if not self._blinking:
            if self.is_low:
                self.is_low = False
                self.blinked.emit(False)
            self.beat.emit()
            return
        self.is_low = not self.is_low
        self.blinked.emit(self.is_low)
        if not self.is_low:
            self.beat.emit()


_pulse: Pulse | None = None


def pulse() -> Pulse:
    """The one pulse of this process."""
    global _pulse
    if _pulse is None:
        _pulse = Pulse()
    return _pulse
