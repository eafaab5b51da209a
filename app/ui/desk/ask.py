"""Asking for what an action needs, and showing a plan before it runs. Panels over the page, never modal."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from app.actions.action import Argument, Plan
from app.base.text import count, tr
from app.ui.kit.document import PlainEditor
from app.ui.kit.text import Label
from app.ui.kit.theme import current

_WIDTH = 560
_SHOWN = 12
_TOP, _AROUND = 96, 96 + 150
"""Where a panel begins, and how much height a preview leaves to what is not its list."""
_FIELD = 28


class Panel(QFrame):
    """A card over the page: 96 px below the top, raised, closed by Esc; gives the focus back where it was."""

    closed = Signal()

    def __init__(self, window: QWidget, title: str) -> None:
        super().__init__(window)
        self.setObjectName("panel")
        self.setProperty("kind", "overlay")
        self.setProperty("holds_keys", True)  # what is typed here never reaches the page's single keys
        self.setAutoFillBackground(True)
        self.setAccessibleName(title)
        self._before = window.focusWidget()
        self.body = QVBoxLayout(self)
        pad = current().space(6)
        self.body.setContentsMargins(pad, pad, pad, pad)
        self.body.setSpacing(current().space(5))
        self.body.addWidget(Label(title, style="heading", parent=self))
        self.setFixedWidth(min(_WIDTH, window.width() - 2 * pad))
        window.installEventFilter(self)

    def popup(self) -> None:
        """Show it in its place."""
        self._place()
        self.show()
        self.raise_()

    def dismiss(self) -> None:
        """Close and give the focus back."""
        parent = self.parentWidget()
        if parent is not None:
            parent.removeEventFilter(self)
        self.hide()
        if self._before is not None:
            self._before.setFocus()
        self.closed.emit()
        self.deleteLater()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
            return
        event.accept()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.parentWidget() and event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def _place(self) -> None:
        parent = self.parentWidget()
        if parent is not None:
            self.adjustSize()
            self.move((parent.width() - self.width()) // 2, _TOP)


class AskPanel(Panel):
    """A small form made of an action's arguments; calls ``answered`` with their texts."""

    def __init__(
        self, window: QWidget, title: str, arguments: Sequence[Argument],
        answered: Callable[[Mapping[str, str]], None], button: str,
    ) -> None:  # fmt: skip
        super().__init__(window, title)
        self._arguments = tuple(arguments)
        self._answered = answered
        self._fields: dict[str, QWidget] = {}
        grid = QGridLayout()
        grid.setHorizontalSpacing(current().space(5))
        grid.setColumnStretch(1, 1)
        for row, argument in enumerate(self._arguments):
            field = _FIELDS[argument.kind](argument, self)
            field.setAccessibleName(argument.label)
            label = Label(argument.label, style="body", role="fg.muted", parent=self)
            label.setFixedHeight(_FIELD)  # its words stand beside the first line of a field of any height
            grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(field, row, 1)
            self._fields[argument.name] = field
        self.body.addLayout(grid)
        self._why = Label("", style="body", role="state.critical.text", parent=self)
        self._why.setWordWrap(True)
        self._why.hide()
        self.body.addWidget(self._why)
        self.body.addLayout(_buttons(self, button, self._submit))
        first = next(iter(self._fields.values()), None)
        if first is not None:
            first.setFocus()

    def refuse(self, why: str, field: str = "") -> None:
        """Show why it was refused, at its field; what was typed stays."""
        self._why.setText(why)
        self._why.show()
        if field in self._fields:
            self._fields[field].setFocus()
        self._place()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and (event.modifiers() & Qt.KeyboardModifier.ControlModifier or not self._in_long_text()):
            self._submit()
            return
        super().keyPressEvent(event)

    def _in_long_text(self) -> bool:
        return isinstance(self.focusWidget(), PlainEditor)

    def _submit(self) -> None:
        values = {name: _text_of(field) for name, field in self._fields.items()}
        for argument in self._arguments:
            if argument.needed and not values[argument.name].strip():
                self.refuse(tr("Please fill in “{label}”.", label=argument.label), argument.name)
                return
        self._answered(values)


