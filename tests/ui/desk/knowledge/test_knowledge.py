"""The knowledge page as a person uses it: search, read, write, keep, meet a colleague's version."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.domain.article import Article
from app.ui.desk.knowledge.draft import draft_key
from app.ui.desk.knowledge.page import KnowledgePage
from app.ui.parts.button import Button
from app.usecases.article import edit_article, new_article
from tests.ui.desk.desk_fixture import COLLEAGUE, Desk

CTRL = Qt.KeyboardModifier.ControlModifier
POOL = """## How to tell

The pool is exhausted within minutes of a release. See [the roll-back](../releases/roll-back.md#steps).

## What to do

```
deploy rollback card-auth --to 5.17.4
```

### Going back

Nothing else.
"""


@pytest.fixture
def articles(desk: Desk) -> dict[str, Article]:
    made = [
        new_article(desk.someone, "Connection pool exhausted", POOL, folder="payments/cards").article,
        new_article(desk.someone, "Roll back", "## Steps\n\nFreeze first.\n", folder="payments/releases").article,
        new_article(desk.someone, "Rotate a certificate", "Once a year.\n", folder="platform").article,
    ]
    return {article.title: article for article in made}


@pytest.fixture
def page(desk: Desk, qtbot: QtBot, articles: dict[str, Article]) -> KnowledgePage:
    return mounted(desk, qtbot)


def mounted(desk: Desk, qtbot: QtBot) -> KnowledgePage:
    page = KnowledgePage(desk.context, desk.dispatcher)
    desk.mount(page)
    qtbot.waitExposed(desk.window)
    qtbot.waitUntil(lambda: page.situation().article is not None or page.reading.state.isVisible())
    return page


def read(desk: Desk, qtbot: QtBot, page: KnowledgePage, article: Article) -> None:
    page.open_article(article.id)
    qtbot.waitUntil(
        lambda: page.reading.reader.title() == article.title and page.reading.reader.text.toPlainText() != ""
    )


def write(desk: Desk, qtbot: QtBot, page: KnowledgePage, article: Article, text: str) -> None:
    """Open the editor on an article and put ``text`` at its beginning."""
    read(desk, qtbot, page, article)
    desk.dispatcher.act("article.edit")
    assert page.is_editing
    qtbot.keyClicks(page.editor.form.body, text)


def kept(desk: Desk, key: str) -> str:
    draft = desk.store.team.draft(key)
    return draft.text if draft is not None else ""


def stored(desk: Desk, article: Article) -> Article:
    found = desk.store.articles.get(article.id)
    assert found is not None
    return found


def test_a_search_by_keyboard_leads_into_the_text(desk: Desk, qtbot: QtBot, page: KnowledgePage) -> None:
    desk.dispatcher.act("view.query")
    qtbot.keyClicks(page.bar.field.line, "pool exhausted")
    qtbot.waitUntil(lambda: [hit.title for hit in page.finder.results.hits()] == ["Connection pool exhausted"])
    qtbot.keyClick(page.bar.field.line, Qt.Key.Key_Return)
    assert page.finder.results.table.hasFocus()
    qtbot.waitUntil(lambda: page.reading.reader.title() == "Connection pool exhausted")
    qtbot.keyClick(page.finder.results.table, Qt.Key.Key_Return)
    assert page.reading.reader.text.hasFocus()
    assert "deploy rollback card-auth" in page.reading.reader.text.toPlainText()


def test_fields_narrow_and_escape_clears(desk: Desk, qtbot: QtBot, page: KnowledgePage) -> None:
    page.bar.field.set_text("path:payments/*")
    qtbot.waitUntil(lambda: len(page.finder.results.hits()) == 2)
    assert page.bar.field.fault() is None
    page.focus_main()
    qtbot.keyClick(page.finder.results.table, Qt.Key.Key_Escape)
    assert not page.finder.results.isVisible()
    assert page.bar.field.text() == ""


def test_a_wrong_query_is_said_where_it_is_wrong(page: KnowledgePage) -> None:
    page.bar.field.set_text("pool colour:red")
    fault = page.bar.field.fault()
    assert fault is not None
    assert fault.start == len("pool ")


def test_nothing_found_says_so(qtbot: QtBot, page: KnowledgePage) -> None:
    page.bar.field.set_text("zeppelin")
    qtbot.waitUntil(lambda: page.finder.state.accessibleName() == "Nothing matches “zeppelin”.")


def test_the_tree_folds_by_keyboard(qtbot: QtBot, page: KnowledgePage, articles: dict[str, Article]) -> None:
    table = page.finder.tree.table
    table.setFocus()
    table.select_row(0)
    assert page.finder.tree.lines()[0].title == "payments"
    qtbot.keyClick(table, Qt.Key.Key_Left)
    assert [line.title for line in page.finder.tree.lines()] == ["payments", "platform"]
    assert page.finder.tree.lines()[0].count == 2
    qtbot.keyClick(table, Qt.Key.Key_Return)
    assert [line.title for line in page.finder.tree.lines()][:2] == ["payments", "cards"]
    qtbot.keyClick(table, Qt.Key.Key_Right)
    assert table.current_row().title == "cards"


def test_the_outline_scrolls_and_links_open_in_place(
    desk: Desk, qtbot: QtBot, page: KnowledgePage, articles: dict[str, Article]
) -> None:
    read(desk, qtbot, page, articles["Connection pool exhausted"])
    qtbot.waitUntil(lambda: page.reading.side.headings() == ["How to tell", "What to do", "Going back"])
    heard: list[str] = []
    page.reading.reader.text.heading_reached.connect(heard.append)
    page.reading.side.outline.setFocus()
    page.reading.side.outline.select_row(2)
    qtbot.keyClick(page.reading.side.outline, Qt.Key.Key_Return)
    assert heard[-1:] == ["going-back"]
    assert f"article:{articles['Roll back'].id}#steps" in page.reading.reader.text.toHtml()
    page.reading.reader.text.link_clicked.emit(f"article:{articles['Roll back'].id}#steps")
    qtbot.waitUntil(lambda: page.reading.reader.title() == "Roll back")


def test_a_dangerous_link_is_refused_with_a_sentence(desk: Desk, page: KnowledgePage) -> None:
    page.reading.reader.text.link_clicked.emit("file:///etc/passwd")
    assert desk.notices[-1].is_error


def test_an_edit_becomes_the_next_version(
    desk: Desk, qtbot: QtBot, page: KnowledgePage, articles: dict[str, Article]
) -> None:
    article = articles["Roll back"]
    write(desk, qtbot, page, article, "First of all: breathe. ")
    qtbot.waitUntil(lambda: "breathe" in page.editor.form.preview.toPlainText())
    desk.dispatcher.act("article.save")
    qtbot.waitUntil(lambda: not page.is_editing and "breathe" in page.reading.reader.text.toPlainText())
    assert stored(desk, article).version == 2
    assert kept(desk, draft_key(article.id)) == ""
    assert desk.notices[-1].text == "Saved “Roll back” as version 2."


def test_a_title_is_needed_and_the_text_stays(
    desk: Desk, qtbot: QtBot, page: KnowledgePage, articles: dict[str, Article]
) -> None:
    write(desk, qtbot, page, articles["Roll back"], "Kept. ")
    page.editor.form.title.clear()
    desk.dispatcher.act("article.save")
    qtbot.waitUntil(lambda: page.editor.form.banner.accessibleName() == "An article needs a title.")
    assert page.editor.form.body.toPlainText().startswith("Kept. ")
    assert page.editor.form.title.hasFocus()
    qtbot.keyClicks(page.editor.form.title, "R")
    assert not page.editor.form.banner.isVisible()


def test_typing_is_kept_as_a_draft_and_offered_on_return(
    desk: Desk, qtbot: QtBot, page: KnowledgePage, articles: dict[str, Article]
) -> None:
    article = articles["Roll back"]
    write(desk, qtbot, page, article, "Half a thought")
    qtbot.waitUntil(lambda: page.editor.form.kept.text().startswith("Draft kept "), timeout=2_000)
    assert "Half a thought" in kept(desk, draft_key(article.id))
    qtbot.keyClick(page.editor.form.body, Qt.Key.Key_Escape)
    assert not page.is_editing
    qtbot.waitUntil(
        lambda: page.reading.reader.banner.accessibleName().startswith("You have a draft of this article")
    )
    assert stored(desk, article).version == 1
    desk.unmount()
    again = mounted(desk, qtbot)
    read(desk, qtbot, again, article)
    again.reading.reader.banner.acted.emit()
    assert again.editor.form.body.toPlainText().startswith("Half a thought")


def test_leaving_the_page_keeps_the_last_letters(
    desk: Desk, qtbot: QtBot, page: KnowledgePage, articles: dict[str, Article]
) -> None:
    article = articles["Roll back"]
    write(desk, qtbot, page, article, "The very last word")
    page.leave()
    qtbot.waitUntil(lambda: "The very last word" in kept(desk, draft_key(article.id)))


def test_writing_on_at_once_finds_what_was_just_typed(
    desk: Desk, qtbot: QtBot, page: KnowledgePage, articles: dict[str, Article]
) -> None:
    write(desk, qtbot, page, articles["Roll back"], "Just now. ")
    desk.dispatcher.act("article.edit")
    desk.dispatcher.act("article.edit")
    assert page.editor.form.body.toPlainText().startswith("Just now. ")


def test_an_article_asked_for_first_is_the_one_that_is_shown(
    desk: Desk, qtbot: QtBot, articles: dict[str, Article]
) -> None:
    page = KnowledgePage(desk.context, desk.dispatcher)
    desk.mount(page)
    page.open_article(articles["Rotate a certificate"].id)
    qtbot.waitUntil(lambda: page.finder.tree.lines() != [] and page.reading.article is not None)
    assert page.title() == "Rotate a certificate"


def test_a_discarded_draft_comes_back_by_undo(
    desk: Desk, qtbot: QtBot, page: KnowledgePage, articles: dict[str, Article]
) -> None:
    article = articles["Roll back"]
    write(desk, qtbot, page, article, "Regretted")
    page.editor.flush()
    qtbot.waitUntil(lambda: "Regretted" in kept(desk, draft_key(article.id)))
    discard = next(b for b in page.editor.findChildren(Button) if b.text() == "Discard")
    discard.click()
    qtbot.waitUntil(lambda: kept(desk, draft_key(article.id)) == "")
    undo = desk.notices[-1].undo
    assert undo is not None
    undo()
    qtbot.waitUntil(lambda: page.is_editing and page.editor.form.body.toPlainText().startswith("Regretted"))


def test_a_conflict_keeps_both_texts(
    desk: Desk, qtbot: QtBot, page: KnowledgePage, articles: dict[str, Article]
) -> None:
    article = articles["Roll back"]
    write(desk, qtbot, page, article, "Mine. ")
    edit_article(desk.someone, article.id, "Roll back", "Theirs.\n", seen_version=1)
    desk.dispatcher.act("article.save")
    qtbot.waitUntil(lambda: page.editor.form.banner.accessibleName().startswith(COLLEAGUE))
    assert page.editor.form.body.toPlainText().startswith("Mine. ")
    qtbot.waitUntil(lambda: "Mine. " in kept(desk, draft_key(article.id)))
    assert stored(desk, article).body == "Theirs.\n"
    page.editor.form.banner.acted.emit()
    qtbot.waitUntil(lambda: "Theirs." in page.editor.form.preview.toPlainText())
    desk.dispatcher.act("article.save")
    qtbot.waitUntil(lambda: not page.is_editing)
    assert stored(desk, article).body.startswith("Mine. ")
    assert [saved.version for saved in desk.store.articles.versions(article.id)] == [1, 2, 3]


def test_a_draft_of_an_older_version_is_never_saved_over_a_newer_one_unseen(
    desk: Desk, qtbot: QtBot, page: KnowledgePage, articles: dict[str, Article]
) -> None:
    article = articles["Roll back"]
    write(desk, qtbot, page, article, "Mine. ")
    edit_article(desk.someone, article.id, "Roll back", "Theirs.\n", seen_version=1)
    desk.dispatcher.act("article.edit")
    qtbot.waitUntil(
        lambda: page.reading.reader.banner.isVisible() and "Theirs." in page.reading.reader.text.toPlainText()
    )
    desk.dispatcher.act("article.edit")
    assert page.editor.seen_version == 1
    desk.dispatcher.act("article.save")
    qtbot.waitUntil(lambda: page.editor.form.banner.accessibleName().startswith(COLLEAGUE))
    assert stored(desk, article).body == "Theirs.\n"


def test_a_colleague_s_save_is_told_while_typing_and_costs_no_draft(
    desk: Desk, qtbot: QtBot, page: KnowledgePage, articles: dict[str, Article]
) -> None:
    article = articles["Roll back"]
    write(desk, qtbot, page, article, "Mine. ")
    page.editor.flush()
    qtbot.waitUntil(lambda: "Mine. " in kept(desk, draft_key(article.id)))
    desk.context.touched.emit(
        edit_article(desk.someone, article.id, "Roll back", "Theirs.\n", seen_version=1).touched
    )
    qtbot.waitUntil(lambda: page.editor.form.banner.accessibleName().startswith(COLLEAGUE))
    qtbot.waitUntil(lambda: "Mine. " in kept(desk, draft_key(article.id)))


def test_a_new_article_lands_in_its_folder(desk: Desk, qtbot: QtBot, page: KnowledgePage) -> None:
    desk.dispatcher.act("article.new")
    qtbot.waitUntil(lambda: page.is_editing)
    form = page.editor.form
    qtbot.keyClicks(form.title, "Drain a node")
    form.folder.setText("platform/nodes")
    qtbot.keyClicks(form.body, "Cordon, then drain.")
    desk.dispatcher.act("article.save")
    qtbot.waitUntil(lambda: page.reading.reader.title() == "Drain a node")
    made = desk.store.articles.get("platform/nodes/drain-a-node")
    assert made is not None
    assert kept(desk, draft_key("")) == ""
    qtbot.waitUntil(lambda: any(line.article_id == made.id for line in page.finder.tree.lines()))


def test_an_older_version_is_read_and_left(
    desk: Desk, qtbot: QtBot, page: KnowledgePage, articles: dict[str, Article]
) -> None:
    article = articles["Roll back"]
    edit_article(desk.someone, article.id, "Roll back", "Second words.\n", seen_version=1)
    read(desk, qtbot, page, article)
    page.reading.side.version_chosen.emit(1)
    qtbot.waitUntil(lambda: "Freeze first." in page.reading.reader.text.toPlainText())
    page.reading.reader.text.setFocus()
    qtbot.keyClick(page.reading.reader.text, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: "Second words." in page.reading.reader.text.toPlainText())


def test_hostile_markdown_shows_nothing_from_outside(desk: Desk, qtbot: QtBot, page: KnowledgePage) -> None:
    body = (
        '<img src="https://evil.example/x.png"><script>alert(2)</script>![pixel](https://evil.example/p.gif)\n\n'
        '<style>body { color: red }</style>[click](javascript:alert(1)) <b onclick="x()">bold</b> \u202eback'
    )
    hostile = new_article(desk.someone, "Hostile", body).article
    read(desk, qtbot, page, hostile)
    html = page.reading.reader.text.toHtml()
    assert "evil.example" not in html
    assert "href" not in html
    assert "alert(2)" not in page.reading.reader.text.toPlainText()
    assert "[pixel]" in page.reading.reader.text.toPlainText()
    assert "‹U+202E›" in page.reading.reader.text.toPlainText()


def test_an_empty_store_says_what_to_do(desk: Desk, qtbot: QtBot) -> None:
    page = mounted(desk, qtbot)
    qtbot.waitUntil(lambda: page.reading.state.accessibleName().startswith("No articles yet."))
    assert page.situation().article is None


def test_a_narrow_window_folds_the_side_away(
    desk: Desk, qtbot: QtBot, page: KnowledgePage, articles: dict[str, Article]
) -> None:
    read(desk, qtbot, page, articles["Roll back"])
    qtbot.waitUntil(page.reading.side.isVisible)
    desk.window.resize(1318, 680)
    qtbot.waitUntil(lambda: not page.reading.side.isVisible())
