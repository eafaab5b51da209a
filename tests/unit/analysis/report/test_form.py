"""Every form is read back by a reader that did not write it: the same numbers, and no text that is more than text."""

import base64
import csv
import hashlib
import io
import json
import re
import sys
import zipfile
from collections.abc import Iterator
from datetime import datetime
from html.parser import HTMLParser

import msgspec
import openpyxl
import pytest
from markdown_it import MarkdownIt

from app.analysis.report.cell import inert, is_formula
from app.analysis.report.form import FORMS
from app.analysis.report.xlsx_form import LONGEST_TEXT, write_xlsx
from app.base.errors import EnvironmentTrouble
from app.base.text import one_line, plain
from app.domain.report import COUNT, MOMENT, Column, Report, Table
from tests.unit.analysis.report.hostile_text import HOSTILE
from tests.unit.analysis.report.sample import KEYS, NUMBERS, nothing, report

TAGS = {
    "html", "head", "meta", "title", "style", "body", "header", "p", "h1", "h2", "dl", "dt", "dd", "ul", "li", "b",
    "span", "section", "table", "thead", "tbody", "tr", "th", "td", "time", "data", "svg", "rect",
}  # fmt: skip


TABLE_LEVEL = 4


def written(one: Report, ending: str) -> bytes:
    file = io.BytesIO()
    FORMS[ending](one, file)
    return file.getvalue()


class Page(HTMLParser):
    """The texts of the cells and values, the tags, the attributes."""

    def __init__(self, raw: bytes) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str]] = []
        self.cells: list[list[str]] = []
        self.texts: list[str] = []
        self.values: list[str] = []
        self._open = ""
        self.feed(raw.decode())
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self._open = tag
        self.attributes += [(name, value or "") for name, value in attrs]
        self.values += [value or "" for name, value in attrs if tag in ("data", "time") and name != "class"]
        if tag == "tr":
            self.cells.append([])
        elif tag == "td":
            self.cells[-1].append("")

    def handle_data(self, data: str) -> None:
        if self._open in ("td", "data", "time") and self.cells:
            self.cells[-1][-1:] = ["".join([*self.cells[-1][-1:], data])]
        if self._open != "style":
            self.texts.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag in ("tr", "table"):
            self._open = ""


def sheets(raw: bytes) -> dict[str, list[tuple[object, ...]]]:
    book = openpyxl.load_workbook(io.BytesIO(raw))
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}


def markdown_cells(raw: bytes) -> Iterator[list[str]]:
    row: list[str] = []
    for token in MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(raw.decode()):
        if token.type == "tr_open":
            row = []
        elif token.type == "inline" and token.level == TABLE_LEVEL:
            row.append("".join(child.content for child in token.children or ()))
        elif token.type == "tr_close":
            yield row


# --- the same numbers ---------------------------------------------------------------------------------------------


def test_json_holds_the_answer_and_the_stamp() -> None:
    told = json.loads(written(report(is_stale=True), ".json"))
    assert told["figures"] == [dict(zip(KEYS, ("disk", "critical", *NUMBERS), strict=True))]
    assert (told["since_at"], told["made_at"], told["time_zone"]) == (
        "2026-11-01T00:00:00Z",
        "2026-11-23T18:00:00Z",
        "UTC",
    )
    assert told["is_stale"] is True
    assert told["sources"] == [{"source": "disk", "freshness": "stale", "received_at": "2026-11-23T17:00:00.250Z"}]
    assert told["definitions"] == {"many, mean": "How many, and their mean."}


def test_csv_holds_the_answer_row_by_row_with_the_stamp() -> None:
    raw = written(report(), ".csv")
    assert raw.count(b"\r\n") == 2
    (row,) = csv.DictReader(io.StringIO(raw.decode(), newline=""))
    assert [row[key] for key in KEYS] == ["disk", "critical", *map(str, NUMBERS)]
    assert (row["report_made_at"], row["report_is_stale"]) == ("2026-11-23T18:00:00Z", "false")


def test_csv_of_an_object_has_a_row_for_every_figure() -> None:
    answer = {"n": 3, "by_priority": {"1": 2, "none": 1}, "spans": {"x": {"mean": 1.5, "max": None}}}
    rows = list(csv.reader(io.StringIO(written(report(answer=answer), ".csv").decode())))
    assert [row[:3] for row in rows] == [
        ["figure", "of", "value"], ["n", "", "3"], ["by_priority", "1", "2"], ["by_priority", "none", "1"],
        ["spans.x", "mean", "1.5"], ["spans.x", "max", ""],
    ]  # fmt: skip


