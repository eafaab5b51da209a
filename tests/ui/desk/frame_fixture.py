"""The whole frame for tests: DeskWindow on a real store, real lanes, a real poller and a monitoring system that says
what a test scripted.

``with open_frame(tmp_path) as frame:`` gives ``frame.window``, ``frame.context``, ``frame.work``, ``frame.core`` (the
monitoring system) and ``frame.press(keys)``, which types as a person does: at the widget that has the focus.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QPointF
from PySide6.QtGui import QEnterEvent, QImage, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.actions.action import Means
from app.actions.registry import build
from app.base.clock import HOUR, MINUTE, SystemClock
from app.base.errors import Unreachable
from app.base.ids import Ids
from app.base.lanes import Lanes, Task
from app.base.paths import Profile
from app.domain.health import HealthRow
from app.domain.source import Source
from app.domain.ticket import Ticket
from app.settings.setting import Settings
from app.storage.history import open_history
from app.storage.store import open_store
from app.ui.desk.board.feed import BoardPicture
from app.ui.desk.context import Context, Opened
from app.ui.desk.window import DeskWindow
from app.ui.kit.bridge import Bridge
from app.ui.kit.theme import install
from app.usecases.article import new_article
from app.usecases.poll import Poller
from app.usecases.poll_timer import ThreadTimer
from app.usecases.ticket import new_ticket
from app.usecases.work import Work
from tests.fakes.clock import VirtualClock
from tests.fakes.health_source import FakeHealthSource, health_row

ME = "J. Reyes"
SOURCE = "nagios-core"


class Frame:
    """A desk as the program composes it, but for its monitoring system."""

    def __init__(
        self, qtbot: QtBot, root: Path, *, is_opened: bool = True, size: tuple[int, int] = (1920, 1080),
        rows: Sequence[HealthRow] | None = None, with_source: bool = True, settings: Settings | None = None,
    ) -> None:  # fmt: skip
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        install(application, "dark")
        self.qtbot = qtbot
        self.clock = SystemClock()
        self.bridge = Bridge()
        self.lanes = Lanes(self.bridge.deliver)
        self.context = Context(self.lanes, build(), settings or Settings(), self.clock.now, ME)
        self.bridge.touched.connect(self._touched)
        profile = Profile(root / "profile")
        self.store = open_store(profile, self.clock)
        self.history = open_history(profile, self.clock)
        self.ids = Ids(self.clock)
        self.work = Work(self.store, self.clock, self.ids, ME, "desk")
        self.someone = Work(self.store, self.clock, self.ids, "A. Kaya", "cli")
        now_at = self.clock.now()
        self.core = FakeHealthSource(
            VirtualClock(now_at), example_rows(now_at) if rows is None else rows, name=SOURCE
        )
        self.poller = Poller(
            self.history, self.lanes, self.clock, ThreadTimer(self.clock), lambda _source: self.core,
            holder="desk", on_touched=self.bridge.tell,
        )  # fmt: skip
        self.with_source = with_source
        self.window = DeskWindow(self.context)
        qtbot.addWidget(self.window)
        self.window.resize(*size)
        self.window.show()
        qtbot.waitExposed(self.window)
        self.window.activateWindow()
        if is_opened:
            self.open()

    def open(self) -> None:
        """The stores are open, the monitoring system has answered."""
        means = Means(self.work, self.lanes, self.poller.connector, self.poller.poll_now, self.poller.resume)
        if self.with_source:
            self.context.verbs = {SOURCE: self.core.verbs}
            self.poller.start([Source(id="s1", name=SOURCE, kind="fake", interval_s=30.0)])
        self.context.set_opened(Opened(self.work, self.store, self.history, self.poller, means))
        self.window.show_page("board")
        if self.with_source:
            self.qtbot.waitUntil(lambda: bool(self.picture and self.picture.levels))
            self.qtbot.waitUntil(lambda: "unknown" not in self.level and bool(self.level))
        self.settle()

    @property
    def picture(self) -> BoardPicture | None:
        return self.window.feed.picture

    @property
    def tasks(self) -> list[Task]:
        """What the lanes are working at."""
        return list(self.lanes._running)

    @property
    def level(self) -> tuple[str, ...]:
        return tuple(self.picture.levels.values()) if self.picture else ()

    @property
    def told(self) -> list[str]:
        """The texts of the toasts in sight."""
        return [toast.text for toast in self.window.toasts.toasts]

    def ticket(self, **fields: str) -> Ticket:
        """One more ticket, written by a colleague."""
        made = new_ticket(self.someone, {"title": "Card payments refused at checkout", **fields})
        self.context.touched.emit(made.touched)
        return made.ticket

    def article(self, title: str = "Restart the gateway", body: str = "First, wait.") -> str:
        made = new_article(self.someone, title, body)
        self.context.touched.emit(made.touched)
        return made.article.id

    def now(self, ticket: Ticket) -> Ticket:
        found = self.store.tickets.get(ticket.id)
        assert found is not None
        return found

    def settle(self) -> None:
        """What the lanes were asked for has been done and shown."""
        for _ in range(2):  # what was shown may have asked for more
            self.qtbot.waitUntil(lambda: all(task.future is None or task.future.done() for task in self.tasks))
            QApplication.sendPostedEvents()
            QApplication.processEvents()

    def press(self, keys: str) -> None:
        """Type a key text of the registry (``Ctrl+K``, ``G, B``, ``?``) at the widget with the focus."""
        for part in keys.split(", "):
            target = QApplication.focusWidget() or self.window
            if len(part) == 1 and not part.isalpha():
                QTest.keyClick(target, part)
                continue
            combination = QKeySequence(part)[0]
            QTest.keyClick(target, combination.key(), combination.keyboardModifiers())

    def type(self, text: str) -> None:
        target = QApplication.focusWidget()
        assert isinstance(target, QWidget)
        QTest.keyClicks(target, text)

    def pointer(self, widget: QWidget, *, inside: bool) -> None:
        """The pointer comes into a widget or leaves it."""
        at = QPointF(9, 9)
        event = QEnterEvent(at, at, at) if inside else QEvent(QEvent.Type.Leave)
        QApplication.sendEvent(widget, event)

    def ask_again(self, *rows: HealthRow) -> None:
        """The monitoring system has other rows now, and is asked."""
        self.core.rows = rows or self.core.rows
        before = len(self.core.asked)
        made_at = self.picture.made_at if self.picture else 0
        self.core._clock.set_back((self.core._clock.now() - self.clock.now()) / 1000)
        assert self.poller.poll_now(SOURCE)
        self.qtbot.waitUntil(lambda: len(self.core.asked) > before)
        self.settle()
        self.window.feed.make()
        self.qtbot.waitUntil(lambda: self.picture is not None and self.picture.made_at > made_at)
        self.settle()

    def fall_silent(self) -> None:
        """The last answer was an hour ago, and the next one fails."""
        self.core.frozen_at = self.clock.now() - HOUR
        self.ask_again()
        self.core.script = [Unreachable("No route to nagios-core.", concerns=SOURCE) for _ in range(50)]
        self.poller.poll_now(SOURCE)
        self.settle()
        self.window.feed.make()
        self.qtbot.waitUntil(lambda: self.level == ("stale",))
        self.settle()

    def close(self) -> None:
        self.window.close()
        self.poller.stop()
        assert self.lanes.close()
        self.poller.close()
        self.store.close()
        self.history.close()

    def _touched(self, touched: Any) -> None:
        self.context.board_changed.emit()
        self.context.touched.emit(touched)


def example_rows(now_at: int) -> tuple[HealthRow, ...]:
    """A small estate with a row of every kind."""

    def since(minutes: int) -> int:
        return now_at - minutes * MINUTE

    return (
        health_row("card payments", "critical", source=SOURCE, host="pay-1", since_at=since(12),
                   output="CRITICAL: 12 of 40 refused"),
        health_row("disk /", "warning", source=SOURCE, host="db-1", since_at=since(90), output="82 % used"),
        health_row("backup", "unknown", source=SOURCE, host="db-1", since_at=since(300), output="no answer"),
        health_row("certificate", "critical", source=SOURCE, host="web-1", since_at=since(600), acknowledged=True),
        health_row("load", "ok", source=SOURCE, host="web-1", since_at=since(9000)),
        health_row("memory", "ok", source=SOURCE, host="web-1", since_at=since(9000)),
    )  # fmt: skip


@contextmanager
def open_frame(qtbot: QtBot, root: Path, **given: Any) -> Iterator[Frame]:
    frame = Frame(qtbot, root, **given)
    try:
        yield frame
    finally:
        frame.close()


def colours_in(picture: QImage) -> set[str]:
    """Every colour of a picture, as #rrggbb."""
    flat = picture.convertToFormat(QImage.Format.Format_RGB32)
    data = bytes(flat.constBits())
    return {f"#{data[at + 2]:02x}{data[at + 1]:02x}{data[at]:02x}" for at in range(0, len(data), 4)}
