"""The form of the article editor: title, folder, Markdown at the left, preview at the right. Saves nothing itself."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent, QShortcut, QTextCursor
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QSplitter, QVBoxLayout, QWidget

from app.base.clock import Moment
from app.base.text import one_line, tr
from app.ui.desk.knowledge.head import PaneHead
from app.ui.desk.knowledge.reader import ArticleReader
from app.ui.desk.knowledge.render import Shown
from app.ui.desk.knowledge.words import clock_text
from app.ui.kit.document import PlainEditor
from app.ui.kit.text import Label
from app.ui.kit.theme import current
from app.ui.parts.banner import Banner

_OURS = frozenset({Qt.Key.Key_E, Qt.Key.Key_S})


class EditorForm(QFrame):
    """``changed`` when somebody types; ``left`` on Esc."""

    changed = Signal()
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "pane")
        self._is_quiet = False
        self.banner = Banner(self)
        self.title = QLineEdit(self)
        self.title.setPlaceholderText(tr("Title"))
        self.title.setAccessibleName(tr("Title"))
        self.title.setFont(current().font("heading"))
        self.title.setMaxLength(300)
        self.folder = QLineEdit(self)
        self.folder.setPlaceholderText(tr("Folder, such as runbooks/payments"))
        self.folder.setAccessibleName(tr("Folder"))
        self.folder.setMaxLength(300)
        self.body = PlainEditor(self, style="mono")
        self.body.setProperty("kind", "bare")
        self.body.setFrameShape(QFrame.Shape.NoFrame)
        self.body.setTabChangesFocus(False)
        self.body.setTabStopDistance(4 * current().metrics("mono").horizontalAdvance(" "))
        self.body.setAccessibleName(tr("Text in Markdown"))
        self.body.setPlaceholderText(tr("Write in Markdown. # starts a heading, - a list, ``` a block of code."))
        self.preview = ArticleReader(self, is_column=False)
        self.preview.setAccessibleName(tr("Preview"))
        self.kept = Label("", style="caption", role="fg.muted", parent=self)
        self._lay_out()
        for field in (self.title, self.folder):
            field.textEdited.connect(self._typed)
            field.installEventFilter(self)
        self.body.textChanged.connect(self._typed)
        self.body.installEventFilter(self)
        escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        escape.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        escape.activated.connect(self.left)

    def show_text(self, title: str, body: str, folder: str, *, is_new: bool) -> None:
        """Begin with these words. Only a new article has a folder to choose."""
        self._is_quiet = True
        self.title.setText(one_line(title))
        self.folder.setText(folder)
        self.folder.setVisible(is_new)
        self.body.setPlainText(body)
        self.body.document().setModified(False)
        self.body.moveCursor(QTextCursor.MoveOperation.Start)
        self.kept.setText("")
        self.banner.clear()
        self.preview_head.set_note("")
        self._is_quiet = False

    def focus(self) -> None:
        """Where writing goes on."""
        (self.body if self.title.text() else self.title).setFocus()

    def show_preview(self, shown: Shown) -> None:
        """The text as it will be read, at the place that was looked at."""
        bar = self.preview.verticalScrollBar()
        at = bar.value()
        self.preview.show_text(shown)
        bar.setValue(min(at, bar.maximum()))

    def show_kept(self, at: Moment) -> None:
        """The draft is on disk since this moment."""
        self.kept.set_role("fg.muted")
        self.kept.setText(tr("Draft kept {time}", time=clock_text(at)))

    def show_not_kept(self, why: str) -> None:
        """The draft stands only on the screen."""
        self.kept.set_role("state.warning.text")
        self.kept.setText(tr("Draft not kept"))
        self.banner.tell("failed", why)

    def add(self, widget: QWidget) -> None:
        """One more button at the right of the title."""
        self._top.addWidget(widget)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Ctrl+E and Ctrl+S are the page's, although the fields would take them for their own."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            is_ours = event.key() in _OURS and event.modifiers() == Qt.KeyboardModifier.ControlModifier
            if is_ours:
                event.ignore()
                return True
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        half = max(200, self.width() // 2)
        self._split.setSizes([half, self.width() - half])

    def _lay_out(self) -> None:
        theme = current()
        self._top = QHBoxLayout()
        self._top.setContentsMargins(theme.space(6), theme.space(4), theme.space(6), theme.space(4))
        self._top.setSpacing(theme.space(4))
        self._top.addWidget(self.title, 3)
        self._top.addWidget(self.folder, 2)
        self._top.addWidget(self.kept)
        self.preview_head = PaneHead(tr("Preview"), self)
        self._split = QSplitter(Qt.Orientation.Horizontal, self)
        self._split.setHandleWidth(1)
        self._split.setChildrenCollapsible(False)
        self._split.addWidget(_headed(PaneHead(tr("Markdown"), self), self.body))
        self._split.addWidget(_headed(self.preview_head, self.preview))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.banner)
        column.addLayout(self._top)
        column.addWidget(self._split, 1)

    def _typed(self) -> None:
        if not self._is_quiet:
            self.changed.emit()


def _headed(head: PaneHead, widget: QWidget) -> QFrame:
    pane = QFrame()
    pane.setProperty("kind", "pane")
    theme = current()
    inner = QVBoxLayout()
    inner.setContentsMargins(theme.space(6), theme.space(5), theme.space(2), 0)
    inner.addWidget(widget)
    column = QVBoxLayout(pane)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addWidget(head)
    column.addLayout(inner, 1)
    return pane
