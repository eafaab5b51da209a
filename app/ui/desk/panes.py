"""Walking the panes of a page by F6: what is a pane, and which of its widgets takes the focus."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QAbstractItemView, QApplication, QSplitter, QWidget


def walk_panes(page: QWidget, by: int) -> bool:
    """Give the focus to the next pane (1) or the one before (-1); False when there is no other."""
    panes = panes_of(page)
    if len(panes) < 2:
        return False
    holder = _pane_of(QApplication.focusWidget(), page)
    heads = list(panes)
    at = heads.index(holder) if holder in heads else (-1 if by > 0 else 0)
    panes[heads[(at + by) % len(heads)]].setFocus(Qt.FocusReason.ShortcutFocusReason)
    return True


def panes_of(page: QWidget) -> dict[QWidget, QWidget]:
    """The visible panes of a page, from the top and the left, each with the widget that takes the focus: its list,
    else the first that can."""
    found: dict[QWidget, QWidget] = {}
    for widget in page.findChildren(QWidget):
        pane = _pane_of(widget, page)
        if pane is None or not _takes_focus(widget, page):
            continue
        known = found.get(pane)
        if known is None or (isinstance(widget, QAbstractItemView) and not isinstance(known, QAbstractItemView)):
            found[pane] = widget
    return {pane: found[pane] for pane in sorted(found, key=lambda pane: _place(pane, page))}


def _pane_of(widget: QWidget | None, page: QWidget) -> QWidget | None:
    """The part of a splitter, else the row of the page, that a widget is in; None outside the page."""
    while widget is not None and widget is not page:
        parent = widget.parentWidget()
        if isinstance(parent, QSplitter) or parent is page or _is_bar(widget):
            return widget
        widget = parent
    return None


def _is_bar(widget: QWidget) -> bool:
    return widget.property("kind") in ("toolbar", "tabs")


def _takes_focus(widget: QWidget, page: QWidget) -> bool:
    return bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus) and widget.isEnabled() and widget.isVisibleTo(page)


def _place(pane: QWidget, page: QWidget) -> tuple[int, int]:
    at = pane.mapTo(page, QPoint(0, 0))
    return at.y(), at.x()
