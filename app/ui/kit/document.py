"""Readers and editors: the only place that constructs them.

The reader takes HTML that ``analysis.markup`` has sanitised, within size and depth, and fetches nothing whatever it
says; the editor pastes plain text and nothing else.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QMimeData, Qt, QUrl, Signal
from PySide6.QtGui import QImage, QTextBlockFormat, QTextCursor, QTextOption
from PySide6.QtWidgets import QPlainTextEdit, QTextBrowser, QWidget

from app.base.text import plain
from app.ui.kit.html_depth import HtmlDepth
from app.ui.kit.theme import current

MAX_HTML_BYTES = 200_000
MAX_HTML_DEPTH = 32


def is_calm_html(html: str) -> bool:
    """Small and shallow enough for Qt's layout, which takes minutes over deeply nested tables."""
    if len(html.encode("utf-8", "replace")) > MAX_HTML_BYTES:
        return False
    parser = HtmlDepth()
    parser.feed(html)
    return parser.deepest <= MAX_HTML_DEPTH


class Reader(QTextBrowser):
    """Shows sanitised HTML. Opens, loads and follows nothing; a click on a link emits ``link_clicked``."""

    link_clicked = Signal(str)

    def __init__(self, parent: QWidget | None = None, *, style: str = "reading") -> None:
        super().__init__(parent)
        self.setProperty("kind", "bare")
        self.setOpenLinks(False)
        self.setOpenExternalLinks(False)
        self.setFont(current().font(style))
        self.setFrameShape(QTextBrowser.Shape.NoFrame)
        self.document().setDocumentMargin(0)
        self.document().setIndentWidth(20)
        self._html = ""
        self._line_px = current().line(style)
        self.anchorClicked.connect(self._tell_link)
        self._style_document()

    def show_html(self, html: str) -> None:
        """Sanitised HTML; shown as plain text when it is larger or deeper than Qt can lay out quickly."""
        self._html = html
        if is_calm_html(html):
            super().setHtml(html)
        else:
            self.setPlainText(plain(html[:MAX_HTML_BYTES]))
        self._space_lines()

    def setHtml(self, html: str) -> None:
        """The same as ``show_html``."""
        self.show_html(html)

    def show_plain(self, text: str) -> None:
        """Any text, as it stands."""
        self._html = ""
        self.setPlainText(plain(text))
        self._space_lines()

    def loadResource(self, _type: int, _name: QUrl | str) -> Any:
        """Always one transparent pixel: nothing is opened or fetched, whatever the text asks for."""
        return _nothing()

    def createMimeDataFromSelection(self) -> QMimeData:
        """Copies plain text only, so that markup from outside does not travel on."""
        copied = QMimeData()
        copied.setText(self.textCursor().selection().toPlainText())
        return copied

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ApplicationPaletteChange and hasattr(self, "_html"):
            self._style_document()
            if self._html:
                self.show_html(self._html)

    def _space_lines(self) -> None:
        """The line height of the type style, which neither HTML nor a font can ask for."""
        cursor = QTextCursor(self.document())
        cursor.select(QTextCursor.SelectionType.Document)
        spacing = QTextBlockFormat()
        spacing.setLineHeight(self._line_px, QTextBlockFormat.LineHeightTypes.MinimumHeight.value)
        cursor.mergeBlockFormat(spacing)

    def _tell_link(self, url: QUrl) -> None:
        self.link_clicked.emit(url.toString())

    def _style_document(self) -> None:
        theme = current()
        self.document().setDefaultStyleSheet(
            f"body {{ color: {theme.hex('fg.default')}; }}"
            f"a {{ color: {theme.hex('fg.link')}; text-decoration: none; }}"
            f"code, pre {{ font-family: 'JetBrains Mono', monospace; background: {theme.hex('bg.input')}; }}"
            f"h1, h2, h3 {{ font-weight: 600; color: {theme.hex('fg.strong')}; }}"
            f"h1 {{ font-size: 20px; }} h2 {{ font-size: 15px; }} h3 {{ font-size: 13px; }}"
            "p { margin-top: 0; margin-bottom: 8px; } ul, ol { margin-top: 0; margin-bottom: 8px; }"
            f"blockquote {{ color: {theme.hex('fg.secondary')}; }}"
            f"ins {{ color: {theme.hex('diff.added_text')}; background: {theme.hex('diff.added_bg')}; }}"
            f"del {{ color: {theme.hex('diff.removed_text')}; background: {theme.hex('diff.removed_bg')}; }}"
        )


def _nothing() -> QImage:
    image = QImage(1, 1, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    return image


class PlainEditor(QPlainTextEdit):
    """A plain text editor; pasting takes the text and nothing else."""

    def __init__(self, parent: QWidget | None = None, *, style: str = "body", mono: bool = False) -> None:
        super().__init__(parent)
        self.setFont(current().font(style, mono=mono))
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        # Every line wraps; a space at the end of a full one would bring the bar all the same.
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabChangesFocus(True)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return source.hasText()

    def insertFromMimeData(self, source: QMimeData) -> None:
        if source.hasText():
            self.insertPlainText(source.text())
