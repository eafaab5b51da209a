"""Reading an article: crumbs, title, a line of facts, and the text in reading type. Renders and fetches nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import QResizeEvent, QTextBlock, QTextBlockFormat, QTextCursor, QTextFormat
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.analysis.markup import Heading
from app.base.clock import Moment
from app.base.text import one_line
from app.domain.article import Article
from app.ui.desk.knowledge.render import Shown
from app.ui.desk.knowledge.words import crumbs, facts_line, is_overdue, review_words
from app.ui.kit.document import Reader
from app.ui.kit.text import Label
from app.ui.kit.theme import current
from app.ui.kit.tokens import type_style
from app.ui.parts.banner import Banner

COLUMN_PX = 760
_EDGE = 2


def document_style() -> str:
    """The look of an article's text, from the tokens of the theme that is on."""
    theme = current()
    sizes = {name: type_style(name).px for name in ("title", "heading", "body", "mono")}
    mono = "font-family: 'JetBrains Mono', 'DejaVu Sans Mono', monospace;"
    return (
        f"a {{ color: {theme.hex('fg.link')}; text-decoration: none; }}"
        f"h1, h2, h3, h4, h5, h6 {{ font-weight: 600; color: {theme.hex('fg.strong')}; margin-bottom: 6px; }}"
        f"h1 {{ font-size: {sizes['title']}px; margin-top: 24px; }}"
        f"h2 {{ font-size: {sizes['heading'] + 2}px; margin-top: 22px; }}"
        f"h3 {{ font-size: {sizes['heading']}px; margin-top: 18px; }}"
        f"h4, h5, h6 {{ font-size: {sizes['body']}px; margin-top: 14px; }}"
        "p { margin-top: 0; margin-bottom: 12px; } ul, ol { margin-top: 0; margin-bottom: 12px; }"
        "li { margin-bottom: 2px; } li p { margin-bottom: 4px; }"
        f"code, pre, kbd {{ {mono} font-size: {sizes['mono']}px; }}"
        f"code, kbd {{ background-color: {theme.hex('bg.input')}; color: {theme.hex('fg.strong')}; }}"
        "pre { margin-top: 0; margin-bottom: 0; white-space: pre-wrap; }"
        f"table {{ border-collapse: collapse; border: 1px solid {theme.hex('line.default')}; }}"
        "table { margin-top: 6px; margin-bottom: 12px; }"
        f"th, td {{ border: 1px solid {theme.hex('line.default')}; }}"
        f"th {{ font-weight: 600; background-color: {theme.hex('bg.raised')}; text-align: left; }}"
        f".code {{ background-color: {theme.hex('bg.input')}; border-color: {theme.hex('line.subtle')}; }}"
        f"blockquote {{ color: {theme.hex('fg.secondary')}; margin-left: 16px; margin-right: 16px; }}"
        f"ins {{ {_colours('diff.added')} text-decoration: underline; }}"
        f"del {{ {_colours('diff.removed')} text-decoration: line-through; }}"
    )


def _colours(roles: str) -> str:
    theme = current()
    return f"color: {theme.hex(roles + '_text')}; background-color: {theme.hex(roles + '_bg')};"


