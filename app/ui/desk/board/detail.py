"""The pane beside the board: one row explained, its actions, its curves and what happened on one time axis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.base.clock import DAY, HOUR, MINUTE, Moment, to_datetime
from app.base.text import age, one_line, plain, tr
from app.domain.health import HOST, STALE, Downtime, HealthRow, Remark
from app.domain.history import Series, StateChange
from app.ui.kit.glyphs import paint_glyph
from app.ui.kit.text import Label
from app.ui.kit.theme import current
from app.ui.parts.button import Button, Kind
from app.ui.parts.event_lanes import Lane, Span
from app.ui.parts.pane_state import PaneState
from app.ui.parts.time_chart import Line, TimeChart

WINDOWS = (("15 min", 15 * MINUTE), ("1 h", HOUR), ("24 h", DAY))
_REMARKS = 6


@dataclass(frozen=True, slots=True)
class RowStory:
    """Everything the pane shows of one row, read in one go. ``business``: (state word, name, sentence)."""

    row: HealthRow
    is_stale: bool
    since_at: Moment
    until_at: Moment
    series: Sequence[Series] = ()
    changes: Sequence[StateChange] = ()
    remarks: Sequence[Remark] = ()
    downtimes: Sequence[Downtime] = ()
    business: Sequence[tuple[str, str, str]] = field(default_factory=tuple)
    heard: str = ""


class _Glyph(QWidget):
    def __init__(self, size: int, parent: QWidget) -> None:
        super().__init__(parent)
        self._word = "stale"
        self._outlined = False
        self._was: str | None = None
        self.setFixedSize(QSize(size, size))

    def show_state(self, word: str, *, outlined: bool, was: str | None) -> None:
        self._word, self._outlined, self._was = word, outlined, was
        self.setFixedWidth(self.height() * (2 if was else 1))
        self.setAccessibleName(current().state(word).word)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        rect = QRect(0, 0, self.height(), self.height())
        paint_glyph(painter, rect, self._word, outlined=self._outlined, was=self._was)
        painter.end()


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
        self._state = PaneState(self)
        self._state.good(tr("Choose a row to see its story."))

    def show_story(self, story: RowStory, now_at: Moment) -> None:
        """Show a row; the same row again only moves what has changed."""
        self._state.clear()
        self._story = story
        row = story.row
        self._name.setText(one_line(row.host if row.kind == HOST else row.name))
        self._where.setText(" · ".join(filter(None, [one_line(row.host), *map(one_line, row.groups[:3])])))
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
        self._glyph = _Glyph(current().length("glyph.header"), self)
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
        self._no_samples = Label(
            tr("No samples are stored for this row."), style="caption", role="fg.muted", parent=self
        )
        self._rows.addWidget(self._no_samples)

    def _choose(self, length_ms: int) -> None:
        self.window_ms = length_ms
        button = self._windows.button(length_ms // MINUTE)
        if button is not None:
            button.setChecked(True)
        self.window_changed.emit(length_ms)

    def _show_chart(self, story: RowStory) -> None:
        start, end = (to_datetime(at).astimezone() for at in (story.since_at, story.until_at))
        self._span.setText(tr("{start} to {end}", start=f"{start:%H:%M}", end=f"{end:%H:%M}"))
        self.chart.set_window(lines_of(story.series), lanes_of(story), story.since_at, story.until_at)
        self._no_samples.setVisible(not any(each.values for each in story.series))
        self.chart.setFixedHeight(self.chart.sizeHint().height())

    def _show_facts(self, story: RowStory) -> None:
        while self._facts.count():
            item = self._facts.takeAt(0)
            widget = item.widget() if item else None
            if widget is not None:
                widget.deleteLater()
        if story.business:
            self._fact_head(tr("Customers notice"))
            for word, name, told in story.business:
                self._facts.addWidget(_Fact(word, name, told, self))
        if story.remarks:
            self._fact_head(tr("Remarks"))
            for remark in story.remarks[-_REMARKS:]:
                at = f"{to_datetime(remark.at).astimezone():%d %b %H:%M}"
                self._facts.addWidget(_Fact("", f"{one_line(remark.author)} {at}", one_line(remark.text), self))

    def _fact_head(self, text: str) -> None:
        self._facts.addWidget(Label(text, style="heading", parent=self))

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


class _Fact(QWidget):
    """A line: glyph, name, sentence."""

    def __init__(self, word: str, name: str, told: str, parent: QWidget) -> None:
        super().__init__(parent)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(current().space(4))
        if word:
            glyph = _Glyph(16, self)
            glyph.show_state(word, outlined=False, was=None)
            layout.addWidget(glyph)
        label = Label(name, style="body", parent=self, elide="right")
        label.setMinimumWidth(140)
        layout.addWidget(label)
        layout.addWidget(Label(told, style="body", role="fg.secondary", elide="right", parent=self), 1)


def state_sentence(row: HealthRow, is_stale: bool, now_at: Moment) -> tuple[str, str]:
    """“Critical for 12 min”, then “, hard 3/3, not acknowledged.”"""
    word = current().state(row.state).word
    since = age(now_at, row.since_at)
    if is_stale:
        return tr("Stale"), tr(", was {word} when last heard. What it is now is not known.", word=word.lower())
    lead = tr("{word} for {age}", word=word, age=since) if since else word
    kind = tr("hard") if row.hard else tr("soft")
    parts = [f"{kind} {row.attempt}/{row.max_attempts}"]
    marks = (
        (row.acknowledged, tr("acknowledged")),
        (row.in_downtime, tr("in downtime")),
        (row.flapping, tr("flapping")),
        (row.suppressed, tr("suppressed by what it depends on")),
    )
    given = [text for is_set, text in marks if is_set]
    if row.is_problem and not row.is_handled:
        given.append(tr("not acknowledged"))
    return lead, ", " + ", ".join(parts + given) + "."


def lines_of(series: Sequence[Series]) -> list[Line]:
    """Chart lines of stored series."""
    return [Line(each.label, each.unit, each.at, each.values, each.warn, each.crit) for each in series if each.values]


def lanes_of(story: RowStory) -> list[Lane]:
    """State, remarks and downtimes as lanes; those with nothing in them are left out, but for the state."""
    states = []
    for change, end_at in zip(story.changes, [*(c.at for c in story.changes[1:]), story.until_at], strict=False):
        states.append(Span(max(change.at, story.since_at), end_at, change.state, current().state(change.state).word))
    if story.changes and story.changes[0].at > story.since_at:
        states.insert(0, Span(story.since_at, story.changes[0].at, STALE, tr("not known")))
    acks = _marks(story, "acknowledgement")
    notes = _marks(story, "comment")
    downs = tuple(
        Span(max(each.start_at, story.since_at), min(each.end_at, story.until_at), "", one_line(each.text))
        for each in story.downtimes
        if each.end_at > story.since_at and each.start_at < story.until_at
    )
    lanes = [Lane(tr("State"), tuple(states))]
    named = ((tr("Acks"), acks), (tr("Comments"), notes), (tr("Downtime"), downs))
    return lanes + [Lane(name, spans) for name, spans in named if spans]


def _marks(story: RowStory, kind: str) -> tuple[Span, ...]:
    found = [each for each in story.remarks if each.kind == kind and story.since_at <= each.at <= story.until_at]
    return tuple(Span(each.at, each.at, "", one_line(each.author)) for each in found)
