"""The style sheet, generated from the tokens. Owns Qt Style Sheet text; views with many rows get none of it.

Rules name our own widgets by dynamic property (``kind``, ``look``), so that no screen writes a style sheet.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from app.ui.kit.resource import resource

_TEMPLATE = """
QMainWindow, QDialog { background: @bg.app; }
QMainWindow::separator { background: @line.default; width: 1px; height: 1px; }
QSplitter::handle { background: @line.default; }
QSplitter::handle:hover { background: @accent.line; }
QSplitter::handle:horizontal { width: 1px; }
QSplitter::handle:vertical { height: 1px; }

QFrame[kind="pane"] { background: @bg.panel; border: none; }
QFrame[kind="toolbar"] { background: @bg.panel; border: none; border-bottom: 1px solid @line.default; }
QFrame[kind="rail"] { background: @bg.rail; border: none; border-right: 1px solid @line.default; }
QFrame[kind="strip"] { background: @bg.rail; border: none; border-top: 1px solid @line.default; }
QFrame[kind="raised"] { background: @bg.raised; border: 1px solid @line.default; border-radius: 6px; }
QFrame[kind="well"] { background: @bg.input; border: 1px solid @line.subtle; border-radius: 4px; }
QFrame[kind="overlay"] { background: @bg.overlay; border: 1px solid @line.strong; border-radius: 8px; }
QFrame[kind="line"] { background: @line.subtle; border: none; max-height: 1px; min-height: 1px; }

QMenuBar { background: @bg.rail; color: @fg.secondary; padding: 0 4px; }
QMenuBar::item { padding: 4px 8px; background: transparent; }
QMenuBar::item:selected { background: @bg.hover; color: @fg.strong; }
QMenu { background: @bg.overlay; color: @fg.default; border: 1px solid @line.strong; padding: 4px 0; }
QMenu::item { padding: 4px 24px 4px 12px; }
QMenu::item:selected { background: @bg.selected; color: @fg.on_selected; }
QMenu::item:disabled { color: @fg.disabled; }
QMenu::separator { height: 1px; background: @line.default; margin: 4px 0; }
QMenu::icon { padding-left: 8px; }

QToolTip { background: @bg.tooltip; color: #FFFFFF; border: 1px solid @line.strong; padding: 4px 6px; }

QTabBar { background: @bg.rail; border: none; qproperty-drawBase: 0; }
QTabBar::tab { background: transparent; color: @fg.secondary; min-height: 30px; padding: 0 12px;
  border: none; border-top: 2px solid transparent; border-right: 1px solid @line.default; }
QTabBar::tab:selected { background: @bg.panel; color: @fg.strong; border-top: 2px solid @accent.line; }
QTabBar::tab:hover:!selected { background: @bg.hover; color: @fg.default; }
QTabWidget::pane { border: none; }

QHeaderView { background: @bg.raised; border: none; }
QHeaderView::section { background: @bg.raised; color: @fg.muted; border: none;
  border-bottom: 1px solid @line.default; padding: 0 6px; }
QHeaderView::section:hover { color: @fg.default; }

QLineEdit, QPlainTextEdit, QTextEdit, QSpinBox, QDoubleSpinBox, QDateTimeEdit, QComboBox {
  background: @bg.input; color: @fg.default; border: 1px solid @line.control; border-radius: 4px;
  padding: 0 8px; selection-background-color: @bg.selected; selection-color: @fg.on_selected; }
QLineEdit, QSpinBox, QDoubleSpinBox, QDateTimeEdit, QComboBox { min-height: 26px; }
QComboBox { padding-left: 10px; }
QPlainTextEdit, QTextEdit { padding: 4px 6px; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus,
QDateTimeEdit:focus, QComboBox:focus { border: 1px solid @accent.focus; }
QLineEdit:disabled, QPlainTextEdit:disabled, QSpinBox:disabled, QComboBox:disabled {
  color: @fg.disabled; border-color: @line.default; }
QLineEdit[kind="bare"], QPlainTextEdit[kind="bare"], QTextEdit[kind="bare"], QTextBrowser[kind="bare"] {
  background: transparent; border: none; padding: 0; min-height: 0; }
QComboBox::drop-down { border: none; width: 20px; }
QComboBox::down-arrow { image: url("@{chevron.svg}"); width: 12px; height: 12px; }
QComboBox QAbstractItemView { background: @bg.overlay; border: 1px solid @line.strong; outline: none;
  selection-background-color: @bg.selected; selection-color: @fg.on_selected; }

QPushButton { background: @bg.raised; color: @fg.default; border: 1px solid @line.control; border-radius: 4px;
  min-height: 26px; padding: 0 12px; }
QPushButton:hover { background: @bg.hover; border-color: @line.control; }
QPushButton:pressed { background: @bg.selected_inactive; }
QPushButton:focus { border-color: @accent.focus; }
QPushButton:disabled { color: @fg.disabled; border-color: @line.default; }
QPushButton:default, QPushButton[kind="primary"] { background: @accent.fill;
  color: @accent.on_fill; border-color: @accent.fill; }
QPushButton:default:hover, QPushButton[kind="primary"]:hover { background: @accent.fill_hover; }
QPushButton:default:pressed, QPushButton[kind="primary"]:pressed { background: @accent.fill_pressed; }

QPushButton[kind="primary"]:disabled { background: @bg.raised; color: @fg.disabled; border-color: @line.default; }
QPushButton[kind="bare"] { background: transparent; border-color: transparent; padding: 0 6px; }
QPushButton[kind="bare"]:hover { background: @bg.hover; }

QCheckBox, QRadioButton { color: @fg.default; spacing: 8px; }
QCheckBox:disabled, QRadioButton:disabled { color: @fg.disabled; }
QCheckBox::indicator { width: 14px; height: 14px; border: 1px solid @line.control; border-radius: 3px;
  background: @bg.input; }
QCheckBox::indicator:hover, QCheckBox::indicator:focus { border-color: @accent.focus; }
QCheckBox::indicator:checked { background: @accent.fill; border-color: @accent.fill; image: url("@{check.svg}"); }
QRadioButton::indicator { width: 14px; height: 14px; border: 1px solid @line.control; border-radius: 8px;
  background: @bg.input; }
QRadioButton::indicator:checked { border: 4px solid @accent.fill; width: 8px; height: 8px; background: #FFFFFF; }
QProgressBar { background: @line.subtle; border: none; border-radius: 2px; max-height: 4px; text-align: center; }
QProgressBar::chunk { background: @accent.line; border-radius: 2px; }

QAbstractScrollArea { border: none; }
QPlainTextEdit[kind="field"] { border: 1px solid @line.control; }
QPlainTextEdit[kind="field"]:focus { border: 1px solid @accent.focus; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: @line.default; border-radius: 3px; margin: 2px; }
QScrollBar::handle:hover { background: @line.strong; }
QScrollBar::handle:vertical { min-height: 32px; }
QScrollBar::handle:horizontal { min-width: 32px; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QAbstractScrollArea::corner { background: transparent; border: none; }
"""

_FILE = re.compile(r"@\{([a-z.]+)\}")
_ROLE = re.compile(r"@([a-z_]+(?:\.[a-z_]+)+)")


def style_sheet(colours: Mapping[str, str]) -> str:
    """The sheet with each ``@role`` replaced by its colour. Raises KeyError on a role without one."""
    coloured = _ROLE.sub(lambda found: colours[found[1]], _TEMPLATE)
    return _FILE.sub(lambda found: resource("themes", found[1]).as_posix(), coloured)
