"""The widgets of a timeline: a conversation block, a one-liner, a group of changes. Own their drawing."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.base.text import tr
from app.ui.kit.document import Reader
from app.ui.kit.figures import initials, paint_initials
from app.ui.kit.glyphs import paint_glyph
from app.ui.kit.icons import paint_icon
from app.ui.kit.text import Label
from app.ui.kit.theme import current
from app.ui.parts.timeline import ChangeGroup, Entry

GUTTER = 28
_BAR = 3
_KEPT = 110
"""Pixels of a text that are not taken by its neighbour."""
_ICON = {"change": "pencil", "event": "automation", "alert": "bell", "automation": "automation"}


class _Gutter(QWidget):
    """Initials, glyph or icon at the left of an entry."""

    def __init__(self, entry: Entry, parent: QWidget) -> None:
        super().__init__(parent)
        self._entry = entry
        self.setFixedWidth(GUTTER)
        self.setMinimumHeight(24)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, entry = QPainter(self), self._entry
        spot = QRect(0, 1, 22, 22)
        if entry.state:
            paint_glyph(painter, QRect(4, 5, 14, 14), entry.state)
        elif entry.kind in _ICON or entry.icon:
            paint_icon(painter, spot, entry.icon or _ICON[entry.kind], "fg.muted")
        else:
            paint_initials(painter, spot, initials(entry.author), size=22)
        painter.end()


class _Body(QFrame):
    """The ground and bar of a note: moss and dashed when internal, blue and solid when public."""

    def __init__(self, kind: str, is_pending: bool, parent: QWidget) -> None:
        super().__init__(parent)
        self._kind = kind
        self._is_pending = is_pending

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._kind == "message":
            return
        painter, theme = QPainter(self), current()
        painter.fillRect(self.rect(), theme.color(f"note.{self._kind}_bg"))
        tone = theme.color("fg.muted" if self._is_pending else f"note.{self._kind}_line")
        if self._kind == "public":
            painter.fillRect(0, 0, _BAR, self.height(), tone)
        else:
            pen = QPen(tone, _BAR)
            pen.setDashPattern([1.6, 1.2])
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            painter.setPen(pen)
            painter.drawLine(1, 0, 1, self.height())
        painter.end()


class FittedReader(Reader):
    """A reader as high as its text, so that only what it stands in scrolls."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, style="body")
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.document().documentLayout().documentSizeChanged.connect(self._fit)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def wheelEvent(self, event: QEvent) -> None:
        event.ignore()

    def _fit(self, _size: object = None) -> None:
        self.setFixedHeight(round(self.document().size().height()) + 2)


class Block(QWidget):
    """A note or message: who, to whom, how visible, when; the text under it."""

    link_clicked = Signal(str)

    def __init__(self, entry: Entry, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 4, 0, 4)
        row.setSpacing(0)
        row.addWidget(_Gutter(entry, self), 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(4)
        column.addLayout(self._head(entry))
        column.addWidget(self._body(entry))
        if entry.note:
            column.addWidget(Label(entry.note, style="caption", role="fg.muted", wrap=True, parent=self))
        row.addLayout(column, 1)
        self.setAccessibleName(f"{entry.author} {entry.when}: {entry.text}")

    def _head(self, entry: Entry) -> QHBoxLayout:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(
            _giving_way(Label(entry.author, style="body_strong", role="fg.strong", elide="right", parent=self))
        )
        if entry.to:
            head.addWidget(Label(entry.to, role="fg.secondary", elide="right", parent=self))
        if entry.kind != "message":
            head.addWidget(_Visibility(entry.kind == "internal", self))
        head.addStretch(1)
        head.addWidget(Label(entry.when, role="fg.muted", parent=self))
        return head

    def _body(self, entry: Entry) -> QWidget:
        body = _Body(entry.kind, entry.is_pending, self)
        inner = QVBoxLayout(body)
        side = 0 if entry.kind == "message" else 12
        inner.setContentsMargins(side, side // 2 + 2 if side else 0, side, side // 2 + 2 if side else 0)
        reader = FittedReader(body)
        reader.link_clicked.connect(self.link_clicked)
        if entry.html:
            reader.show_html(entry.html)
        else:
            reader.show_plain(entry.text)
        inner.addWidget(reader)
        return body


class _Visibility(QWidget):
    """Padlock or globe with its words."""

    def __init__(self, is_internal: bool, parent: QWidget) -> None:
        super().__init__(parent)
        self._is_internal = is_internal
        self._text = tr("internal note") if is_internal else tr("visible to requester")
        self.setFixedSize(self.sizeHint())

    def sizeHint(self) -> QSize:
        return QSize(22 + round(current().metrics("caption").horizontalAdvance(self._text)), 20)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, theme = QPainter(self), current()
        role = "note.internal_text" if self._is_internal else "note.public_text"
        paint_icon(painter, QRect(0, 0, 14, 20), "lock" if self._is_internal else "globe", role, 13)
        painter.setFont(theme.font("caption"))
        painter.setPen(theme.color(role))
        painter.drawText(QRect(18, 0, self.width(), 20), Qt.AlignmentFlag.AlignVCenter, self._text)
        painter.end()


def _giving_way(label: Label) -> Label:
    """Cut where there is no room for it, but not before it is long: Qt takes as much from a short text as from a long
    one beside it."""
    label.setMinimumWidth(min(label.sizeHint().width(), _KEPT))
    return label


class OneLiner(QWidget):
    """A machine event: ``lead`` strongly, the text after it, the time at the right. A change: field, colon, what."""

    def __init__(self, entry: Entry, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(_Gutter(entry, self))
        lead = f"{entry.lead}:" if entry.lead and entry.kind == "change" else entry.lead
        if lead:
            row.addWidget(_giving_way(Label(lead, style="body_strong", elide="right", parent=self)))
            row.addSpacing(5)
        row.addWidget(_giving_way(Label(entry.text, role="fg.secondary", elide="right", parent=self)), 1)
        row.addSpacing(8)
        row.addWidget(Label(entry.when, role="fg.muted", parent=self))
        self.setAccessibleName(f"{entry.when} {lead} {entry.text}")


class Group(QWidget):
    """Several field changes on one line; a click opens them."""

    def __init__(self, group: ChangeGroup, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        last = group.changes[-1]
        summary = Entry(
            group.id, "event", last.at, last.when, last.author, group.text, lead=group.lead, icon="pencil"
        )  # fmt: skip
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(OneLiner(summary, self))
        self._changes = QWidget(self)
        inner = QVBoxLayout(self._changes)
        inner.setContentsMargins(GUTTER, 0, 0, 0)
        inner.setSpacing(0)
        for change in group.changes:
            inner.addWidget(OneLiner(change, self._changes))
        column.addWidget(self._changes)
        self._changes.hide()
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        self._changes.setVisible(self._changes.isHidden())
