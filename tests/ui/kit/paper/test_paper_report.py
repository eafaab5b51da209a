"""The PDF is read back by another library: the same numbers, every row, and nothing that could act."""

from __future__ import annotations

import io
import re

import pytest
from pypdf import PdfReader

from app.base.text import one_line
from app.domain.report import COUNT, Column, Table
from app.ui.kit.paper.report import render_report
from app.ui.kit.paper.report_table import LONGEST_TEXT
from tests.unit.analysis.report.hostile_text import HOSTILE
from tests.unit.analysis.report.sample import nothing, report

pytestmark = pytest.mark.usefixtures("qapp")
ACTIVE = re.compile(rb"/(?:URI|JavaScript|JS|Launch|OpenAction|EmbeddedFile|GoToR|SubmitForm|AA)\b")


def pages(raw: bytes) -> list[str]:
    return [squeezed(page.extract_text()) for page in PdfReader(io.BytesIO(raw)).pages]


def squeezed(text: str) -> str:
    """Without blanks: a line's end on paper is not the text's."""
    return re.sub(r"\s+", "", text)


def test_a_pdf_tells_every_number() -> None:
    raw = render_report(report(is_stale=True))
    (page,) = pages(raw)
    for told in (
        "Sample", "disk", "critical", "12345", "1.5", "99.98765%", "26:00:00.250", "1d2h", "2026-11-2317:00:00",
        "Stale:1source", "2026-11-0100:00:00to2026-11-2318:00:00", "alltimesareUTC", "Howmany,andtheirmean.", "Page1",
    ):  # fmt: skip
        assert told in page, told
    assert PdfReader(io.BytesIO(raw)).metadata.title == "Sample"  # type: ignore[union-attr]


def test_a_long_table_is_whole_and_its_head_on_every_page() -> None:
    rows = tuple((f"row-{n:04}", n) for n in range(400))
    table = Table("Many", (Column("Somewhat"), Column("Number", COUNT)), rows, bar=1)
    found = pages(render_report(report(tables=(table,), definitions=())))
    assert len(found) > 5
    assert all("Somewhat" in page for page in found)
    assert re.findall(r"row-\d{4}", "".join(found)) == [name for name, _ in rows]


def test_nothing_to_tell_is_one_page_that_says_so() -> None:
    (page,) = pages(render_report(nothing()))
    assert "Nothingtotell." in page
    assert "None" not in page


def test_hostile_texts_are_letters_on_paper() -> None:
    raw = render_report(report(HOSTILE))
    assert not ACTIVE.search(raw)
    reader = PdfReader(io.BytesIO(raw))
    assert not [each for page in reader.pages for each in page.annotations or ()]
    told = "".join(pages(raw))
    for text in ("=cmd|'/c calc'!A1", "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "\u202eevil"):
        assert squeezed(one_line(text)) in told
    assert f"Textsendafter{LONGEST_TEXT}signshere" in told


def test_a_text_of_thousands_of_signs_breaks_no_page() -> None:
    table = Table("T", tuple(Column(str(n)) for n in range(9)), (("W" * 5_000,) * 9,) * 3)
    assert len(pages(render_report(report(tables=(table,))))) <= 6
