"""A report as an Excel workbook: what it says first, then a sheet per table, then how each figure is counted.

Numbers, spans (in seconds) and moments are typed cells. Every text is written as a string and never as a formula or
a link; one that might be taken for a formula is also marked as text, so that editing it makes it none. The library is
an extra (``watchdesk[reports]``), loaded when a workbook is written.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from app.analysis.report.cell import is_formula, wall_clock
from app.analysis.report.stamp import facts, warning
from app.base.clock import to_datetime
from app.base.errors import EnvironmentTrouble
from app.base.text import plain, tr
from app.domain.report import COUNT, MOMENT, NUMBER, PERCENT, SECONDS, STATE, TEXT, Cell, Column, Report, Table

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

LONGEST_TEXT: Final = 32_767
"""Characters that a cell of Excel holds."""
MOST_ROWS: Final = 1_048_575
"""Rows of a sheet below its head; a longer table goes on in another sheet."""
_NAME: Final = 31
"""Signs of a sheet's name."""
_FIRST_YEAR: Final = 1901
_UNIT: Final[Mapping[str, str]] = {SECONDS: " (s)", PERCENT: " (%)"}
_FORMATS: Final[Mapping[str, dict[str, Any]]] = {
    TEXT: {"valign": "top"},
    "quoted": {"valign": "top", "quote_prefix": True},
    COUNT: {"valign": "top", "num_format": "#,##0"},
    NUMBER: {"valign": "top", "num_format": "#,##0.00"},
    PERCENT: {"valign": "top", "num_format": "0.000"},
    SECONDS: {"valign": "top", "num_format": "#,##0"},
    MOMENT: {"valign": "top", "num_format": "yyyy-mm-dd hh:mm:ss", "align": "left"},
    "head": {"bold": True, "bottom": 1, "valign": "top"},
    "title": {"bold": True, "font_size": 16},
    "stale": {"bold": True, "font_color": "#C01E2B"},
    "wrap": {"valign": "top", "text_wrap": True},
}
_WIDTH: Final[Mapping[str, int]] = {TEXT: 24, STATE: 13, MOMENT: 20}
_WIDTH_OF_NUMBERS: Final = 14


def write_xlsx(report: Report, file: BinaryIO, *, most_rows: int = MOST_ROWS) -> None:
    """``most_rows``: of one sheet below its head. Raises EnvironmentTrouble: the library is not there."""
    book = _new_book(file)
    book.set_properties(
        {"title": plain(report.title), "created": to_datetime(report.stamp.made_at).replace(tzinfo=None)}
    )
    zone = report.stamp.zone
    formats = {name: book.add_format(told) for name, told in _FORMATS.items()}
    _Sheet(book, tr("Report"), formats, zone).write_head(report)
    for table in report.tables:
        for part, rows in enumerate(_parts(table, most_rows), 1):
            _Sheet(book, _sheet_name(table.title, part), formats, zone).write_table(table.columns, rows)
    if report.definitions:
        _Sheet(book, tr("Definitions"), formats, zone).write_definitions(report)
    book.close()


def _new_book(file: BinaryIO) -> Workbook:
    try:
        from xlsxwriter import Workbook
    except ImportError as error:
        raise EnvironmentTrouble(
            tr("An Excel workbook cannot be written: a library is missing."),
            hint=tr("Run packaging/run once more, or install watchdesk[reports]; or choose .csv."),
        ) from error
    # Row by row through a temporary file, so that a long table needs no memory.
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    return Workbook(file, options)


def _parts(table: Table, most_rows: int) -> Iterator[tuple[tuple[Cell, ...], ...]]:
    for begin in range(0, max(1, len(table.rows)), most_rows):
        yield table.rows[begin : begin + most_rows]


def _sheet_name(title: str, part: int) -> str:
    suffix = "" if part == 1 else f" {part}"
    return title[: _NAME - len(suffix)] + suffix


class _Sheet:
    """One sheet, written from the top down."""

    def __init__(self, book: Workbook, name: str, formats: Mapping[str, Format], zone: str) -> None:
        self._sheet: Worksheet = book.add_worksheet(name)
        self._sheet.hide_gridlines(2)
        self._sheet.set_landscape()
        self._sheet.set_paper(9)  # A4
        self._sheet.fit_to_pages(1, 0)
        self._formats, self._zone = formats, zone
        self._row = 0

    def write_head(self, report: Report) -> None:
        """Title, stamp and leading figures."""
        self._sheet.set_column(0, 0, 28)
        self._sheet.set_column(1, 2, 44)
        self._line(report.title, form="title")
        stale = warning(report.stamp)
        if stale:
            self._line(stale, form="stale")
        for fact in facts(report.stamp):
            self._line(*fact)
        self._row += 1
        self._line(tr("Figure"), tr("Value"), tr("Note"), form="head")
        for figure in report.figures:
            self._text(0, figure.title + _UNIT.get(figure.kind, ""))
            self._cell(1, figure.value, figure.kind)
            self._text(2, figure.note)
            self._row += 1

    def write_table(self, columns: tuple[Column, ...], rows: tuple[tuple[Cell, ...], ...]) -> None:
        """Heads that stay in sight, can be filtered, and stand on every printed page; then the rows."""
        for place, column in enumerate(columns):
            width = _WIDTH.get(column.kind, _WIDTH_OF_NUMBERS)
            self._sheet.set_column(place, place, max(width * column.weight if column.kind == TEXT else width, 10))
        self._line(*(self._head(column) for column in columns), form="head")
        self._sheet.freeze_panes(1, 0)
        self._sheet.repeat_rows(0)
        self._sheet.autofilter(0, 0, max(1, len(rows)), len(columns) - 1)
        for row in rows:
            for place, (value, column) in enumerate(zip(row, columns, strict=True)):
                self._cell(place, value, column.kind)
            self._row += 1

    def write_definitions(self, report: Report) -> None:
        """How each figure is counted."""
        self._sheet.set_column(0, 0, 36)
        self._sheet.set_column(1, 1, 100)
        for each in report.definitions:
            self._line(each.terms, each.text, form="wrap")

    def _head(self, column: Column) -> str:
        return column.title + (f" ({self._zone})" if column.kind == MOMENT else _UNIT.get(column.kind, ""))

    def _line(self, *texts: str, form: str = TEXT) -> None:
        for place, text in enumerate(texts):
            self._text(place, text, form)
        self._row += 1

    def _text(self, place: int, text: str, form: str = TEXT) -> None:
        shown = plain(text)
        cut = shown if len(shown) <= LONGEST_TEXT else shown[: LONGEST_TEXT - 1] + "…"
        kind = "quoted" if is_formula(cut) and form == TEXT else form
        self._sheet.write_string(self._row, place, cut, self._formats[kind])

    def _cell(self, place: int, value: Cell, kind: str) -> None:
        if value is None or value == "":
            return
        if isinstance(value, str):
            self._text(place, value)
        elif kind == MOMENT:
            self._moment(place, int(value))
        elif math.isfinite(value):
            self._sheet.write_number(self._row, place, value, self._formats[kind])

    def _moment(self, place: int, at: int) -> None:
        """Excel knows no day before 1900."""
        told = wall_clock(at, self._zone).replace(tzinfo=None)
        if told.year < _FIRST_YEAR:
            self._text(place, told.isoformat(" "))
        else:
            self._sheet.write_datetime(self._row, place, told, self._formats[MOMENT])
