"""Articles: paths, versions, drafts, and nobody overwritten unseen."""

from __future__ import annotations

import dataclasses

import pytest

from app.base.errors import Conflict, NotFound, Refused
from app.domain.draft import Draft
from app.storage.store import SqliteStore
from app.usecases.article import BODY_LIMIT, article_draft_key, edit_article, new_article
from app.usecases.work import DESK, Work


@pytest.mark.parametrize(
    ("title", "folder", "path"),
    [
        ("Restart the gateway", "", "restart-the-gateway"),
        ("Restart", "/runbooks/", "runbooks/restart"),
        ("???", "", "article"),
        ("../../etc/passwd", "", "etc/passwd"),
    ],
)
def test_the_path_comes_from_folder_and_title(me: Work, title: str, folder: str, path: str) -> None:
    assert new_article(me, title, "text", folder=folder).article.path == path


def test_the_same_title_twice_gets_a_path_of_its_own(me: Work) -> None:
    paths = [new_article(me, "Restart", f"text {n}").article.path for n in range(3)]
    assert paths == ["restart", "restart-2", "restart-3"]


def test_an_edit_is_the_next_version_and_the_one_before_is_kept(me: Work, store: SqliteStore) -> None:
    article = new_article(me, "Restart", "First, wait.").article
    with store.write() as unit:
        unit.put_draft(Draft(key=article_draft_key(article.id), text="Second", at=1))
    at_the_desk = dataclasses.replace(me, origin=DESK)
    saved = edit_article(at_the_desk, article.path, "Restart", "Second, look.", seen_version=1).article
    assert saved.version == 2
    assert [version.version for version in store.articles.versions(article.id)] in ([1, 2], [2, 1])
    assert store.team.draft(article_draft_key(article.id)) is None
    assert [hit.id for hit in store.articles.search("look")] == [article.id]
    assert not store.articles.search("wait")


def test_two_editors_meet_in_a_conflict(me: Work, someone: Work) -> None:
    article = new_article(me, "Restart", "First").article
    edit_article(someone, article.id, "Restart", "Theirs", seen_version=1)
    with pytest.raises(Conflict):
        edit_article(me, article.id, "Restart", "Mine", seen_version=1)
    now = me.store.articles.get(article.id)
    assert now is not None
    assert now.body == "Theirs"


@pytest.mark.parametrize(
    ("title", "body", "field"), [(" \n", "text", "title"), ("Restart", "x" * (BODY_LIMIT + 1), "body")]
)
def test_what_is_refused_names_its_field(me: Work, title: str, body: str, field: str) -> None:
    with pytest.raises(Refused) as refused:
        new_article(me, title, body)
    assert refused.value.field == field


def test_an_unknown_article_is_named(me: Work) -> None:
    with pytest.raises(NotFound, match="restart"):
        edit_article(me, "restart", "Restart", "text", seen_version=1)
