"""A ticket's timeline: who said what to whom, and what the machines did, newest at the bottom."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QRect, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QGridLayout, QPushButton, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from app.base.clock import Moment, to_datetime
from app.base.text import count, tr
from app.domain import ticket as words
from app.ui.kit import icons
from app.ui.kit.figures import initials, paint_initials
from app.ui.kit.text import Label, set_tooltip
from app.ui.kit.theme import current
from app.ui.models.timeline_item import TimelineItem

_GUTTER = 24
_AT_ONCE = 60


class TimelineView(QScrollArea):
    """Shows items; follows the bottom unless the person has scrolled up, then ``waiting`` tells how many are new."""

    waiting = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(tr("Timeline"))
        self._body = QFrame(self)
        self._body.setProperty("kind", "pane")
        self.setWidget(self._body)
        self._column = QVBoxLayout(self._body)
        pad = current().space(5)
        self._column.setContentsMargins(pad, pad, pad, pad)
        self._column.setSpacing(current().space(4))
        self._earlier = QPushButton(self._body)
        self._earlier.clicked.connect(self._show_earlier)
        self._column.addWidget(self._earlier, 0, Qt.AlignmentFlag.AlignLeft)
        self._column.addStretch(1)
        self._items: list[TimelineItem] = []
        self._shown: dict[str, QWidget] = {}
        self._limit = _AT_ONCE
        self._opening: QWidget | None = None

    def set_opening(self, widget: QWidget | None) -> None:
        """What stands above the first entry: the description."""
        if self._opening is not None:
            self._opening.deleteLater()
        self._opening = widget
        if widget is not None:
            widget.setParent(self._body)
            self._column.insertWidget(0, widget)

    def show_items(self, items: Sequence[TimelineItem], *, from_scratch: bool = False) -> None:
        """Replace the items; those already there are kept as they are."""
        follow = from_scratch or self._is_at_bottom()
        known = set(self._shown)
        if from_scratch:
            self._clear()
            self._limit = _AT_ONCE
        self._items = list(items)
        self._fill()
        fresh = sum(item.id not in known for item in self._items) if known and not from_scratch else 0
        if follow:
            QTimer.singleShot(0, self, self.go_to_end)
        elif fresh:
            self.waiting.emit(fresh)

    def go_to_end(self) -> None:
        """Scroll to the newest."""
        self._column.activate()
        bar = self.verticalScrollBar()
        bar.setValue(bar.maximum())

    def restyle(self) -> None:
        """Another theme: build the entries again."""
        self._clear()
        self._fill()

    def _fill(self) -> None:
        visible = self._items[-self._limit :]
        wanted = {item.id for item in visible}
        for id_ in [each for each in self._shown if each not in wanted]:
            self._shown.pop(id_).deleteLater()
        base = self._column.indexOf(self._earlier) + 1
        for place, item in enumerate(visible):
            if item.id not in self._shown:
                widget = _entry(item, self._body)
                self._shown[item.id] = widget
                self._column.insertWidget(base + place, widget)
        hidden = len(self._items) - len(visible)
        self._earlier.setVisible(hidden > 0)
        self._earlier.setText(tr("Show {n}", n=count(hidden, "earlier entry", "earlier entries")))

    def _clear(self) -> None:
        for widget in self._shown.values():
            self._column.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
        self._shown = {}

    def _show_earlier(self) -> None:
        self._limit += 200
        self._fill()

    def _is_at_bottom(self) -> bool:
        bar = self.verticalScrollBar()
        return bar.value() >= bar.maximum() - 24


def when(at: Moment) -> str:
    """The time of day; with the date when it was not today."""
    local = to_datetime(at).astimezone()
    today = datetime.now(local.tzinfo).date()
    if local.date() == today:
        return f"{local:%H:%M}"
    return f"{local.day} {local:%b %H:%M}" if local.year == today.year else f"{local.day} {local:%b %Y %H:%M}"


def _entry(item: TimelineItem, parent: QWidget) -> QWidget:
    return _Block(item, parent) if item.block else _OneLiner(item, parent)


class _Gutter(QWidget):
    """24 px at the left: initials or an icon."""

    def __init__(self, item: TimelineItem, parent: QWidget) -> None:
        super().__init__(parent)
        self._item = item
        self.setFixedSize(_GUTTER, 20)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self._item.block:
            paint_initials(painter, QRect(0, 0, 20, 20), initials(self._item.by), size=20)
        else:
            icons.paint_icon(painter, QRect(0, 0, 16, 20), self._item.icon, "fg.muted", 14)
        painter.end()


class _OneLiner(QWidget):
    """A machine's line, or field changes."""

    def __init__(self, item: TimelineItem, parent: QWidget) -> None:
        super().__init__(parent)
        grid = _grid(self)
        grid.addWidget(_Gutter(item, self), 0, 0)
        text = Label(item.text, style="body", role="fg.secondary", elide="right", parent=self)
        if item.tip:
            set_tooltip(text, item.tip)
        grid.addWidget(text, 0, 1)
        grid.addWidget(Label(when(item.at), style="caption", role="fg.muted", parent=self), 0, 2)


