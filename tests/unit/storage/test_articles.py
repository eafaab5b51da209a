"""Full text: any text is a question, names are found by their parts, and what is found is marked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.paths import Profile
from app.domain.article import Article
from app.storage.article_text import TERMS, indexed, match_expression, parts_of
from app.storage.store import SqliteStore, open_store
from tests.fakes.clock import VirtualClock

PAGES = {
    "net/TCPRetransHigh": ("TCPRetransHigh", "## Meaning\nPackets of tcp_retransmits_total go missing.\n"),
    "disk/NodeDiskFull": ("Node disk full", "Logs fill the disk.\n\nWhat to do\n----------\nRotate the logs."),
    "how-to-escalate": ("How to escalate", "Call the person on duty. AND OR NOT NEAR are plain words."),
}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqliteStore]:
    with closing(open_store(Profile(tmp_path_factory.mktemp("library")), VirtualClock())) as store:
        with store.write() as unit:
            for path, (title, body) in PAGES.items():
                unit.put_article(Article(id=path, path=path, title=title, body=body, tags=("first aid",)), "Ada")
        yield store


def found(library: SqliteStore, text: str) -> list[str]:
    return [hit.id for hit in library.articles.search(text)]


SYNTAX = st.text(alphabet="abAND OR NOT NEAR(+-*:^\"'{}[],;%_\\\x00\x1f\n", max_size=30)


@given(st.text(max_size=40) | SYNTAX)
def test_every_text_is_a_question(library: SqliteStore, text: str) -> None:
    hits = library.articles.search(text, limit=2)
    assert len(hits) <= 2
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


@pytest.mark.parametrize("text", ["", "   ", "\x00", "*", '"', "()", "…", "_-_"])
def test_a_text_without_words_finds_nothing(library: SqliteStore, text: str) -> None:
    assert found(library, text) == []


@pytest.mark.parametrize(
    ("text", "best"),
    [
        ("TCP retrans high", "net/TCPRetransHigh"),
        ("tcpretranshigh", "net/TCPRetransHigh"),
        ("tcp_retransmits_total", "net/TCPRetransHigh"),
        ("NodeDiskFull", "disk/NodeDiskFull"),
        ("node-disk.full", "disk/NodeDiskFull"),
        ("rotating", "disk/NodeDiskFull"),
        ("esca", "how-to-escalate"),
        ("escal", "how-to-escalate"),
        ("escalat", "how-to-escalate"),
        ("who is on duty and how do I call them when the node is not", "how-to-escalate"),
        ("first aid on duty", "how-to-escalate"),
        ("the and of duty", "how-to-escalate"),
    ],
)
def test_the_right_page_comes_first(library: SqliteStore, text: str, best: str) -> None:
    assert found(library, text)[0] == best


def test_a_finished_or_long_text_is_not_taken_for_beginnings(library: SqliteStore) -> None:
    assert found(library, "rotat") == ["disk/NodeDiskFull"]
    assert found(library, "esca ") == []
    assert found(library, "quite other things esca") == []


def test_words_that_mean_something_to_the_index_are_words(library: SqliteStore) -> None:
    assert found(library, "NEAR NOT")[0] == "how-to-escalate"
    assert found(library, 'title : "duty" *')[0] == "how-to-escalate"


def test_snippets_are_plain_lines_with_their_finds_marked(library: SqliteStore) -> None:
    (hit,) = library.articles.search("rotate")
    assert hit.snippet.startswith("Logs fill the disk. What to do")
    assert "\x02Rotate\x03 the logs." in hit.snippet
    assert "\n" not in hit.snippet


def test_parts_are_those_of_camel_case_alone() -> None:
    assert parts_of("KubePodCrash HTTPServer2Go plain ALLCAPS tcp_total x2") == [
        "Kube", "Pod", "Crash", "HTTP", "Server", "2", "Go", "x", "2",
    ]  # fmt: skip


def test_headings_of_both_styles_are_indexed_as_such() -> None:
    article = Article(id="a", path="p/DiskFull", title="T", body="# One #\ntext\nTwo\n===\n- item\n\n### Three\n")
    title, headings, _, path, _ = indexed(article)
    assert (title, headings.split("\n")) == ("T", ["One", "Two", "Three"])
    assert path.split() == ["p/DiskFull", "Disk", "Full"]


def test_a_question_has_an_end() -> None:
    assert match_expression(" ".join(f"word{n}" for n in range(1_000))).count('"') == 2 * TERMS
