"""The middle of a ticket: filter chips, the description, the timeline, and the composer docked under them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.base.text import one_line, tr
from app.domain.ticket import Ticket
from app.ui.desk.ticket.composer import Composer
from app.ui.desk.ticket.story import FILTERS, moment_text
from app.ui.kit.text import Label
from app.ui.kit.theme import current
from app.ui.parts.button import Button
from app.ui.parts.timeline import Entry, of_kinds
from app.ui.parts.timeline_entry import FittedReader
from app.ui.parts.timeline_view import TimelineView


class _Card(QFrame):
    """A text that belongs to the whole ticket, with who said it and when."""

    def __init__(self, title: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("kind", "raised")
        self._shown = ""
        rows = QVBoxLayout(self)
        rows.setContentsMargins(16, 12, 16, 12)
        rows.setSpacing(4)
        top = QHBoxLayout()
        top.addWidget(Label(title, style="body_strong", role="fg.strong", parent=self))
        top.addStretch(1)
        self._who = Label("", role="fg.muted", elide="middle", parent=self)  # the time at its end stays
        top.addWidget(self._who)
        rows.addLayout(top)
        self._text = FittedReader(self)
        rows.addWidget(self._text)
        self.hide()

    def show_text(self, text: str, who: str) -> None:
        """Nothing is shown for no text."""
        self.setVisible(bool(text))
        if text != self._shown:
            self._shown = text
            self._text.show_plain(text)
        self._who.setText(who)


class _Opening(QWidget):
    """Above the timeline: what was said when the ticket was opened, and how it ended."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        rows = column(self)
        rows.setSpacing(current().space(4))
        self._description = _Card(tr("Description"), self)
        self._resolution = _Card(tr("Resolution"), self)
        rows.addWidget(self._description)
        rows.addWidget(self._resolution)

    def show_ticket(self, ticket: Ticket, now_at: int) -> None:
        opened_at = moment_text(ticket.created_at, now_at)
        who = ", ".join(filter(None, [one_line(ticket.requester or ""), opened_at]))
        self._description.show_text(ticket.description, who)
        ended = "" if ticket.is_working else ticket.resolution or ""
        self._resolution.show_text(ended, moment_text(ticket.resolved_at, now_at))
        self.setVisible(bool(ticket.description or ended))


class TicketCentre(QFrame):
    """Shows what it is given. ``entries``: all of the timeline, oldest first; ``kinds``: those that are shown."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "pane")
        self.entries: Sequence[Entry] = ()
        self.kinds: frozenset[str] | None = None
        self.chips: list[Button] = []
        rows = column(self)
        rows.addWidget(self._chip_bar())
        self.timeline = TimelineView(self)
        self.timeline.setAccessibleName(tr("Timeline"))
        self.timeline.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._opening = _Opening(self)
        self._opening.hide()
        self.timeline.set_opening(self._opening)
        self.timeline.all_asked.connect(_Choose(self, None))
        rows.addWidget(self.timeline, 1)
        rows.addWidget(rule(self, is_upright=False))
        dock = QFrame(self)
        dock.setProperty("kind", "pane")
        around = column(dock)
        pad = current().space(6)
        around.setContentsMargins(pad, current().space(4), pad, pad)
        self.composer = Composer(dock)
        around.addWidget(self.composer)
        rows.addWidget(dock)

    def show_ticket(self, ticket: Ticket, now_at: int) -> None:
        """Description and resolution, and who a public text goes to."""
        self._opening.show_ticket(ticket, now_at)
        self.composer.set_requester(ticket.requester)

    def show_entries(self, entries: Sequence[Entry], *, has_earlier: bool) -> None:
        """All entries; the chips count what each would show."""
        self.entries = entries
        self.timeline.set_entries(entries, has_earlier=has_earlier)
        for chip, each in zip(self.chips, FILTERS, strict=True):
            chip.set_count(len(of_kinds(entries, each.kinds)))

    def show_kinds(self, kinds: frozenset[str] | None) -> None:
        """Filter the timeline; None shows all."""
        self.kinds = kinds
        none = next((each.none for each in FILTERS if each.kinds == kinds), "")
        self.timeline.set_kinds(kinds, none=tr(none))
        for chip, each in zip(self.chips, FILTERS, strict=True):
            chip.setChecked(each.kinds == kinds)

    def _chip_bar(self) -> QWidget:
        bar = QFrame(self)
        bar.setProperty("kind", "toolbar")
        row = QHBoxLayout(bar)
        pad = current().space(6)
        row.setContentsMargins(pad, 6, pad, 6)
        row.setSpacing(8)
        for each in FILTERS:
            chip = Button(tr(each.word), kind="toggle", count=0, small=True, parent=bar)
            chip.clicked.connect(_Choose(self, each.kinds))
            chip.setChecked(each.kinds is None)
            self.chips.append(chip)
            row.addWidget(chip)
        row.addStretch(1)
        return bar


class _Choose:
    """A chip's slot without a lambda that would keep the pane."""

    def __init__(self, centre: TicketCentre, kinds: frozenset[str] | None) -> None:
        self._centre, self._kinds = centre, kinds

    def __call__(self, _checked: bool = False) -> None:
        self._centre.show_kinds(self._kinds)


def column(widget: QWidget) -> QVBoxLayout:
    """A column without margins or gaps."""
    made = QVBoxLayout(widget)
    made.setContentsMargins(0, 0, 0, 0)
    made.setSpacing(0)
    return made


class _Rule(QWidget):
    """Painted, so that it is one pixel in both directions."""

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), current().color("line.default"))
        painter.end()


def rule(parent: QWidget, *, is_upright: bool = True) -> QWidget:
    """A line of one pixel between panes."""
    made = _Rule(parent)
    if is_upright:
        made.setFixedWidth(1)
    else:
        made.setFixedHeight(1)
    return made
