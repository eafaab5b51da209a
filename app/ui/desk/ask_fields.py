"""The fields of a question, one kind for each kind of argument, and what is typed in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtWidgets import QCheckBox, QComboBox, QFileDialog, QHBoxLayout, QLineEdit, QPushButton, QWidget

from app.actions.action import Argument
from app.base.text import tr
from app.ui.kit.document import PlainEditor


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


FIELDS: Mapping[str, Callable[[Argument, QWidget], QWidget]] = {
    "text": _line,
    "duration": _line,
    "long_text": _long,
    "choice": _choice,
    "flag": _flag,
    "file": lambda _argument, panel: _FileField(panel),
}


def text_of(field: QWidget) -> str:
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
