"""What the pages share: the ports, the lanes, the settings, and one place to hear of writes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QObject, Signal

from app.actions.action import Means
from app.actions.registry import Registry
from app.base.errors import WatchdeskError
from app.base.events import CancelToken, Touched
from app.base.lanes import CPU, READ, WRITE, Lanes, Task
from app.base.text import tr
from app.base.zone import LOCAL
from app.ports import History, Store
from app.query import Env
from app.settings.setting import Setting, Settings
from app.usecases.work import Work

if TYPE_CHECKING:
    from app.usecases.poll import Poller

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Opened:
    """What exists once the stores are open. Until then the desk shows its last view."""

    work: Work
    store: Store
    history: History
    poller: Poller
    means: Means


class Context(QObject):
    """Handed to every page. GUI lane only; ``read``, ``write`` and ``compute`` send work to the lanes."""

    opened_changed = Signal()
    touched = Signal(object)
    board_changed = Signal()
    settings_changed = Signal()
    trouble = Signal(object)
    """A WatchdeskError, or a bug, that no page shows itself."""

    def __init__(self, lanes: Lanes, registry: Registry, settings: Settings, now: Callable[[], int], me: str) -> None:
        super().__init__()
        self.lanes = lanes
        self.registry = registry
        self.settings = settings
        self.now = now
        self.me = me
        self.opened: Opened | None = None
        self.not_opened: Exception | None = None
        """Why the stores could not be opened, until they are."""
        self.verbs: Mapping[str, frozenset[str]] = {}
        self.keep_settings: Callable[[Settings], None] = lambda _settings: None

    def set_opened(self, opened: Opened) -> None:
        """The stores are open."""
        self.opened, self.not_opened = opened, None
        self.opened_changed.emit()

    def env(self) -> Env:
        """What now, me and a day mean in a query: days are those of this computer, in which times are shown."""
        return Env(self.now(), self.me, LOCAL)

    def why_closed(self) -> str:
        """Why nothing can be written now, and what to do; empty when it can."""
        if self.opened is not None:
            return self.opened.store.why_read_only
        if self.not_opened is None:
            return tr("The store is still being opened.")
        return tr("The store is not open: nothing can be changed.")

    def read(
        self,
        function: Callable[[Store, CancelToken], T],
        done: Callable[[T], None],
        *,
        key: str,
        failed: Callable[[Exception], None] | None = None,
    ) -> Task | None:
        """Ask the store on a read lane; the latest with the same key wins."""
        return self._send(READ, lambda opened, cancel: function(opened.store, cancel), done, key, failed)

    def read_history(
        self,
        function: Callable[[History, CancelToken], T],
        done: Callable[[T], None],
        *,
        key: str,
        failed: Callable[[Exception], None] | None = None,
    ) -> Task | None:
        """Ask the history on a read lane."""
        return self._send(READ, lambda opened, cancel: function(opened.history, cancel), done, key, failed)

    def write(
        self,
        function: Callable[[Work, CancelToken], T],
        done: Callable[[T], None] | None = None,
        *,
        failed: Callable[[Exception], None] | None = None,
    ) -> Task | None:
        """Write on the write lane; results that carry ``touched`` are told to everybody."""

        def tell(value: Any) -> None:
            touched = getattr(value, "touched", None)
            if isinstance(touched, Touched) and touched:
                self.touched.emit(touched)
            if done is not None:
                done(value)

        return self._send(WRITE, lambda opened, cancel: function(opened.work, cancel), tell, "", failed)

    def compute(self, function: Callable[[CancelToken], T], done: Callable[[T], None], *, key: str) -> Task:
        """Think on the cpu lane."""
        return self.lanes.run(CPU, function, done=done, failed=self.trouble.emit, key=key)

    def change(self, setting: Setting[T], value: T) -> None:
        """Change a setting here and in the file."""
        self.settings = self.settings.with_changes({setting: value})
        settings = self.settings
        self.lanes.run(WRITE, lambda _cancel: self.keep_settings(settings), failed=self.trouble.emit, key="settings")
        self.settings_changed.emit()

    def _send(
        self,
        lane: str,
        function: Callable[[Opened, CancelToken], T],
        done: Callable[[T], None],
        key: str,
        failed: Callable[[Exception], None] | None,
    ) -> Task | None:
        opened = self.opened
        if opened is None:
            return None
        return self.lanes.run(
            lane, lambda cancel: function(opened, cancel), done=done, failed=failed or self.trouble.emit, key=key
        )


def sentence(error: Exception) -> str:
    """What to show of an error: its own sentence, or that it is our fault."""
    if isinstance(error, WatchdeskError):
        return error.sentence()
    return tr("Watchdesk made a mistake ({kind}). It is in the log; your work is safe.", kind=type(error).__name__)


def names(items: Sequence[str], limit: int = 3) -> str:
    """A few names, then how many more."""
    shown = ", ".join(items[:limit])
    return shown if len(items) <= limit else tr("{names} and {n} more", names=shown, n=len(items) - limit)
