"""Text widgets: the only place that constructs labels, readers, editors, tooltips and messages.

Text from outside is never interpreted. A label is plain text, a tooltip is escaped, and the reader takes HTML that
``analysis.markup`` has sanitised, within size and depth, and fetches nothing whatever it says.
"""

from __future__ import annotations

from html import escape
from typing import Any, Literal

from PySide6.QtCore import QEvent, QMimeData, QPoint, QSize, Qt, QUrl, Signal
from PySide6.QtGui import (
    QFontMetrics,
    QImage,
    QPainter,
    QPaintEvent,
    QPalette,
    QResizeEvent,
    QTextBlockFormat,
    QTextCursor,
    QTextDocument,
    QTextOption,
)
from PySide6.QtWidgets import QLabel, QMessageBox, QPlainTextEdit, QTextBrowser, QToolTip, QWidget

from app.base.text import plain
from app.ui.kit.theme import current

MAX_HTML_BYTES = 200_000
MAX_HTML_DEPTH = 32
Elide = Literal["none", "right", "middle", "left"]
_ELIDE = {
    "right": Qt.TextElideMode.ElideRight,
    "middle": Qt.TextElideMode.ElideMiddle,
    "left": Qt.TextElideMode.ElideLeft,
}


def safe_tooltip(text: str) -> str:
    """Tooltip text that Qt cannot take for markup (its tooltips have no plain mode)."""
    return f"<qt>{escape(plain(text)).replace(chr(10), '<br>')}</qt>" if text else ""


def set_tooltip(widget: QWidget, text: str) -> None:
    """A tooltip from any text."""
    widget.setToolTip(safe_tooltip(text))


def show_tooltip(at: QPoint, text: str, widget: QWidget | None = None) -> None:
    """Show a tooltip now, at a global position; an empty text hides it."""
    if text:
        QToolTip.showText(at, safe_tooltip(text), widget)
    else:
        QToolTip.hideText()


def ask(parent: QWidget, title: str, detail: str, yes: str, no: str) -> bool:
    """A modal question in plain text with the safe button focused; Esc means no. Rare: see the screens' text."""
    box = QMessageBox(parent)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(plain(title))
    box.setInformativeText(plain(detail))
    agree = box.addButton(yes, QMessageBox.ButtonRole.AcceptRole)
    refuse = box.addButton(no, QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(refuse)
    box.setEscapeButton(refuse)
    box.exec()
    return box.clickedButton() is agree


class Label(QLabel):
    """Plain text in a type style and a colour role; elides when asked and gives the rest as tooltip."""

    def __init__(
        self,
        text: str = "",
        *,
        style: str = "body",
        role: str = "fg.default",
        elide: Elide = "none",
        wrap: bool = False,
        selectable: bool = False,
        mono: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self._role = role
        self._elide = elide
        self._whole = ""
        self.setFont(current().font(style, mono=mono))
        self.setWordWrap(wrap)
        if selectable:
            self.setTextInteractionFlags(
                Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
            )
        self._colour_in()
        self.setText(text)

    def setText(self, text: str) -> None:
        """Any text; control characters become visible."""
        self._whole = plain(text)
        super().setText(self._whole)
        if self._elide != "none":
            set_tooltip(self, self._whole if self._is_cut() else "")

    def setTextFormat(self, _format: Qt.TextFormat) -> None:
        """Always plain text, whatever is asked for."""
        super().setTextFormat(Qt.TextFormat.PlainText)

    def set_role(self, role: str) -> None:
        """Another colour role."""
        if role != self._role:
            self._role = role
            self._colour_in()

    def set_style(self, style: str, *, mono: bool = False) -> None:
        """Another type style."""
        self.setFont(current().font(style, mono=mono))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.ApplicationPaletteChange, QEvent.Type.StyleChange):
            self._colour_in()
        super().changeEvent(event)

    def minimumSizeHint(self) -> QSize:
        hint = super().minimumSizeHint()
        return QSize(min(hint.width(), 24), hint.height()) if self._elide != "none" else hint

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._elide == "none" or not self._is_cut():
            super().paintEvent(event)
            return
        painter = QPainter(self)
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        room = self.contentsRect()
        shown = QFontMetrics(self.font()).elidedText(self._whole, _ELIDE[self._elide], room.width())
        painter.drawText(room, self.alignment() | Qt.TextFlag.TextSingleLine, shown)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._elide != "none":
            set_tooltip(self, self._whole if self._is_cut() else "")

    def _is_cut(self) -> bool:
        return QFontMetrics(self.font()).horizontalAdvance(self._whole) > self.contentsRect().width()

    def _colour_in(self) -> None:
        colour = current().color(self._role)
        palette = self.palette()
        if palette.color(QPalette.ColorRole.WindowText) != colour:
            palette.setColor(QPalette.ColorRole.WindowText, colour)
            self.setPalette(palette)


def is_calm_html(html: str) -> bool:
    """Small and shallow enough for Qt's layout, which takes minutes over deeply nested tables."""
    if len(html.encode("utf-8", "replace")) > MAX_HTML_BYTES:
        return False
    from app.ui.kit.html_depth import HtmlDepth  # a start paints before any HTML is shown

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


class _InertDocument(QTextDocument):
    """A document that loads nothing."""

    def loadResource(self, _type: int, _name: QUrl | str) -> Any:
        return _nothing()


class PlainEditor(QPlainTextEdit):
    """A plain text editor; pasting takes the text and nothing else."""

    def __init__(self, parent: QWidget | None = None, *, style: str = "body", mono: bool = False) -> None:
        super().__init__(parent)
        self.setFont(current().font(style, mono=mono))
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setTabChangesFocus(True)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return source.hasText()

    def insertFromMimeData(self, source: QMimeData) -> None:
        if source.hasText():
            self.insertPlainText(source.text())


def measure_html(html: str, width: int, style: str = "body") -> tuple[QTextDocument, int]:
    """A document laid out at ``width`` pixels and its height, for painting sanitised HTML in a list."""
    document = _InertDocument()
    document.setDefaultFont(current().font(style))
    document.setDocumentMargin(0)
    if is_calm_html(html):
        document.setHtml(html)
    else:
        document.setPlainText(plain(html[:MAX_HTML_BYTES]))
    document.setTextWidth(width)
    return document, round(document.size().height())
