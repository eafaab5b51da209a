"""The key sheet: every key of the screen in front, by group, from the registry; a filter field on top."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from app.actions.action import GROUPS, Action
from app.actions.registry import Registry
from app.base.text import tr
from app.ui.desk.key_words import spoken_keys
from app.ui.kit.text import Label
from app.ui.kit.theme import current
from app.ui.kit.tokens import length
from app.ui.parts.button import Button
from app.ui.parts.key_cap import key_cap_width, paint_key_cap
from app.ui.parts.overlay import Overlay
from app.ui.parts.pane_state import PaneState

_ROW = 26
_KEYS = 118
_TIGHT = 290
"""A column narrower than this gives its keys no more room than they need."""
_COLUMNS = 4
_THEN = 28
_DOT, _DOT_GAP = 6, 8
"""The mark of a key that the person has changed, after what the key does."""


def open_key_sheet(window: QWidget, registry: Registry, screen: str) -> Overlay:
    """Show the sheet over the window."""
    overlay = Overlay(window, width=min(length("layout.sheet_width"), window.width() - 96), top=96)
    overlay.setObjectName("key-sheet")
    sheet = _Sheet(registry, screen, overlay)
    overlay.body.addWidget(sheet)
    overlay.closed.connect(overlay.deleteLater)
    sheet.close_button.clicked.connect(overlay.dismiss)
    overlay.open(sheet.field)
    return overlay


def sheet_groups(registry: Registry, screen: str, typed: str = "") -> list[tuple[str, list[Action]]]:
    """The groups of a screen with their actions that have keys; ``typed`` narrows by key or words."""
    wanted = typed.casefold().split()

    def matches(action: Action) -> bool:
        text = f"{action.title} {action.help} {' '.join(action.keys)}".casefold()
        return all(word in text for word in wanted)

    found = []
    for group in GROUPS:
        actions = [a for a in registry.on(screen) if a.group == group and a.keys and matches(a)]
        if actions:
            found.append((group, actions))
    return found


class _Sheet(QWidget):
    def __init__(self, registry: Registry, screen: str, overlay: Overlay) -> None:
        super().__init__(overlay)
        self._registry, self._screen = registry, screen
        head = QHBoxLayout()
        head.setContentsMargins(24, 12, 16, 12)
        head.setSpacing(16)
        head.addWidget(Label(tr("Keys on the {screen}", screen=screen), style="title", parent=self))
        self.field = QLineEdit(self)
        self.field.setPlaceholderText(tr("Find a key or what it does"))
        self.field.setAccessibleName(tr("Find a key"))
        self.field.setFixedWidth(320)
        self.field.textChanged.connect(self._filter)
        head.addWidget(self.field)
        self._legend = _Legend(self)
        self._legend.setVisible(any(action.id in registry.changed for action in registry.on(screen)))
        head.addWidget(self._legend)
        head.addStretch(1)
        self.close_button = Button(tr("Close"), kind="icon", icon="close", key="Esc", parent=self)
        head.addWidget(self.close_button)
        self._keys = _Keys(self)
        self._nothing = PaneState(self._keys, ground="bg.overlay")
        foot = QHBoxLayout()
        foot.setContentsMargins(24, 8, 24, 12)
        foot.addWidget(
            Label(
                tr("Single keys act while no text has the focus. Change them under [keys.changed] in config.toml."),
                style="caption", role="fg.muted", parent=self,
            )
        )  # fmt: skip
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self._keys)
        column.addLayout(foot)
        self._filter("")

    def _filter(self, typed: str) -> None:
        groups = sheet_groups(self._registry, self._screen, typed)
        self._keys.show_groups(groups, self._registry.changed)
        if groups:
            self._nothing.clear()
        else:
            self._nothing.good(
                tr("No key on this screen does “{typed}”. The palette finds every action.", typed=typed.strip())
            )


class _Legend(QWidget):
    """What the dot behind an action means."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(_DOT + _DOT_GAP, 0, 0, 0)
        row.addWidget(Label(tr("changed by you"), style="body", role="fg.secondary", parent=self))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        _paint_dot(painter, 0, self.height())
        painter.end()


