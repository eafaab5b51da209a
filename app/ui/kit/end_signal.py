"""The signals by which a system or a terminal ends a program, brought to the GUI thread.

A Python handler runs only between two steps of Python, and an idle event loop takes none: the wake-up socket is what
reaches it. Nothing else of the process's signals is touched.
"""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable
from types import FrameType

from PySide6.QtCore import QObject, QSocketNotifier

ENDING = (signal.SIGINT, signal.SIGTERM) + ((signal.SIGHUP,) if hasattr(signal, "SIGHUP") else ())


class EndSignal(QObject):
    """Calls ``end`` on the GUI thread for each ending signal, until ``restore``. GUI lane; the main thread."""

    def __init__(self, end: Callable[[], object], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._end = end
        self._mine, self._system = socket.socketpair()
        self._mine.setblocking(False)
        self._system.setblocking(False)
        self._notifier = QSocketNotifier(self._mine.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._arrived)
        self._wakeup = signal.set_wakeup_fd(self._system.fileno(), warn_on_full_buffer=False)
        self._before = {kind: signal.signal(kind, _leave_to_the_socket) for kind in ENDING}

    def restore(self) -> None:
        """Give the signals back to who had them."""
        signal.set_wakeup_fd(self._wakeup)
        for kind, handler in self._before.items():
            signal.signal(kind, handler)
        self._notifier.setEnabled(False)
        self._mine.close()
        self._system.close()

    def _arrived(self) -> None:
        if any(number in ENDING for number in self._mine.recv(64)):
            self._end()


def _leave_to_the_socket(_signal: int, _frame: FrameType | None) -> None:
    """The wake-up socket has been written by now; a handler must be there for that to happen."""
