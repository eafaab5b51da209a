"""The bridge from the lanes to the GUI thread. Owns the one queued signal; starts no thread.

``Lanes(bridge.deliver)``. Calls are drained in one go per event-loop turn; what was touched is merged per turn.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable

import shiboken6
from PySide6.QtCore import QObject, Qt, QThread, QTimer, Signal

from app.base.events import Touched
from app.base.lanes import note_bug

_log = logging.getLogger(__name__)


def is_alive(owner: object) -> bool:
    """Whether a Qt object still has its C++ half; anything else is alive."""
    return not isinstance(owner, QObject) or shiboken6.isValid(owner)


class Bridge(QObject):
    """Lives on the GUI thread; ``deliver`` and ``tell`` may be called from any lane."""

    touched = Signal(object)
    """One ``Touched`` per event-loop turn: all writes of that turn together."""

    _wake = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._calls: deque[Callable[[], None]] = deque()
        self._pending: Touched | None = None
        self._wake.connect(self._drain, Qt.ConnectionType.QueuedConnection)

    def deliver(self, call: Callable[[], None]) -> None:
        """Run ``call`` on the GUI thread in a later turn of the event loop. Any lane.

        A call whose bound Qt object has died by then is dropped.
        """
        self._calls.append(call)
        self._wake.emit()

    def tell(self, what: Touched) -> None:
        """Report a write. Any lane; views hear of it through ``touched``."""
        self.deliver(lambda: self._merge(what))

    def for_owner(self, owner: QObject, call: Callable[..., None]) -> Callable[..., None]:
        """``call``, doing nothing once ``owner`` has died; for callbacks that are not bound to their owner."""

        def only_while_alive(*values: object) -> None:
            if is_alive(owner):
                call(*values)

        return only_while_alive

    def _drain(self) -> None:
        # Only what was there at the start: a call that delivers again waits for the next turn.
        for _ in range(len(self._calls)):
            call = self._calls.popleft()
            if _owners_alive(call):
                try:
                    call()
                except Exception as error:  # one broken receiver must not keep the others from their results
                    note_bug(_log, "a delivered result was not taken", error)

    def _merge(self, what: Touched) -> None:
        if self._pending is None:
            self._pending = what
            QTimer.singleShot(0, self, self._emit_touched)
        else:
            self._pending = self._pending | what

    def _emit_touched(self) -> None:
        what, self._pending = self._pending, None
        if what is not None:
            self.touched.emit(what)


def _owners_alive(call: Callable[[], None]) -> bool:
    """False when the call, or a callback it closes over, is bound to a dead Qt object."""
    cells = getattr(call, "__closure__", None) or ()
    bound = (call, *(cell.cell_contents for cell in cells))
    return all(is_alive(getattr(each, "__self__", None)) for each in bound)


def on_gui_thread(bridge: QObject) -> bool:
    """Whether the caller runs on the bridge's thread."""
    return QThread.currentThread() is bridge.thread()