class PreviewPanel(Panel):
    """What a plan would do and what it cannot, with the reasons; runs only when told to."""

    def __init__(self, window: QWidget, plan: Plan, go: Callable[[], None]) -> None:
        super().__init__(window, plan.title)
        self._go = go
        self._list = QWidget()
        self._rows = QVBoxLayout(self._list)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(self.body.spacing())
        self._fill(plan)
        self._area = _scrolled(self._list, self)
        self.body.addWidget(self._area)
        row = _buttons(self, tr("Go ahead"), self._run, is_on=bool(plan.targets))
        self.body.addLayout(row)
        cancel = self.findChild(QPushButton, "cancel")
        if cancel is not None:
            cancel.setFocus()  # the safe button

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and (
            event.modifiers() & Qt.KeyboardModifier.ControlModifier
        ):
            self._run()
            return
        super().keyPressEvent(event)

    def _fill(self, plan: Plan) -> None:
        will = tr("Will be done on {n}:", n=count(len(plan.targets), "thing", "things"))
        self._rows.addWidget(Label(will, style="body_strong"))
        for target in plan.targets[:_SHOWN]:
            self._rows.addWidget(Label(f"{target.label}  {target.note}".strip(), style="body", elide="right"))
        self._rest(len(plan.targets))
        if plan.refused:
            text = tr("Cannot be done on {n}:", n=len(plan.refused))
            self._rows.addWidget(Label(text, style="body_strong", role="state.warning.text"))
            for target, why in plan.refused[:_SHOWN]:
                line = f"{target.label}: {why}"
                self._rows.addWidget(Label(line, style="body", role="fg.secondary", elide="right"))
            self._rest(len(plan.refused))

    def _rest(self, total: int) -> None:
        if total > _SHOWN:
            text = tr("and {n} more", n=total - _SHOWN)
            self._rows.addWidget(Label(text, style="body", role="fg.muted"))

    def _place(self) -> None:
        """The buttons stay in sight in a low window: the list scrolls."""
        parent = self.parentWidget()
        if parent is not None and hasattr(self, "_area"):
            self._area.setFixedHeight(min(self._list.sizeHint().height(), max(80, parent.height() - _AROUND)))
        super()._place()

    def _run(self) -> None:
        self.dismiss()
        self._go()


def _scrolled(content: QWidget, parent: QWidget) -> QScrollArea:
    area = QScrollArea(parent)
    area.setFrameShape(QScrollArea.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidgetResizable(True)
    area.setWidget(content)
    for each in (area, area.viewport(), content):
        each.setAutoFillBackground(False)
        each.setProperty("kind", "clear")
    return area


def _buttons(panel: Panel, word: str, go: Callable[[], None], *, is_on: bool = True) -> QHBoxLayout:
    row = QHBoxLayout()
    row.addStretch(1)
    cancel = QPushButton(tr("Cancel"), panel)
    cancel.setObjectName("cancel")
    cancel.clicked.connect(panel.dismiss)
    do = QPushButton(word, panel)
    do.setProperty("kind", "primary")
    do.setEnabled(is_on)
    do.clicked.connect(go)
    row.addWidget(cancel)
    row.addWidget(do)
    return row


def _line(argument: Argument, panel: QWidget) -> QWidget:
    return QLineEdit(argument.default, panel)


def _long(argument: Argument, panel: QWidget) -> QWidget:
    editor = PlainEditor(panel)
    editor.setProperty("kind", "field")
    editor.setPlainText(argument.default)
    editor.setFixedHeight(96)
    editor.setTabChangesFocus(True)
    return editor


def _choice(argument: Argument, panel: QWidget) -> QWidget:
    box = QComboBox(panel)
    if not argument.needed:
        box.addItem("", "")
    for value, word in argument.choices:
        box.addItem(word, value)
    box.setCurrentIndex(max(0, box.findData(argument.default)))
    return box


def _flag(argument: Argument, panel: QWidget) -> QWidget:
    box = QCheckBox(panel)
    box.setChecked(argument.default == "yes")
    return box


class _FileField(QWidget):
    def __init__(self, panel: QWidget) -> None:
        super().__init__(panel)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        self.line = QLineEdit(self)
        self.setFocusProxy(self.line)
        button = QPushButton(tr("Choose…"), self)
        button.clicked.connect(self._choose)
        layout.addWidget(self.line, 1)
        layout.addWidget(button)

    def _choose(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, tr("Attach a file"))
        if name:
            self.line.setText(name)


_FIELDS: Mapping[str, Callable[[Argument, QWidget], QWidget]] = {
    "text": _line,
    "duration": _line,
    "long_text": _long,
    "choice": _choice,
    "flag": _flag,
    "file": lambda _argument, panel: _FileField(panel),
}


def _text_of(field: QWidget) -> str:
    if isinstance(field, QLineEdit):
        return field.text()
    if isinstance(field, PlainEditor):
        return field.toPlainText()
    if isinstance(field, QComboBox):
        return str(field.currentData() or "")
    if isinstance(field, QCheckBox):
        return "yes" if field.isChecked() else "no"
    assert isinstance(field, _FileField)
    return field.line.text()
