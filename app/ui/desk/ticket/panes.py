"""The panes of a ticket side by side, and where the focus is among them; in a narrow window the
side panel folds, and the fields give way to it while it is shown."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.ui.desk.ticket.centre import TicketCentre, rule
from app.ui.desk.ticket.fields import FieldsPane
from app.ui.desk.ticket.side import TicketSide
from app.ui.kit.theme import current
from app.ui.parts.button import Button

_CENTRE_LEAST = 560
"""Pixels in which a note and the composer's buttons can still be read."""
_BY_KEY = Qt.FocusReason.ShortcutFocusReason


class TicketPanes(QWidget):
    """Fields, centre, side. ``switch`` is the button that shows the side panel where there is no room for it."""

    def __init__(
        self, fields: FieldsPane, centre: TicketCentre, side: TicketSide, switch: Button, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._fields, self._centre, self._side, self._switch = fields, centre, side, switch
        self._wants_side = False
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(fields)
        self._fields_rule = rule(self)
        row.addWidget(self._fields_rule)
        row.addWidget(centre, 1)
        self._side_rule = rule(self)
        row.addWidget(self._side_rule)
        row.addWidget(side)
        switch.clicked.connect(self.toggle_side)

    def focus_main(self) -> None:
        """The timeline, where the keys work."""
        self._centre.timeline.setFocus()

    def step(self, by: int) -> None:
        """The focus goes to the next pane, or to the previous one."""
        panes, focus = self._walk(), self.focusWidget()
        here = next((n for n, pane in enumerate(panes) if focus and (pane is focus or pane.isAncestorOf(focus))), -1)
        pane = panes[(here + by) % len(panes)]
        if pane is self._fields:
            self._fields.focus_first()
        elif pane is self._centre.composer:
            self._centre.composer.editor.setFocus(_BY_KEY)
        elif pane is self._side:
            self._side.articles.head.setFocus(_BY_KEY)
        else:
            self.focus_main()

    def back(self) -> None:
        """One step back: from an article to the lists, from a filter to the whole timeline."""
        if self._side.is_reading:
            self._side.show_lists()
        elif self._centre.kinds is not None:
            self._centre.show_kinds(None)
        self.focus_main()

    def go_to_files(self) -> None:
        """The attachments, shown where they were not."""
        if self._side.isHidden():
            self.toggle_side()
        self._side.focus_files()

    def choose_field(self) -> None:
        """Each field's letter edits it; the fields come back where they had given way to the side panel."""
        if self._fields.isHidden():
            self._wants_side = False
            self.fit()
        self._fields.choose()

    def toggle_side(self) -> None:
        """Show the side panel where it is folded away, and the other way round."""
        self._wants_side = self._side.isHidden()
        self.fit()

    def fit(self) -> None:
        """The window has another width."""
        is_narrow = self.window().width() < current().length("layout.breakpoints.narrow")
        self._switch.setVisible(is_narrow)
        is_shown = self._wants_side or not is_narrow
        self._side.setVisible(is_shown)
        self._side_rule.setVisible(is_shown)
        # What is being read or written must not be cut: where three do not fit, the fields give way to the side.
        needed = _CENTRE_LEAST + self._fields.width() + self._side.width()
        is_crowded = is_shown and (self.parentWidget() or self).width() < needed
        self._fields.setVisible(not is_crowded)
        self._fields_rule.setVisible(not is_crowded)

    def _walk(self) -> list[QWidget]:
        shown = [self._fields, self._centre.timeline, self._centre.composer, self._side]
        return [pane for pane in shown if pane.isVisible()]
