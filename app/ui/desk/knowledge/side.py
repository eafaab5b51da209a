"""Beside an article: its outline, its facts, its versions. Asks for nothing; tells what was chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from app.analysis.markup import Heading
from app.base.clock import Moment
from app.base.text import one_line, tr
from app.domain.article import Article, ArticleVersion
from app.ui.desk.knowledge.reader import outline_levels
from app.ui.desk.knowledge.words import facts, is_overdue, when
from app.ui.kit.cell import CellContext, draw_text
from app.ui.kit.cells import text_cell
from app.ui.kit.column import Column
from app.ui.kit.table import DenseTable
from app.ui.kit.text import Label
from app.ui.kit.theme import current
from app.ui.models.line_model import LineModel
from app.ui.parts.facts_list import FactsList

_ROW = 24


@dataclass(frozen=True, slots=True)
class OutlineLine:
    """A heading in the outline; ``is_here``: it stands at the top of the text."""

    heading: Heading
    depth: int
    is_here: bool = False


@dataclass(frozen=True, slots=True)
class VersionLine:
    """A version in the list."""

    version: ArticleVersion
    at: str
    is_shown: bool = False


def _paint_heading(painter: QPainter, rect: QRect, line: OutlineLine, ctx: CellContext) -> None:
    room = rect.adjusted(line.depth * 12, 0, 0, 0)
    role = "fg.strong" if line.is_here else "fg.secondary"
    draw_text(painter, room, line.heading.text, ctx, role=role, style="body", strong=line.is_here)


def _version_word(line: VersionLine) -> str:
    return f"v{line.version.version}"


_OUTLINE = (Column("heading", "", _paint_heading, width=80, grow=1, tip=lambda line: line.heading.text, pad=16),)
_VERSIONS = (
    Column("version", "", text_cell(_version_word, "fg.default"), width=52, pad=16),
    Column("by", "", text_cell(lambda line: line.version.by, "fg.secondary"), width=80, grow=1, pad=4,
           tip=lambda line: f"{line.version.title}\n{line.version.by}"),
    Column("at", "", text_cell(lambda line: line.at, "fg.muted", align="right"), width=96, pad=16),
)  # fmt: skip


class _List(DenseTable):
    """As high as its rows, so that the whole pane scrolls as one."""

    def fit(self, rows: int) -> None:
        self.setFixedHeight(max(rows, 1) * _ROW)


class SidePane(QFrame):
    """``heading_chosen(anchor)``; ``version_chosen(number)``."""

    heading_chosen = Signal(str)
    version_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "pane")
        self._all_versions: list[tuple[ArticleVersion, str]] = []
        self._outline: list[tuple[Heading, int]] = []
        self._headings: LineModel[OutlineLine] = LineModel(
            len(_OUTLINE), _heading_key, lambda line: one_line(line.heading.text)
        )
        self._versions: LineModel[VersionLine] = LineModel(len(_VERSIONS), _version_key, _version_sentence)
        scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        body = QFrame(scroll)
        body.setProperty("kind", "pane")
        scroll.setWidget(body)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scroll)
        self._rows = QVBoxLayout(body)
        self._rows.setContentsMargins(0, current().space(5), 0, current().space(6))
        self._rows.setSpacing(0)
        self._fill()

    def _fill(self) -> None:
        self._outline_head = self._head(tr("On this page"))
        self.outline = _List(_OUTLINE, density="regular", parent=self)
        self._set_up(self.outline, self._headings, tr("Outline"))
        self.outline.clicked.connect(self._heading_clicked)
        self.outline.opened.connect(self._heading_opened)
        self._outline_line = self._line()
        self._head(tr("Facts"))
        self._facts = FactsList(self)
        self._facts.setContentsMargins(16, 0, 12, 0)
        self._rows.addWidget(self._facts)
        self._line()
        self._head(tr("Versions"))
        self.versions = _List(_VERSIONS, density="regular", parent=self)
        self._set_up(self.versions, self._versions, tr("Versions"))
        self.versions.clicked.connect(self._version_clicked)
        self.versions.opened.connect(self._version_opened)
        self._line()
        self._rows.addStretch(1)

    def show_article(self, article: Article, versions: Sequence[ArticleVersion], now_at: Moment) -> None:
        """Facts and versions of an article, newest version first."""
        self._facts.set_facts(
            [(label, self._value(article, label, text, now_at)) for label, text in facts(article, now_at)]
        )
        self._all_versions = [(saved, when(saved.at, now_at)) for saved in reversed(versions)]
        self.show_version(0)

    def show_version(self, version: int) -> None:
        """Mark the version that is read; 0 is the newest."""
        shown = version or (self._all_versions[0][0].version if self._all_versions else 0)
        self._versions.show([VersionLine(saved, at, saved.version == shown) for saved, at in self._all_versions])
        self.versions.fit(len(self._all_versions))
        self.versions.select_row(self._versions.number_of(str(shown)))

    def show_outline(self, outline: Sequence[Heading]) -> None:
        """The headings of the text."""
        self._outline = outline_levels(outline)
        self._headings.show([OutlineLine(heading, depth) for heading, depth in self._outline])
        self.outline.fit(len(self._outline))
        for widget in (self._outline_head, self.outline, self._outline_line):
            widget.setVisible(bool(self._outline))

    def mark_heading(self, anchor: str) -> None:
        """The heading that stands at the top of the text."""
        self._headings.show(
            [OutlineLine(heading, depth, heading.anchor == anchor) for heading, depth in self._outline]
        )

    def headings(self) -> list[str]:
        """The words of the outline."""
        return [line.heading.text for line in self._headings.values()]

    def open_current(self, widget: QWidget | None) -> bool:
        """What Enter does in the list that has the focus; False when none of them has it."""
        if widget is self.outline:
            self._heading_opened(self.outline.current_row())
        elif widget is self.versions:
            self._version_opened(self.versions.current_row())
        else:
            return False
        return True

    def _set_up(self, table: _List, model: LineModel[OutlineLine] | LineModel[VersionLine], name: str) -> None:
        table.horizontalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(_ROW)
        table.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        table.setModel(model)
        table.setAccessibleName(name)
        self._rows.addWidget(table)

    def _head(self, words: str) -> Label:
        label = Label(words, style="caption_strong", role="fg.secondary", parent=self)
        label.setContentsMargins(16, 2, 16, 6)
        self._rows.addWidget(label)
        return label

    def _line(self) -> QWidget:
        box = QWidget(self)
        column = QVBoxLayout(box)
        column.setContentsMargins(0, current().space(5), 0, current().space(5))
        line = QFrame(box)
        line.setProperty("kind", "line")
        column.addWidget(line)
        self._rows.addWidget(box)
        return box

    def _value(self, article: Article, label: str, text: str, now_at: Moment) -> Label:
        is_late = label == tr("Next review") and is_overdue(article, now_at)
        role = "state.warning.text" if is_late else "fg.default"
        return Label(text, role=role, elide="middle" if "/" in text else "right", parent=self)

    def _heading_clicked(self) -> None:
        self._heading_opened(self.outline.current_row())

    def _heading_opened(self, line: OutlineLine | None) -> None:
        if line is not None:
            self.heading_chosen.emit(line.heading.anchor)

    def _version_clicked(self) -> None:
        self._version_opened(self.versions.current_row())

    def _version_opened(self, line: VersionLine | None) -> None:
        if line is not None:
            self.version_chosen.emit(line.version.version)


def _heading_key(line: OutlineLine) -> str:
    return line.heading.anchor


def _version_key(line: VersionLine) -> str:
    return str(line.version.version)


def _version_sentence(line: VersionLine) -> str:
    return tr("Version {n}, {at}, {by}", n=line.version.version, at=line.at, by=one_line(line.version.by))
