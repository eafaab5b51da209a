"""The plain parts of the knowledge page: queries, drafts, links, differences, words. No window."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot

from app.base.clock import DAY
from app.base.events import CancelToken
from app.base.ids import Ids
from app.base.paths import Profile
from app.domain.article import Article
from app.query import ARTICLES, Env, parse
from app.storage.store import SqliteStore, open_store
from app.ui.desk.knowledge.draft import ArticleDraft, draft_text, read_draft
from app.ui.desk.knowledge.reader import ArticleReader
from app.ui.desk.knowledge.render import Links, Shown, differences, framed, show
from app.ui.desk.knowledge.results import pieces
from app.ui.desk.knowledge.search import find_articles, split
from app.ui.desk.knowledge.tree import grown, lines
from app.ui.desk.knowledge.words import ago, facts, review_words
from app.usecases.article import new_article
from app.usecases.work import Work
from tests.fakes.clock import START_AT, VirtualClock

LINE = st.text(st.characters(exclude_characters="\n\r", exclude_categories=["Cs"]))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    clock = VirtualClock()
    opened = open_store(Profile(tmp_path / "profile"), clock)
    ada, bob = (Work(opened, clock, Ids(clock), name) for name in ("Ada", "Bob"))
    new_article(ada, "Disk full", "The disk space ran out.", folder="runbooks/hosts")
    new_article(bob, "Disk slow", "Full queues, slow disk.", folder="runbooks/hosts")
    new_article(bob, "Certificate", "Renew it.", folder="platform")
    yield opened
    opened.close()


def found(store: SqliteStore, text: str) -> list[str]:
    query = parse(text, ARTICLES)
    return [hit.title for hit in find_articles(store, query, Env(START_AT, "Ada"), CancelToken()).hits]


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("certificate", ["Certificate"]),
        ("path:platform/*", ["Certificate"]),
        ("disk owner:@me", ["Disk full"]),
        ("disk -owner:@me", ["Disk slow"]),
        ('"disk space"', ["Disk full"]),
        ("certif*", ["Certificate"]),
        ("path:*hosts* sort:-title", ["Disk slow", "Disk full"]),
        ("owner:none", []),
        ("is:mine or path:platform/*", ["Certificate", "Disk full"]),
    ],
)
def test_words_are_searched_and_fields_filter(store: SqliteStore, text: str, titles: list[str]) -> None:
    assert found(store, text) == titles


def test_a_cancelled_search_stops(store: SqliteStore) -> None:
    from app.base.errors import Cancelled

    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        find_articles(store, parse("owner:Ada", ARTICLES), Env(START_AT), cancel)


def test_a_word_that_is_not_finished_is_searched_last() -> None:
    words, rest = split(parse("deplo* pool", ARTICLES).where)
    assert words == ["pool", "deplo"]
    assert rest is None


@given(title=LINE, body=st.text(st.characters(exclude_categories=["Cs"])), version=st.integers(0, 10**6), folder=LINE)
def test_a_draft_reads_back_as_it_was_kept(title: str, body: str, version: int, folder: str) -> None:
    draft = ArticleDraft(title, body, version, folder)
    if title.strip() or body.strip():
        assert read_draft(draft_text(draft)) == draft
    else:
        assert draft_text(draft) == ""


def test_a_draft_in_another_form_is_taken_as_the_body() -> None:
    assert read_draft("just words\nand more", version=4, title="T") == ArticleDraft("T", "just words\nand more", 4)


IDS = {"kb/cards/pool": "a-1", "kb/releases/roll-back": "a-2", "kb/net/index": "a-3"}


@pytest.mark.parametrize(
    ("href", "target"),
    [
        ("../releases/roll-back.md", "article:a-2"),
        ("../releases/roll-back.html#the steps", "article:a-2#the%20steps"),
        ("/releases/roll-back", "article:a-2"),
        ("../net/", "article:a-3"),
        ("pool?plain=1", "article:a-1"),
        ("../../../../etc/passwd", None),
        ("nowhere.md", None),
        ("", None),
    ],
)
def test_relative_links_lead_to_articles_that_are_here(href: str, target: str | None) -> None:
    assert Links("kb/cards/pool", IDS)(href) == target


def test_the_title_is_not_told_twice() -> None:
    shown = show("Pool  exhausted", "# Pool exhausted\n\nText\n\n## Next\n", "x", {})
    assert "<h1" not in shown.html
    assert [heading.text for heading in shown.outline] == ["Next"]


def test_written_tags_stay_words_in_framed_html() -> None:
    shown = show("T", "`<pre>` and &lt;table&gt;\n\n    code\n", "x", {})
    assert shown.html.count("<table") == 1
    assert "&lt;pre&gt;" in shown.html
    assert framed("<p>a</p>") == "<p>a</p>"


def test_differences_name_words_and_interpret_nothing() -> None:
    html = differences("one two\n<b>same</b>", "one three\n<b>same</b>")
    assert "<del>two</del><ins>three</ins>" in html
    assert "<b>" not in html
    assert "are the same" in differences("x", "x")


def test_snippets_show_their_matches_early() -> None:
    snippet = "a long lead of words before the \x02match\x03 and after\x02"
    shown = pieces(snippet, lead=10)
    assert shown[1] == ("match", True)
    assert len(shown[0][0]) <= 11
    assert "".join(text for text, _ in shown).endswith("match and after")


def test_snippets_show_words_and_no_marks() -> None:
    snippet = "# A \x02disk\x03 fills ## Look ```sql select `1` **now** see [A \x02disk\x03](../a.md) [x] C# 5 # 6"
    shown = pieces(snippet, lead=100)
    words = "A disk fills Look sql select 1 now see A disk (../a.md) [x] C# 5 6"
    assert "".join(text for text, _ in shown) == words
    assert [text for text, is_match in shown if is_match] == ["disk", "disk"]


def test_the_tree_counts_and_folds() -> None:
    rows = [("1", "a/b/x", "X"), ("2", "a/y", "Y"), ("3", "z", "Z")]
    root = grown(rows)
    assert [(line.title, line.depth, line.count) for line in lines(root, set(), "")] == [("a", 0, 2), ("Z", 0, 0)]
    shown = list(lines(root, {"a", "a/b"}, "1"))
    assert [line.title for line in shown] == ["a", "b", "X", "Y", "Z"]
    assert [line.title for line in shown if line.is_shown] == ["X"]


def test_an_overdue_review_is_said_in_words() -> None:
    late = Article(id="1", path="p", title="T", body="", next_review_at=START_AT - DAY, facts={"used_in": "Cards"})
    assert review_words(late, START_AT).endswith(", overdue")
    assert ("Used in", "Cards") in facts(late, START_AT)
    assert ago(START_AT - 41 * DAY, START_AT) == "41 days ago"


def test_a_wide_table_can_be_scrolled_and_its_edge_needs_no_bar(qtbot: QtBot) -> None:
    reader = ArticleReader()
    qtbot.addWidget(reader)
    reader.resize(500, 400)
    reader.show()
    bar = reader.horizontalScrollBar()
    reader.show_text(Shown("<table border='1'><tr>" + "<td>wide</td>" * 80 + "</tr></table>", ()))
    assert bar.isVisible()
    reader.show_text(Shown("<table border='1' width='100%'><tr><td>Branch</td></tr></table>", ()))
    assert not bar.isVisible()
    bar.setRange(0, 1)
    assert not bar.isVisible()
