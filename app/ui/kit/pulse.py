"""One timer for everything that ages or blinks, so that all of it moves in phase. Owns the beat; paints nothing."""

from __future__ import annotations

from functools import partial
from weakref import ref

from PySide6.QtCore import QObject, QTimer, Signal
from shiboken6 import isValid

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
        self._followers: dict[int, ref[QObject]] = {}
        self._blinking: set[int] = set()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._step)

    def now(self) -> Moment:
        """The moment that ages are counted from."""
        return self.clock.now()

    def follow(self, who: QObject) -> None:
        """``who`` is in sight and wants the beat. One that dies without a word is forgotten."""
        key = id(who)
        self._followers[key] = ref(who, partial(self._forget, key))
        self._set_pace()

    def unfollow(self, who: QObject) -> None:
        """``who`` is out of sight; the last one stops the timer."""
        self._forget(id(who))

    def set_blinking(self, who: QObject, blinking: bool) -> None:
        """Whether ``who``, a follower, shows anything that blinks."""
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

    def _forget(self, key: int, _gone: object = None) -> None:
        self._followers.pop(key, None)
        self._blinking.discard(key)
        if isValid(self):
            self._set_pace()

    def _forget_dead(self) -> None:
        """Those whose C++ half went before the Python half, as at the end of a window."""
        for key, follower in list(self._followers.items()):
            alive = follower()
            if alive is None or not isValid(alive):
                self._forget(key)

    def _step(self) -> None:
        self._forget_dead()
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
