"""Cycles are collected on the GUI thread alone. Owns the switch of Python's collector and the one timer behind it.

Python collects on whichever thread makes the object too many. A worker that frees a widget so, runs its
destructor off the GUI thread: it waits, with the interpreter's lock in hand, for locks of Qt's that the GUI thread
holds while it waits for the interpreter. Both wait for ever (decision 016).
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

_LOOK_MS = 250
_THRESHOLDS = (2_000, 20, 20)
"""Objects made, younger and middle collections since the last one, before a generation is due, oldest last."""


class Collector(QObject):
    """Turns automatic collection off while it lives; looks four times a second whether one is due. GUI lane."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._was_on = gc.isenabled()
        gc.disable()
        self._timer = QTimer(self)
        self._timer.timeout.connect(collect_what_is_due)
        self._timer.start(_LOOK_MS)

    def end(self) -> None:
        """As it was before; no thread may free widgets any more when this is called."""
        self._timer.stop()
        if self._was_on:
            gc.enable()


def collect_what_is_due() -> None:
    """Collect the oldest generation that is due, and with it the younger ones."""
    for generation in (2, 1, 0):
        if gc.get_count()[generation] > _THRESHOLDS[generation]:
            gc.collect(generation)
            return