class _Keys(QWidget):
    """Groups in four columns, filled so that the columns are about equally long."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._columns: list[list[tuple[str, list[Action]]]] = [[] for _ in range(_COLUMNS)]
        self._changed: frozenset[str] = frozenset()
        self._height = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_groups(self, groups: list[tuple[str, list[Action]]], changed: frozenset[str]) -> None:
        self._changed = changed
        self._columns = [[] for _ in range(_COLUMNS)]
        lengths = [0] * _COLUMNS
        for group in groups:
            at = lengths.index(min(lengths))
            self._columns[at].append(group)
            lengths[at] += len(group[1]) + 2
        # The size stays that of the unfiltered sheet, so that nothing moves while typing.
        self._height = max(self._height, max(lengths, default=0) * _ROW)
        self.setFixedHeight(self._height)
        self.setAccessibleName(". ".join(self._told(action) for _name, actions in groups for action in actions))
        self.update()

    def _told(self, action: Action) -> str:
        words = f"{tr(action.title)}: {', '.join(action.keys)}"
        return tr("{key}, changed by you", key=words) if action.id in self._changed else words

    def sizeHint(self) -> QSize:
        return QSize(length("layout.sheet_width"), self._height)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, theme = QPainter(self), current()
        width = (self.width() - 48) // _COLUMNS
        for number, groups in enumerate(self._columns):
            left, top = 24 + number * width, 8
            room = (
                _KEYS if width >= _TIGHT else max((_width_of(a) for _, found in groups for a in found), default=0) + 6
            )
            for name, actions in groups:
                painter.setFont(theme.font("body", strong=True))
                painter.setPen(theme.color("fg.default"))
                painter.drawText(QRect(left, top, width, _ROW), Qt.AlignmentFlag.AlignVCenter, tr(name))
                top += _ROW
                for action in actions:
                    self._paint_action(painter, QRect(left, top, width - 8, _ROW), action, room)
                    top += _ROW
                top += _ROW // 2
        painter.end()

    def _paint_action(self, painter: QPainter, rect: QRect, action: Action, keys_px: int) -> None:
        theme = current()
        x = rect.x()
        for word in spoken_keys(action.keys[0]):
            if word == "then":
                painter.setFont(theme.font("caption"))
                painter.setPen(theme.color("fg.muted"))
                painter.drawText(QRect(x, rect.y(), _THEN, _ROW), Qt.AlignmentFlag.AlignCenter, tr("then"))
                x += _THEN
            else:
                cap = key_cap_width(word)
                paint_key_cap(painter, QRect(x, rect.y(), cap, _ROW), word)
                x += cap + 4
        is_changed = action.id in self._changed
        painter.setFont(theme.font("body", strong=is_changed))
        painter.setPen(theme.color("fg.strong" if is_changed else "fg.secondary"))
        room = rect.adjusted(keys_px, 0, -(_DOT + _DOT_GAP) if is_changed else 0, 0)
        metrics = theme.metrics("body", strong=is_changed)
        text = metrics.elidedText(tr(action.title), Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, text)
        if is_changed:
            painter.translate(0, rect.y())
            _paint_dot(painter, room.x() + round(metrics.horizontalAdvance(text)) + _DOT_GAP, rect.height())
            painter.translate(0, -rect.y())


def _paint_dot(painter: QPainter, left: int, height: int) -> None:
    """The mark of what the person has changed, in the middle of a line that begins at 0."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(current().color("accent.line"))
    painter.drawEllipse(QRect(left, (height - _DOT) // 2, _DOT, _DOT))
    painter.restore()


def _width_of(action: Action) -> int:
    """How wide the caps of an action's first key are drawn."""
    return sum(_THEN if word == "then" else key_cap_width(word) + 4 for word in spoken_keys(action.keys[0]))
