"""The pane beside the board: one row explained, its actions, its curves and what happened on one time axis."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.base.clock import DAY, HOUR, MINUTE, Moment, to_datetime
from app.base.text import one_line, plain, tr
from app.domain.health import HOST, STALE
from app.ui.desk.board.fact import Fact, StateGlyph
from app.ui.desk.board.story import RowStory, lanes_of, lines_of, no_samples_text, span_text, state_sentence, where_of
from app.ui.kit.text import Label
from app.ui.kit.theme import current
from app.ui.parts.button import Button, Kind
from app.ui.parts.pane_state import PaneState
from app.ui.parts.time_chart import TimeChart

WINDOWS = (("15 min", 15 * MINUTE), ("1 h", HOUR), ("24 h", DAY))
_REMARKS = 6


class BoardDetail(QFrame):
    """``asked(action_id)`` when a button is pressed; ``window_changed(ms)`` when another stretch is wanted."""

    asked = Signal(str)
    window_changed = Signal(int)
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "pane")
        self.window_ms = HOUR
        self._foldable: list[Button] = []
        self._folded: list[Button] = []
        self._story: RowStory | None = None
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        body = QFrame(scroll)
        body.setProperty("kind", "pane")
        scroll.setWidget(body)
        outer.addWidget(scroll)
        self._rows = QVBoxLayout(body)
        pad = current().space(5)
        self._rows.setContentsMargins(pad, pad, pad, pad)
        self._rows.setSpacing(current().space(4))
        self._build_head()
        self._build_actions()
        self._output = Label(style="mono_dense", mono=True, wrap=True, selectable=True, parent=self)
        self._rows.addWidget(self._well(self._output))
        self._heard = Label(style="caption", role="fg.secondary", parent=self)
        self._rows.addWidget(self._heard)
        self._build_chart()
        self._facts = QVBoxLayout()
        self._facts.setSpacing(current().space(2))
        self._rows.addLayout(self._facts)
        self._rows.addStretch(1)
        self.state = PaneState(self)
        self.state.good(tr("No problem is selected."))

    def show_story(self, story: RowStory, now_at: Moment) -> None:
        """Show a row; the same row again only moves what has changed."""
        self.state.clear()
        self._story = story
        row = story.row
        self._name.setText(one_line(row.host if row.kind == HOST else row.name))
        self._where.setText(where_of(row))
        word = STALE if story.is_stale else row.state
        was = row.state if story.is_stale else None
        self._glyph.show_state(word, outlined=not row.hard or row.is_handled, was=was)
        self._output.setText(plain("\n".join(filter(None, [row.output, row.long_output]))) or tr("No output."))
        self._heard.setText(story.heard)
        self.tick(now_at)
        self._show_chart(story)
        self._show_facts(story)

    def tick(self, now_at: Moment) -> None:
        """Ages move."""
        if self._story is None:
            return
        row = self._story.row
        lead, rest = state_sentence(row, self._story.is_stale, now_at)
        self._lead.setText(lead)
        self._lead.set_role(f"state.{current().state(STALE if self._story.is_stale else row.state).key}.text")
        self._rest.setText(rest)

    def restyle(self) -> None:
        """Another theme."""
        self.chart.restyle()
        self.update()

    def set_narrow(self, is_narrow: bool) -> None:
        """Less room: some buttons show their icon alone."""
        for button in self._foldable:
            button.setVisible(not is_narrow)
        for button in self._folded:
            button.setVisible(is_narrow)

    def step_window(self, step: int) -> None:
        """A longer or a shorter stretch in the charts."""
        lengths = [length for _word, length in WINDOWS]
        at = min(max(0, lengths.index(self.window_ms) + step), len(lengths) - 1)
        self._choose(lengths[at])

    def _build_head(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(current().space(5))
        self._glyph = StateGlyph(current().length("glyph.header"), self)
        names = QVBoxLayout()
        names.setSpacing(0)
        self._name = Label(style="heading", elide="right", parent=self)
        self._where = Label(style="caption", role="fg.secondary", elide="middle", parent=self)
        names.addWidget(self._name)
        names.addWidget(self._where)
        close = Button(tr("Close the detail"), kind="icon", icon="close", key="Space", parent=self)
        close.clicked.connect(self.closed)
        head.addWidget(self._glyph, 0, Qt.AlignmentFlag.AlignTop)
        head.addLayout(names, 1)
        head.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        self._rows.addLayout(head)
        told = QHBoxLayout()
        told.setSpacing(0)
        self._lead = Label(style="body_strong", parent=self)
        self._rest = Label(style="body", role="fg.secondary", elide="right", parent=self)
        told.addWidget(self._lead)
        told.addWidget(self._rest, 1)
        self._rows.addLayout(told)

    def _build_actions(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(current().space(4))
        for action_id, word, icon, key, kind in _BUTTONS:
            button = Button(tr(word), kind=kind, icon=icon, key=key, parent=self)
            button.clicked.connect(_Ask(self, action_id))
            button.setObjectName(action_id)
            row.addWidget(button)
            if action_id in _FOLDED:
                self._foldable.append(button)
        for action_id, word, icon, key, _kind in (each for each in _BUTTONS if each[0] in _FOLDED):
            button = Button(tr(word), kind="icon", icon=icon, key=key, parent=self)
            button.clicked.connect(_Ask(self, action_id))
            row.insertWidget(row.count() - 2, button)
            self._folded.append(button)
        row.addStretch(1)
        self.set_narrow(False)
        self._rows.addLayout(row)

    def _build_chart(self) -> None:
        self._rows.addWidget(self._rule())
        row = QHBoxLayout()
        self._span = Label(style="body_strong", parent=self)
        row.addWidget(self._span)
        row.addStretch(1)
        self._windows = QButtonGroup(self)
        for word, length in WINDOWS:
            button = Button(word, kind="toggle", small=True, parent=self)
            button.setChecked(length == self.window_ms)
            button.clicked.connect(_Choose(self, length))
            self._windows.addButton(button, length // MINUTE)
            row.addWidget(button)
        self._rows.addLayout(row)
        self.chart = TimeChart(self)
        self._rows.addWidget(self.chart)
        self._no_samples = Label(style="caption", role="fg.muted", wrap=True, parent=self)
        self._rows.addWidget(self._no_samples)

    def _choose(self, length_ms: int) -> None:
        self.window_ms = length_ms
        button = self._windows.button(length_ms // MINUTE)
        if button is not None:
            button.setChecked(True)
        self.window_changed.emit(length_ms)

    def _show_chart(self, story: RowStory) -> None:
        self._span.setText(span_text(story.since_at, story.until_at))
        self.chart.set_window(lines_of(story.series), lanes_of(story), story.since_at, story.until_at)
        why = no_samples_text(story.series)
        self._no_samples.setText(why)
        self._no_samples.setVisible(bool(why))
        self.chart.setFixedHeight(self.chart.sizeHint().height())

    def _show_facts(self, story: RowStory) -> None:
        while self._facts.count():
            item = self._facts.takeAt(0)
            widget = item.widget() if item else None
            if widget is not None:
                widget.deleteLater()
        if story.business or story.remarks:
            self._facts.addWidget(self._rule())
        if story.business:
            self._fact_head(tr("Customers notice"))
            for word, name, told in story.business:
                self._facts.addWidget(Fact(word, name, told, self))
        if story.remarks:
            self._fact_head(tr("Remarks"))
            for remark in story.remarks[-_REMARKS:]:
                at = f"{to_datetime(remark.at).astimezone():%d %b %H:%M}"
                self._facts.addWidget(Fact("", f"{one_line(remark.author)} {at}", one_line(remark.text), self))

    def _fact_head(self, text: str) -> None:
        self._facts.addWidget(Label(text, style="heading", parent=self))

    def _rule(self) -> QFrame:
        line = QFrame(self)
        line.setProperty("kind", "line")
        return line

    def _well(self, label: Label) -> QFrame:
        well = QFrame(self)
        well.setProperty("kind", "well")
        layout = QVBoxLayout(well)
        layout.setContentsMargins(8, 6, 8, 6)
        layout.addWidget(label)
        return well


_BUTTONS: tuple[tuple[str, str, str, str, Kind], ...] = (
    ("problem.acknowledge", "Acknowledge", "check", "a", "primary"),
    ("problem.downtime", "Downtime", "wrench", "d", "plain"),
    ("problem.recheck", "Re-check", "refresh", "r", "plain"),
    ("problem.comment", "Comment", "comment", "c", "icon"),
    ("problem.ticket", "Ticket from problem", "ticket", "t", "icon"),
)
_FOLDED = frozenset({"problem.recheck"})


class _Ask:
    def __init__(self, detail: BoardDetail, action_id: str) -> None:
        self._detail, self._action_id = detail, action_id

    def __call__(self, _checked: bool = False) -> None:
        self._detail.asked.emit(self._action_id)


class _Choose:
    def __init__(self, detail: BoardDetail, length_ms: int) -> None:
        self._detail, self._length = detail, length_ms

    def __call__(self, _checked: bool = False) -> None:
        self._detail._choose(self._length)
