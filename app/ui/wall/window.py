"""A window that fills a screen and takes no input: the wall's own, and the one that covers it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QCloseEvent, QGuiApplication, QScreen
from PySide6.QtWidgets import QWidget

from app.base.text import tr

_INPUT = frozenset(
    {
        QEvent.Type.KeyPress, QEvent.Type.KeyRelease, QEvent.Type.ShortcutOverride, QEvent.Type.Shortcut,
        QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease, QEvent.Type.MouseButtonDblClick,
        QEvent.Type.MouseMove, QEvent.Type.Wheel, QEvent.Type.ContextMenu, QEvent.Type.DragEnter,
        QEvent.Type.DragMove, QEvent.Type.Drop, QEvent.Type.TouchBegin, QEvent.Type.TouchUpdate,
        QEvent.Type.TouchEnd, QEvent.Type.InputMethod,
    }
)  # fmt: skip


class WallWindow(QWidget):
    """No key, click, drag or close request reaches anything; ``end`` is the only way out. GUI lane."""

    def __init__(self) -> None:
        flags = Qt.WindowType.Window | Qt.WindowType.FramelessWindowHint | Qt.WindowType.WindowStaysOnTopHint
        super().__init__(None, flags)
        self._is_ending = False
        self._followed: QScreen | None = None
        self.setWindowTitle(tr("Watchdesk wall"))
        self.setAccessibleName(tr("Watchdesk wall"))
        self.setCursor(Qt.CursorShape.BlankCursor)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.setAcceptDrops(False)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        application = QGuiApplication.instance()
        assert isinstance(application, QGuiApplication)
        application.screenRemoved.connect(self._moved)

    def show_on(self, screen: QScreen) -> None:
        """Fill this screen, also when its resolution changes; when it goes, the first one that is left."""
        if self._followed is not None:
            self._followed.geometryChanged.disconnect(self._fit)
        self._followed = screen
        self.setScreen(screen)
        self.setGeometry(screen.geometry())
        self.showFullScreen()
        screen.geometryChanged.connect(self._fit)

    def end(self) -> None:
        """The process ends: the only way out."""
        self._is_ending = True
        self.close()

    def event(self, event: QEvent) -> bool:
        if event.type() in _INPUT:
            event.accept()
            return True
        return super().event(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._is_ending:
            event.accept()
        else:
            event.ignore()

    def _fit(self) -> None:
        self.setGeometry(self.screen().geometry())

    def _moved(self, gone: QScreen) -> None:
        left = [screen for screen in QGuiApplication.screens() if screen is not gone]
        if self._followed is gone:
            self._followed = None
        if left and self._followed is None and self.isVisible():
            self.show_on(left[0])
