"""Text from outside is never interpreted: labels stay plain, the reader loads nothing."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QCoreApplication, QMimeData, Qt, QUrl
from PySide6.QtGui import QImage, QPalette, QTextDocument

from app.ui.kit import document, text, theme

RICH = (
    "<b>bold</b>", "<h1>x</h1>", '<a href="http://x.test">x</a>', '<img src="file:///etc/passwd">',
    "<table><tr><td>1", "<!-- -->",
     "&lt;b&gt;", "host<b>name", "<qt>x</qt>", "<html><body>x", "<font color=red>x</font>", "a\n<br>\nb",
    "**bold** ![x](file:///etc/passwd)", "# head",
    "<script>x</script>", "<marquee>", "<p style='font-size:99px'>x</p>",
)  # fmt: skip
RESOURCES = (
    "http://evil.test/x.png", "https://evil.test/x.png", "//evil.test/share/x.png", "file:///etc/passwd",
    "file://evil.test/share", "/etc/passwd", "x.png", "../x.png", "data:image/png;base64,AAAA", "qrc:/x", ":/x",
    "cid:1",     r"\\evil.test\share\x.png", "ftp://evil.test/x", "smb://evil.test/x", "about:blank", "",
)  # fmt: skip
TAGS = (
    '<img src="{}">', "<body background='{}'>x</body>", "<table background='{}'><tr><td>x</td></tr></table>",
    "<link rel=stylesheet href='{}'>x", "<style>@import url('{}');</style>x",
    "<style>li {{ list-style-image: url('{}'); }}</style><ul><li>x</ul>",
    "<p style=\"background-image: url('{}')\">x</p>",
)  # fmt: skip


@pytest.mark.parametrize("rich", RICH)
def test_a_label_shows_markup_as_it_stands(qtbot, rich):
    label = text.Label(rich)
    qtbot.addWidget(label)
    assert label.textFormat() == Qt.TextFormat.PlainText
    assert label.text() == rich
    label.setTextFormat(Qt.TextFormat.RichText)
    assert label.textFormat() == Qt.TextFormat.PlainText


def test_a_label_draws_markup_like_letters(qtbot):
    """The tags take room: a label that interpreted them would be as narrow as its bare words."""
    tagged, bare = text.Label("<b>host</b>"), text.Label("host")
    qtbot.addWidget(tagged)
    qtbot.addWidget(bare)
    assert tagged.sizeHint().width() > bare.sizeHint().width() + 20


def test_control_and_bidi_characters_show(qtbot):
    label = text.Label("pay\u202egnp.exe\x07")
    qtbot.addWidget(label)
    assert label.text() == "pay‹U+202E›gnp.exe‹U+0007›"


def test_a_tooltip_has_lines_of_a_readable_length_and_its_own_breaks():
    shown = QTextDocument()
    shown.setHtml(text.safe_tooltip("<i>one</i>\n\n  two " + "more words " * 30 + "x" * 200))
    lines = shown.toPlainText().replace("\u2028", "\n").split("\n")
    assert lines[:2] == ["<i>one</i>", ""]
    assert lines[2].startswith("  two more")
    assert max(map(len, lines)) <= 80
    assert text.safe_tooltip("") == ""


def test_a_cut_label_tells_the_whole_escaped(qtbot):
    label = text.Label("<b>" + "long " * 40, elide="right")
    qtbot.addWidget(label)
    label.show()
    label.resize(80, 20)
    shown = QTextDocument()
    shown.setHtml(label.toolTip())
    assert shown.toPlainText().replace("\n", " ") == ("<b>" + "long " * 40).strip()
    label.resize(4000, 20)
    assert label.toolTip() == ""


def test_a_label_follows_its_role(qtbot):
    label = text.Label("x", role="fg.muted")
    qtbot.addWidget(label)
    assert label.palette().color(QPalette.ColorRole.WindowText) == theme.current().color("fg.muted")
    label.set_role("state.critical.text")
    wanted = theme.current().color("state.critical.text")
    assert label.palette().color(QPalette.ColorRole.WindowText) == wanted


@pytest.mark.parametrize("name", RESOURCES)
def test_the_reader_answers_one_transparent_pixel(qtbot, name):
    reader = document.Reader()
    qtbot.addWidget(reader)
    for kind in QTextDocument.ResourceType:
        answer = reader.loadResource(kind.value, QUrl(name))
        assert isinstance(answer, QImage)
        assert (answer.width(), answer.height()) == (1, 1)
        assert answer.pixelColor(0, 0).alpha() == 0


@pytest.mark.parametrize("tag", TAGS)
@pytest.mark.parametrize("name", RESOURCES)
def test_the_reader_opens_no_file(qtbot, tag, name, audited):
    reader = document.Reader()
    qtbot.addWidget(reader)
    reader.show()
    reader.show_html(tag.format(name))
    reader.grab()
    assert not [each for each in audited if "passwd" in each or "evil" in each]


@pytest.fixture
def audited():
    """Names that Python was asked to open or connect to since the test began."""
    import sys

    seen: list[str] = []
    is_on = [True]

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        if is_on and event in ("open", "socket.connect", "socket.getaddrinfo"):
            seen.append(str(arguments[0]))

    sys.addaudithook(hook)
    yield seen
    is_on.clear()


def test_an_image_takes_no_room(qtbot, tmp_path):
    """A file that could be read is not: its picture would be 200 pixels wide."""
    picture = QImage(200, 200, QImage.Format.Format_RGB32)
    picture.fill(0)
    file = tmp_path / "x.png"
    picture.save(str(file))
    reader = document.Reader()
    qtbot.addWidget(reader)
    reader.resize(400, 400)
    for address in (str(file), file.as_uri()):
        reader.show_html(f'<img src="{address}">')
        assert reader.document().idealWidth() < 50


def test_a_link_is_told_and_not_followed(qtbot):
    reader = document.Reader()
    qtbot.addWidget(reader)
    reader.show_html('<a href="https://example.org/x">x</a>')
    with qtbot.waitSignal(reader.link_clicked) as told:
        reader.anchorClicked.emit(QUrl("https://example.org/x"))
    assert told.args == ["https://example.org/x"]
    assert not reader.openLinks()
    assert not reader.openExternalLinks()
    assert "x" in reader.toPlainText()


@pytest.mark.parametrize(
    "html",
    ["<div>" * 40 + "x", "<table><tr><td>" * 2_000, "<b>" * 40_000, "x" * 200_001, "<blockquote>" * 33 + "x"],
)
def test_what_is_too_large_or_deep_is_shown_plain(qtbot, html):
    assert not document.is_calm_html(html)
    reader = document.Reader()
    qtbot.addWidget(reader)
    reader.show_html(html)
    assert reader.toPlainText()[:5] == html[:5]


def test_ordinary_html_is_calm():
    assert document.is_calm_html("<p>a</p>" * 1_000 + "<br>" * 500 + "<ul><li><b>x</b></li></ul>")


def test_copying_from_the_reader_takes_plain_text(qtbot):
    reader = document.Reader()
    qtbot.addWidget(reader)
    reader.show_html("<b>x</b>")
    reader.selectAll()
    copied = reader.createMimeDataFromSelection()
    assert copied.text() == "x"
    assert not copied.hasHtml()


def test_the_editor_pastes_plain_text(qtbot):
    editor = document.PlainEditor()
    qtbot.addWidget(editor)
    pasted = QMimeData()
    pasted.setHtml("<b>x</b>")
    pasted.setText("x")
    editor.insertFromMimeData(pasted)
    assert editor.toPlainText() == "x"
    only_image = QMimeData()
    only_image.setImageData(QImage(1, 1, QImage.Format.Format_RGB32))
    assert not editor.canInsertFromMimeData(only_image)


@pytest.mark.parametrize("written", ["three of four nodes answer " * 9, "x" * 400, " " * 300])
def test_a_full_line_of_the_editor_brings_no_bar(qtbot, written):
    editor = document.PlainEditor()
    qtbot.addWidget(editor)
    editor.document().setDocumentMargin(0)
    editor.show()
    editor.setPlainText(written)
    for width in range(200, 300, 7):
        editor.resize(width, 60)
        QCoreApplication.processEvents()
        assert not editor.horizontalScrollBar().isVisible()