class _Block(QWidget):
    """A note or a comment: who, to whom, and the words on their own ground."""

    def __init__(self, item: TimelineItem, parent: QWidget) -> None:
        super().__init__(parent)
        grid = _grid(self)
        is_public = item.block == words.PUBLIC
        grid.addWidget(_Gutter(item, self), 0, 0)
        head = QWidget(self)
        row = _grid(head)
        row.setColumnStretch(1, 0)
        row.setColumnStretch(2, 1)
        row.addWidget(Label(item.by, style="body_strong", parent=head), 0, 0)
        row.addWidget(_Kind(is_public, head), 0, 1)
        grid.addWidget(head, 0, 1)
        grid.addWidget(Label(when(item.at), style="caption", role="fg.muted", parent=self), 0, 2)
        grid.addWidget(_Words(item.text, is_public, self), 1, 1, 1, 2)


class _Kind(QWidget):
    """“internal note” with a padlock, or “visible to requester” with a globe."""

    def __init__(self, is_public: bool, parent: QWidget) -> None:
        super().__init__(parent)
        role = "note.public_text" if is_public else "note.internal_text"
        grid = QGridLayout(self)
        grid.setContentsMargins(8, 0, 0, 0)
        grid.setHorizontalSpacing(4)
        mark = _Icon("globe" if is_public else "lock", role, self)
        grid.addWidget(mark, 0, 0)
        text = tr("visible to requester") if is_public else tr("internal note")
        grid.addWidget(Label(text, style="caption", role=role, parent=self), 0, 1)


class _Icon(QWidget):
    def __init__(self, name: str, role: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._name, self._role = name, role
        self.setFixedSize(12, 16)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        icons.paint_icon(painter, QRect(0, 0, 12, 16), self._name, self._role, 12)
        painter.end()


class _Words(QFrame):
    """The text on moss (internal, dashed bar) or blue (public, solid bar)."""

    def __init__(self, text: str, is_public: bool, parent: QWidget) -> None:
        super().__init__(parent)
        self._tone = "public" if is_public else "internal"
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 8, 12, 8)
        column.addWidget(Label(text, style="body", wrap=True, selectable=True, parent=self))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme, painter = current(), QPainter(self)
        painter.fillRect(self.rect(), theme.color(f"note.{self._tone}_bg"))
        bar = theme.length("stroke.conversation_bar")
        pen = QPen(theme.color(f"note.{self._tone}_line"), bar)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        if self._tone == "internal":
            pen.setDashPattern([2, 1.4])
        painter.setPen(pen)
        painter.drawLine(bar // 2 + 1, 0, bar // 2 + 1, self.height())
        painter.end()


def _grid(widget: QWidget) -> QGridLayout:
    grid = QGridLayout(widget)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(8)
    grid.setVerticalSpacing(4)
    grid.setColumnStretch(1, 1)
    return grid
