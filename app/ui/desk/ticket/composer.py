"""The composer: who will see the text is said by ground, bar, icon, words and button. Saves nothing itself.

A public text is asked for once: the first Ctrl+Enter shows the strip, the second one sends. Pasting and typing never
change who will see it.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from app.base.clock import Moment, to_datetime
from app.base.text import one_line, tr
from app.domain.ticket import INTERNAL, PUBLIC
from app.ui.desk.ticket.composer_editor import ComposerEditor
from app.ui.desk.ticket.composer_foot import ComposerFoot
from app.ui.desk.ticket.composer_head import ComposerHead
from app.ui.kit.theme import current

KEEP_AFTER_MS = 800
"""Typing is kept at most this long after the first letter that is not on disk yet."""


@dataclass(frozen=True, slots=True)
class Note:
    """What is written: the text and who will see it (``internal`` or ``public``)."""

    text: str
    mode: str


class Composer(QFrame):
    """``sent(Note)``: save it, then call ``confirm`` or ``refuse``. ``changed(Note)``: keep it as a draft."""

    sent = Signal(object)
    changed = Signal(object)
    attach_asked = Signal()
    escaped = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.mode = INTERNAL
        self._requester = ""
        self._kept = Note("", INTERNAL)
        self._is_sending = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(KEEP_AFTER_MS)
        self._timer.timeout.connect(self.keep_now)
        self._build()
        self._show_mode()

    @property
    def note(self) -> Note:
        """What stands in the composer now."""
        return Note(self.editor.toPlainText(), self.mode)

    @property
    def has_text(self) -> bool:
        return bool(self.editor.toPlainText().strip())

    @property
    def is_asking(self) -> bool:
        """Whether the strip is open and the next Ctrl+Enter sends publicly."""
        return not self._foot.strip.isHidden()

    def set_requester(self, name: str | None) -> None:
        """Who sees a public text."""
        self._requester = one_line(name or "")
        self._show_mode()

    def set_mode(self, mode: str) -> None:
        """``internal`` or ``public``."""
        if mode != self.mode and not self._is_sending:
            self.mode = mode
            self._show_mode()
            self._note_change()

    def toggle_mode(self) -> None:
        self.set_mode(INTERNAL if self.mode == PUBLIC else PUBLIC)

    def write(self, mode: str) -> None:
        """Put the focus into the text, for these readers."""
        self.set_mode(mode)
        self.editor.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def restore(self, note: Note, kept_at: Moment) -> None:
        """A draft that was kept before; whatever is being typed already wins."""
        if self.has_text or not note.text:
            return
        self._kept = note
        self.mode = note.mode
        self.editor.setPlainText(note.text)
        self.editor.moveCursor(self.editor.textCursor().MoveOperation.End)
        self._timer.stop()
        self._show_mode()
        self.show_kept(kept_at)

    def keep_now(self) -> None:
        """Hand over what is not kept yet, without waiting."""
        self._timer.stop()
        note = self.note
        if note != self._kept and not self._is_sending and (note.text.strip() or self._kept.text.strip()):
            self._kept = note
            self.changed.emit(note)

    def show_kept(self, at: Moment) -> None:
        """The draft is on disk since this moment."""
        self.kept.set_role("fg.muted")
        local = to_datetime(at).astimezone()
        self.kept.setText(tr("Draft kept {time}", time=f"{local:%H:%M:%S}") if self.has_text else "")

    def show_not_kept(self, why: str) -> None:
        """The draft could not be written; it stands only here."""
        self._kept = Note("", self.mode)
        self.kept.set_role("state.warning.text")
        self.kept.setText(tr("Draft not kept"))
        if not self.why.text():
            self._tell(why)

    def confirm(self) -> None:
        """It is saved: the text goes."""
        self._end_sending()
        self._kept = Note("", self.mode)
        self.editor.clear()
        self._timer.stop()
        self.kept.clear()
        self._tell("")

    def refuse(self, why: str) -> None:
        """It is not saved: the text stays, with the reason."""
        self._end_sending()
        self._tell(why)
        self.keep_now()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, theme = QPainter(self), current()
        kind = "public" if self.mode == PUBLIC else "internal"
        line = theme.color(f"note.{kind}_line")
        painter.fillRect(self.rect(), theme.color(f"note.{kind}_bg"))
        painter.setPen(line)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        bar = theme.length("stroke.conversation_bar")
        if self.mode == PUBLIC:
            painter.fillRect(0, 0, bar, self.height(), line)
        else:
            painter.fillRect(0, 0, bar, self.height(), theme.color(f"note.{kind}_bg"))
            pen = QPen(line, bar)
            pen.setDashPattern([1.6, 1.2])
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            painter.setPen(pen)
            painter.drawLine(1, 0, 1, self.height())
        painter.end()

    # -- building -----------------------------------------------------------------------------------------------

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(15, 8, 8, 8)
        column.setSpacing(6)
        self._head = ComposerHead(self)
        self._head.mode_chosen.connect(self._choose)
        self.kept = self._head.kept
        self.editor = ComposerEditor(self)
        self.editor.textChanged.connect(self._typed)
        self.editor.sent.connect(self.submit)
        self.editor.escaped.connect(self._escape)
        self.editor.left.connect(self.keep_now)
        self._foot = ComposerFoot(self)
        self._foot.sent.connect(self.submit)
        self._foot.attach_asked.connect(self.attach_asked)
        self._foot.stopped.connect(self._stop_asking)
        self.why, self.send = self._foot.why, self._foot.send
        for part in (self._head, self.editor, self._foot):
            column.addWidget(part)

    # -- doing --------------------------------------------------------------------------------------------------

    def submit(self) -> None:
        """Save; a public text asks first."""
        if self._is_sending:
            return
        if not self.has_text:
            self._tell(tr("Write something first."))
            self.editor.setFocus()
            return
        if self.mode == PUBLIC and not self.is_asking:
            self._foot.ask(True)
            self._show_button()
            return
        self._timer.stop()
        self._is_sending = True
        self.editor.setReadOnly(True)
        self.send.setEnabled(False)
        self._stop_asking()
        self._tell("")
        self.sent.emit(self.note)

    def _end_sending(self) -> None:
        self._is_sending = False
        self.editor.setReadOnly(False)
        self.send.setEnabled(True)

    def _typed(self) -> None:
        self._stop_asking()
        self._note_change()
        if self.has_text:
            self._tell("")

    def _note_change(self) -> None:
        if not self._timer.isActive() and self.note != self._kept:
            self._timer.start()

    def _choose(self, mode: str) -> None:
        self.set_mode(mode)
        self._show_mode()

    def _escape(self) -> None:
        if self.is_asking:
            self._stop_asking()
        else:
            self.escaped.emit()

    def _stop_asking(self) -> None:
        self._foot.ask(False)
        self._show_button()

    def _tell(self, why: str) -> None:
        self._foot.tell(why)

    def _show_mode(self) -> None:
        is_public = self.mode == PUBLIC
        who = self._requester or tr("the requester")
        self._head.show_mode(self.mode, who)
        told = tr("Reply, visible to {name}", name=who) if is_public else tr("Internal note, colleagues only")
        self.editor.setAccessibleName(told)
        self.editor.setPlaceholderText(
            tr("Write to {name}", name=who) if is_public else tr("Write what you know; only colleagues see it")
        )
        self._stop_asking()
        self.update()

    def _show_button(self) -> None:
        self._foot.show_mode(self.mode, self._requester or tr("the requester"))
