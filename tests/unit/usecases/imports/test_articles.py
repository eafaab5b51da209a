from pathlib import Path

import pytest

from app.base.clock import from_iso
from app.base.errors import Cancelled, InputTrouble
from app.base.events import ARTICLES, CancelToken
from app.domain.article import Article
from app.usecases.article import edit_article
from app.usecases.imports.articles import import_articles, read_page
from app.usecases.imports.summary import Progress
from app.usecases.work import Work


def folder_of(root: Path, files: dict[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return root


def article(work: Work, path: str) -> Article:
    found = work.store.articles.get(path)
    assert found is not None
    return found


WITH_FACTS = """\
---
title: Restart the mill
tags: [mill, restart]
owner: Ann
last_reviewed_on: 2021-03-01
review_in: 6 months
weight: 7
---

# Something else

Turn the key.
"""


def test_facts_headings_and_names_become_titles(work: Work, tmp_path: Path) -> None:
    folder = folder_of(
        tmp_path / "kb",
        {
            "ops/restart-mill.md": WITH_FACTS,
            "ops/plain.html.md": "Intro\n\n```\n# not this\n```\n\n## The `real` *title* {#anchor}\n\nText",
            "no_heading.markdown": "Only text.",
            "0f8fad5b-d9cb-469f-a165-70867728950e.md": "The pump stood still. Nobody saw it.",
            "LICENSE": "not read",
            "picture.png": b"\x89PNG",
            ".hidden/secret.md": "# no",
        },
    )
    summary = import_articles(work, folder)
    assert (summary.read, summary.added, summary.ignored, summary.source) == (4, 4, 2, "kb")
    assert {path: title for _, path, title in work.store.articles.tree()} == {
        "ops/restart-mill.md": "Restart the mill",
        "ops/plain.html.md": "The real title",
        "no_heading.markdown": "No heading",
        "0f8fad5b-d9cb-469f-a165-70867728950e.md": "The pump stood still. Nobody saw it.",
    }
    mill = article(work, "ops/restart-mill.md")
    assert (mill.tags, mill.owner, mill.version) == (("mill", "restart"), "Ann", 1)
    assert mill.reviewed_at == from_iso("2021-03-01")
    assert mill.next_review_at == from_iso("2021-08-28")
    assert mill.facts == {"review_in": "6 months", "weight": "7"}
    assert mill.body == "# Something else\n\nTurn the key."
    assert summary.touched.touches(ARTICLES)


def test_the_same_folder_again_changes_nothing_and_a_changed_file_is_the_next_version(
    work: Work, tmp_path: Path
) -> None:
    folder = folder_of(tmp_path / "kb", {"a.md": "# A\n\none", "b.md": WITH_FACTS})
    import_articles(work, folder)
    again = import_articles(work, folder)
    assert (again.unchanged, again.changed, bool(again.touched)) == (2, 0, False)
    folder_of(folder, {"a.md": "# A\n\ntwo"})
    changed = import_articles(work, folder)
    assert (changed.changed, changed.unchanged) == (1, 1)
    assert (article(work, "a.md").version, article(work, "a.md").body) == (2, "# A\n\ntwo")
    assert work.store.articles.search("two")[0].path == "a.md"


def test_what_a_person_edited_since_is_left(work: Work, tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "kb", {"a.md": "# A\n\none"})
    import_articles(work, folder)
    before = article(work, "a.md")
    edit_article(work, before.id, "A", "my words", seen_version=before.version)
    for content in ("# A\n\none", "# A\n\nnew in the file"):
        folder_of(folder, {"a.md": content})
        summary = import_articles(work, folder)
        assert (summary.kept, summary.changed) == (1, 0)
        assert article(work, "a.md").body == "my words"


def test_files_that_cannot_be_pages_are_set_aside(work: Work, tmp_path: Path) -> None:
    folder = folder_of(
        tmp_path / "kb",
        {
            "good.md": "# Good",
            "binary.md": b"# A\0B",
            "latin.md": "# Büro".encode("latin-1"),
            "long.md": "x" * 200_001,
            "broken.md": "---\ntitle: [\n---\n# Broken",
        },
    )
    (folder / "gone.md").symlink_to(folder / "nowhere.md")
    summary = import_articles(work, folder)
    assert (summary.added, summary.set_aside_count) == (2, 4)
    assert {one.where: one.reason for one in summary.set_aside} == {
        "binary.md": "it holds binary bytes",
        "latin.md": "byte 4 is not UTF-8 text",
        "long.md": "it is longer than 200,000 characters",
        "gone.md": "it is not a regular file",
    }
    assert len(summary.notes) == 1
    assert article(work, "broken.md").body.startswith("---"), "facts that cannot be read stay in the text"


def test_links_out_of_the_folder_are_not_followed(work: Work, tmp_path: Path) -> None:
    outside = folder_of(tmp_path / "outside", {"secret.md": "# Secret", "deep/more.md": "# More"})
    folder = folder_of(tmp_path / "kb", {"good.md": "# Good"})
    (folder / "link.md").symlink_to(outside / "secret.md")
    (folder / "deep").symlink_to(outside / "deep")
    (folder / "again.md").symlink_to(folder / "good.md")
    import_articles(work, folder)
    assert [path for _, path, _ in work.store.articles.tree()] == ["again.md", "good.md"]


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda path: None, "there is no such folder"),
        (lambda path: path.write_text("x"), "it is not a folder"),
        (lambda path: path.mkdir(), "it holds no Markdown file"),
    ],
)
def test_a_folder_that_is_none(make: object, reason: str, work: Work, tmp_path: Path) -> None:
    path = tmp_path / "kb"
    make(path)  # type: ignore[operator]
    with pytest.raises(InputTrouble, match=reason):
        import_articles(work, path)


def test_cancelling_keeps_nothing(work: Work, tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "kb", {f"{n}.md": f"# {n}" for n in range(20)})
    cancel = CancelToken()

    class Stopping(CancelToken):
        looks = 0

        def check(self) -> None:
            self.looks += 1
            if self.looks > 10:
                cancel.cancel()
            cancel.check()

    with pytest.raises(Cancelled):
        import_articles(work, folder, cancel=Stopping())
    assert work.store.articles.count() == 0


def test_progress_ends_at_the_whole(work: Work, tmp_path: Path) -> None:
    seen: list[Progress] = []
    import_articles(work, folder_of(tmp_path / "kb", {"a.md": "a", "b.md": "b"}), report=seen.append)
    assert (seen[-1].share, seen[-1].done) == (1.0, 2)


def test_a_page_of_nothing_still_has_a_title() -> None:
    page = read_page("ops/empty-page", "")
    assert (page.title, page.body) == ("Empty page", "")


def test_all_shared_pages_come_in_and_stay_as_they_are(work: Work, shared: Path) -> None:
    folder = shared / "data" / "kb"
    summary = import_articles(work, folder)
    assert (summary.added, summary.set_aside_count, summary.notes) == (517, 0, ())
    assert summary.ignored == 5
    again = import_articles(work, folder)
    assert (again.unchanged, again.added, again.changed) == (517, 0, 0)
    titles = {path: title for _, path, title in work.store.articles.tree()}
    assert titles["prometheus-operator-runbooks/node/NodeRAIDDegraded.md"] == "Node RAID Degraded"
    assert all(titles.values())