def test_csv_holds_the_period_before_beside_this_one() -> None:
    answer, before = {"n": 3, "by": {"1": 2}}, {"n": 4, "by": {"2": 1}}
    rows = list(csv.reader(io.StringIO(written(report(answer=answer, before=before), ".csv").decode())))
    assert [row[:4] for row in rows] == [
        ["figure", "of", "value", "before"], ["n", "", "3", "4"], ["by", "1", "2", ""], ["by", "2", "", "1"],
    ]  # fmt: skip


def test_csv_of_lists_says_whose_row_it_is() -> None:
    answer = {"since_at": "x", "due": [{"at": 1, "title": "a"}], "silences": [{"at": 2, "host": "b"}]}
    rows = list(csv.reader(io.StringIO(written(report(answer=answer), ".csv").decode())))
    assert [row[:4] for row in rows] == [
        ["part", "at", "title", "host"], ["due", "1", "a", ""], ["silences", "2", "", "b"],
    ]  # fmt: skip


def test_xlsx_holds_typed_cells() -> None:
    told = sheets(written(report(is_stale=True), ".xlsx"))
    assert list(told) == ["Report", "Rows", "Definitions"]
    head, row = told["Rows"]
    assert head == ("Name", "State", "Many", "Mean", "Share (%)", "Time (s)", "Seen (UTC)")
    assert row == ("disk", "critical", *NUMBERS[:-1], datetime(2026, 11, 23, 17, 0, 0, 250_000))
    first = [cells[0] for cells in told["Report"]]
    assert first[0] == "Sample"
    assert str(first[1]).startswith("Stale: 1 source")
    assert ("Slowest (s)", 93_600.25, "of all") in told["Report"]


def test_html_holds_every_number_in_full() -> None:
    page = Page(written(report(is_stale=True), ".html"))
    assert page.values.count("93600.25") == 2
    assert {"12345", "1.5", "99.98765", "2026-11-23T17:00:00.250Z"} <= set(page.values)
    assert any(text.startswith("Stale: 1 source") for text in page.texts)
    assert page.cells[1][:2] == ["disk", "critical"]


def test_markdown_holds_every_number() -> None:
    told = list(markdown_cells(written(report(), ".md")))
    assert ["Slowest", "1 d 2 h", "of all"] in told
    assert told[-1] == ["disk", "critical", "12345", "1.5", "99.98765 %", "26:00:00.250", "2026-11-23 17:00:00"]


def test_every_form_for_people_tells_times_in_the_zone_of_the_stamp() -> None:
    one = report()
    there = msgspec.structs.replace(one, stamp=msgspec.structs.replace(one.stamp, zone="Europe/Berlin"))
    text = written(there, ".md").decode()
    assert "| Seen (Europe/Berlin) |" in text
    assert "| 2026-11-23 18:00:00 |" in text
    assert "all times are Europe/Berlin" in text
    assert "Made: 2026-11-23 19:00:00 Europe/Berlin" in text
    page = written(there, ".html").decode()
    assert '<time datetime="2026-11-23T17:00:00.250Z">2026-11-23 18:00:00</time>' in page
    head, row = sheets(written(there, ".xlsx"))["Rows"]
    assert (head[-1], row[-1]) == ("Seen (Europe/Berlin)", datetime(2026, 11, 23, 18, 0, 0, 250_000))
    told = json.loads(written(there, ".json"))
    assert (told["time_zone"], told["made_at"]) == ("Europe/Berlin", "2026-11-23T18:00:00Z")


@pytest.mark.parametrize("ending", list(FORMS))
def test_nothing_to_tell_is_a_whole_file(ending: str) -> None:
    raw = written(nothing(), ending)
    readers = {".xlsx": sheets, ".html": Page, ".json": json.loads, ".csv": bytes.decode, ".md": bytes.decode}
    assert readers[ending](raw)
    if ending != ".xlsx":
        assert b"None" not in raw


def test_a_table_longer_than_a_sheet_goes_on_in_the_next() -> None:
    rows = tuple((n,) for n in range(5))
    file = io.BytesIO()
    write_xlsx(report(tables=(Table("T" * 40, (Column("N", COUNT),), rows),)), file, most_rows=2)
    told = sheets(file.getvalue())
    assert [row for name in ("T" * 31, "T" * 29 + " 2", "T" * 29 + " 3") for row in told[name][1:]] == list(rows)