class ArticleReader(Reader):
    """The text of one article, held in a column of 760 with lines of at most 680 px."""

    heading_reached = Signal(str)
    """The anchor of the heading that stands at the top."""

    def __init__(self, parent: QWidget | None = None, *, is_column: bool = True) -> None:
        self._is_column = is_column
        self._theme = current()
        super().__init__(parent)
        self._headings: list[tuple[str, int]] = []
        self._reached = ""
        self.verticalScrollBar().valueChanged.connect(self._scrolled)
        self.horizontalScrollBar().rangeChanged.connect(self._fit_bar)

    def show_text(self, shown: Shown) -> None:
        """Show sanitised HTML from its top."""
        self.show_html(shown.html)
        self._headings = [(anchor, block.blockNumber()) for block in _blocks(self) for anchor in _anchors(block)]
        self._reached = ""
        self.verticalScrollBar().setValue(0)
        self._scrolled()

    def clear_text(self) -> None:
        """Nothing to read."""
        self._headings = []
        self.show_html("")

    def go_to(self, anchor: str) -> None:
        """Bring a heading to the top."""
        block = next((number for name, number in self._headings if name == anchor), None)
        if block is None:
            return
        top = self._top_of(block)
        self.verticalScrollBar().setValue(top - 4)
        self._tell(anchor)

    def set_margins(self) -> None:
        """Keep the column in the middle and its lines short."""
        if not self._is_column:
            return
        left = column_left(self.width())
        right = max(left, self.width() - left - current().length("layout.reader_measure"))
        self.setViewportMargins(left, 0, right, 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.set_margins()
        super().resizeEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and self._theme is not current():
            # Colours stand in the text's formats: another theme needs them made anew, at the same place.
            self._theme = current()
            at = self.verticalScrollBar().value()
            self._style_document()
            self.show_html(self._html)
            self.verticalScrollBar().setValue(at)

    def _top_of(self, block_number: int) -> int:
        block = self.document().findBlockByNumber(block_number)
        return round(self.document().documentLayout().blockBoundingRect(block).top())

    def _scrolled(self) -> None:
        bar = self.verticalScrollBar()
        if not self._headings:
            return
        if bar.maximum() and bar.value() >= bar.maximum() and self._reached:
            return
        top = self.cursorForPosition(QPoint(0, 24)).blockNumber()
        reached = self._headings[0][0]
        for anchor, number in self._headings:
            if number > top:
                break
            reached = anchor
        self._tell(reached)

    def _fit_bar(self, _least: int, most: int) -> None:
        """No bar for the edge of a table, which Qt counts beside the width that it was given."""
        policy = Qt.ScrollBarPolicy
        wanted = policy.ScrollBarAlwaysOff if most <= _EDGE else policy.ScrollBarAsNeeded
        if wanted != self.horizontalScrollBarPolicy():
            self.setHorizontalScrollBarPolicy(wanted)

    def _tell(self, anchor: str) -> None:
        if anchor != self._reached:
            self._reached = anchor
            self.heading_reached.emit(anchor)

    def _style_document(self) -> None:
        self.document().setDefaultStyleSheet(document_style())

    def _space_lines(self) -> None:
        """Lines of prose as the type scale says, lines of code closer; headings in the size of the style sheet."""
        super()._space_lines()
        close = QTextBlockFormat()
        close.setLineHeight(current().line("mono"), QTextBlockFormat.LineHeightTypes.MinimumHeight.value)
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        for block in _blocks(self):
            if block.charFormat().fontFamilies():
                cursor.setPosition(block.position())
                cursor.mergeBlockFormat(close)
            elif block.blockFormat().headingLevel():
                _take_own_size(cursor, block)
        cursor.endEditBlock()


def _take_own_size(cursor: QTextCursor, block: QTextBlock) -> None:
    """Qt scales headings whatever size the style sheet gives them, as long as they carry a scale."""
    stretches = []
    each = block.begin()
    while not each.atEnd():
        stretches.append((each.fragment().position(), each.fragment().length(), each.fragment().charFormat()))
        each += 1
    for start, length, shape in stretches:
        shape.clearProperty(QTextFormat.Property.FontSizeAdjustment.value)
        cursor.setPosition(start)
        cursor.setPosition(start + length, QTextCursor.MoveMode.KeepAnchor)
        cursor.setCharFormat(shape)


def column_left(width: int) -> int:
    """Where the column begins in a pane of this width."""
    return max(current().space(7), (width - COLUMN_PX) // 2)


def _blocks(reader: Reader) -> Iterator[QTextBlock]:
    block = reader.document().begin()
    while block.isValid():
        yield block
        block = block.next()


def _anchors(block: QTextBlock) -> Sequence[str]:
    if not block.blockFormat().headingLevel():
        return ()
    names = QTextCursor(block)
    names.movePosition(QTextCursor.MoveOperation.NextCharacter)
    return names.charFormat().anchorNames()[:1]


class ReaderPane(QFrame):
    """The head over the text. Buttons of the head come from the page."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "pane")
        theme = current()
        self.banner = Banner(self)
        self._crumbs = Label("", style="dense", role="fg.muted", elide="middle", parent=self)
        self._title = Label("", style="figure", role="fg.strong", elide="right", selectable=True, parent=self)
        self._facts = Label("", style="dense", role="fg.secondary", elide="right", parent=self)
        self._overdue = Label("", style="dense_strong", role="state.warning.text", parent=self)
        self.text = ArticleReader(self)
        self.text.setAccessibleName("article")
        self._top = QHBoxLayout()
        self._top.setSpacing(theme.space(4))
        self._top.addWidget(self._crumbs, 1)
        line = QHBoxLayout()
        line.setSpacing(theme.space(6))
        line.addWidget(self._facts)
        line.addWidget(self._overdue)
        line.addStretch(1)
        self._head = QVBoxLayout()
        self._head.setSpacing(theme.space(3))
        self._head.addLayout(self._top)
        self._head.addWidget(self._title)
        self._head.addLayout(line)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.banner)
        column.addLayout(self._head)
        column.addWidget(self.text, 1)
        self._hold_column()

    def add(self, widget: QWidget, *, first: bool = False) -> None:
        """One more button at the right of the crumbs, after or before the others."""
        self._top.insertWidget(1 if first else self._top.count(), widget)

    def show_head(self, article: Article, now_at: Moment, version: int = 0) -> None:
        """Where it lies, what it is called, and how fresh it is."""
        self._crumbs.setText("  ›  ".join(one_line(part) for part in crumbs(article.path)))
        self._title.setText(one_line(article.title))
        said = facts_line(article, now_at)
        self._facts.setText("    ".join(said))
        late = is_overdue(article, now_at) and not version
        self._overdue.setText(f"Next review {review_words(article, now_at)}" if late else "")

    def title(self) -> str:
        """The title in the head."""
        return self._title.text()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._hold_column()

    def _hold_column(self) -> None:
        left = column_left(self.width())
        right = max(current().space(7), self.width() - left - COLUMN_PX)
        self._head.setContentsMargins(left, current().space(7), right, current().space(6))


def outline_levels(outline: Sequence[Heading]) -> list[tuple[Heading, int]]:
    """Headings with how far in they stand: the highest level at the edge, at most three deep."""
    top = min((heading.level for heading in outline), default=1)
    return [(heading, min(heading.level - top, 2)) for heading in outline]
