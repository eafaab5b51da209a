"""The pages file of a wall: read whole, or refused with the page's name."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.base.errors import InputTrouble
from app.domain.wall import USUAL_PAGES, WallPage
from app.settings.wall_pages import read_pages

GOOD = """
[[page]]
name = "pay"
title = "Payments"
query = "group:payments"
seconds = 30

[[page]]
name = "night"
title = "Night"
kind = "tickets"
from_h = 19
until_h = 7
"""


def test_pages_come_in_their_order(tmp_path: Path) -> None:
    path = tmp_path / "pages.toml"
    path.write_text(GOOD, encoding="utf-8")
    assert list(read_pages(path)) == [
        WallPage(name="pay", title="Payments", query="group:payments", seconds=30),
        WallPage(name="night", title="Night", kind="tickets", from_h=19, until_h=7),
    ]
    assert read_pages(None) == USUAL_PAGES


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "holds 0 pages"),
        ("[[page]]\nname = 'x'\n", "title"),
        ("[[page]]\nname = 'x'\ntitle = 'X'\nkind = 'pie'\n", "page “x”: its kind is one of"),
        ("[[page]]\nname = 'x'\ntitle = 'X'\nseconds = 0.1\n", "page “x”: it is shown for 3 seconds"),
        ("[[page]]\nname = 'x'\ntitle = 'X'\nuntil_h = 25\n", "hours go from 0 to 24"),
        ("[[page]]\nname = 'x'\ntitle = 'X'\nseconds = nan\n", "page “x”"),
        ("[[page]]\nname = 'x'\ntitle = 'X'\nquery = 'state:'\n", "page “x”: its query"),
        ("[[page]\n", "no list of pages"),
        ("page = 3\n", "no list of pages"),
        (GOOD + GOOD, "two pages have the same name"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "pages.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputTrouble, match=r"pages\.toml") as caught:
        read_pages(path)
    assert said in str(caught.value)


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "pages.toml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputTrouble, match="cannot be read"):
        read_pages(path)