def test_a_moment_that_excel_does_not_know_is_told_as_text() -> None:
    table = Table("T", (Column("At", MOMENT),), ((-3_000_000_000_000,),))
    assert sheets(written(report(tables=(table,)), ".xlsx"))["T"][1] == ("1874-12-07 18:40:00",)


def test_without_its_library_a_workbook_is_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    with pytest.raises(EnvironmentTrouble) as refused:
        written(report(), ".xlsx")
    assert "watchdesk[reports]" in refused.value.sentence()


# --- texts are texts ----------------------------------------------------------------------------------------------


def test_there_are_enough_hostile_texts() -> None:
    assert len(set(HOSTILE)) >= 300


def test_no_hostile_text_is_a_formula_in_csv() -> None:
    rows = list(csv.DictReader(io.StringIO(written(report(HOSTILE), ".csv").decode(), newline="")))
    assert len(rows) == len(HOSTILE)
    assert not [cell for row in rows for cell in row.values() if is_formula(cell)]
    assert [row["name"] for row in rows] == [inert(text) for text in HOSTILE]


def test_no_hostile_text_is_a_formula_or_a_link_in_xlsx() -> None:
    raw = written(report(HOSTILE), ".xlsx")
    book = openpyxl.load_workbook(io.BytesIO(raw))
    cells = [row[0] for row in book["Rows"].iter_rows(min_row=2)]
    assert {cell.data_type for cell in cells} == {"s"}
    assert not [cell for sheet in book for row in sheet for cell in row if cell.data_type == "f" or cell.hyperlink]
    assert all(cell.quotePrefix for cell in cells if is_formula(cell.value))
    for cell, text in zip(cells, HOSTILE, strict=True):
        whole = plain(text)
        fitting = whole if len(whole) <= LONGEST_TEXT else whole[: LONGEST_TEXT - 1] + "…"
        # The format writes “_x000D_” as “_x005F_x000D_”; the reader leaves that to us.
        assert cell.value.replace("_x005F_", "_") == fitting
    with zipfile.ZipFile(io.BytesIO(raw)) as parts:
        sheet_parts = [parts.read(name) for name in parts.namelist() if "/worksheets/" in name]
        assert not any(b"<f>" in part or b"<f " in part or b"hyperlink" in part for part in sheet_parts)
        assert not [name for name in parts.namelist() if "external" in name.lower() or "vba" in name.lower()]


def test_no_hostile_text_is_markup_or_a_formula_in_html() -> None:
    page = Page(written(report(HOSTILE), ".html"))
    assert page.tags == TAGS
    assert not [
        name for name, _ in page.attributes if name.startswith("on") or name in ("src", "href", "style", "data")
    ]
    rows = page.cells[1:]
    assert [row[0] for row in rows] == [inert(text) for text in HOSTILE]
    assert not [cell for row in rows for cell in row if is_formula(cell)]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_stays_one_wherever_a_page_carries_it(text: str) -> None:
    page = Page(written(report((text,), is_stale=True), ".html"))
    assert page.tags <= TAGS
    assert not [name for name, _ in page.attributes if name.startswith("on") or name in ("src", "href", "style")]


def test_the_page_allows_its_own_style_and_nothing_else() -> None:
    text = written(report(), ".html").decode()
    style = re.search(r"<style>(.*?)</style>", text, re.DOTALL)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert ("content", policy) in Page(text.encode()).attributes
    assert not re.search(r"(?i)<script|<link|@import|url\(|https?:|<iframe", text)


def test_no_hostile_text_is_markup_in_markdown() -> None:
    raw = written(report(HOSTILE, is_stale=True), ".md")
    kinds: set[str] = set()
    for token in MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).parse(raw.decode()):
        kinds |= {token.type, *(child.type for child in token.children or ())}
    assert not kinds & {"html_block", "html_inline", "link_open", "image", "code_inline", "s_open", "em_open"}
    rows = [row for row in markdown_cells(raw) if len(row) == len(KEYS)][1:]
    assert [row[0] for row in rows] == [one_line(text).strip() or "–" for text in HOSTILE]


def test_no_plain_address_becomes_a_link_in_markdown() -> None:
    raw = written(report(("www.evil.example http://evil.example mailto:a@b.example a@b.example",)), ".md").decode()
    assert not re.search(r"www\.|(?<!\\)://|mailto:|(?<!\\)@", raw)
