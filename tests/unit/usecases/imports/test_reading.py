"""Every way in which a file can be bad is one clear line that names the file, the row and the reason."""

import gzip
import os
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from app.base.errors import Cancelled, InputTrouble
from app.base.events import CancelToken
from app.query import Env, Query
from app.usecases.imports.reading import Dialect, Table
from app.usecases.imports.servicenow_log import import_servicenow_log
from app.usecases.work import Work
from tests.unit.usecases.imports.log_rows import row, story, write_log


def rows_of(path: Path, dialect: Dialect | None = None) -> list[list[str]]:
    return list(Table(path, CancelToken(), dialect).rows())


def good_bytes(folder: Path) -> bytes:
    return write_log(folder / "good.csv", [one for n in range(40) for one in story(f"INC{n}")]).read_bytes()


def half_a_gzip(folder: Path, path: Path) -> None:
    packed = gzip.compress(good_bytes(folder) + os.urandom(200_000).hex().encode())
    path.write_bytes(packed[: len(packed) // 2])


def damaged_gzip(folder: Path, path: Path) -> None:
    packed = bytearray(gzip.compress(good_bytes(folder)))
    packed[-6] ^= 0xFF
    path.write_bytes(packed)


def binary_inside(folder: Path, path: Path) -> None:
    path.write_bytes(good_bytes(folder) + b"INC99,\0\0\1\n")


def wrong_encoding(folder: Path, path: Path) -> None:
    path.write_bytes(good_bytes(folder) + "INC99,Büro\n".encode("latin-1"))


def endless_line(folder: Path, path: Path) -> None:
    path.write_bytes(good_bytes(folder))
    os.truncate(path, 1_000_000_000)


def endless_quote(folder: Path, path: Path) -> None:
    path.write_bytes(good_bytes(folder) + b'INC99,"' + b"never closed\n" * 400_000)


BAD: dict[str, tuple[Callable[[Path, Path], object], str]] = {
    "no file": (lambda _, path: None, r"bad\.csv: there is no such file"),
    "folder": (lambda _, path: path.mkdir(), r"bad\.csv: it is a folder"),
    "pipe": (lambda _, path: os.mkfifo(path), r"bad\.csv: it is not a regular file"),
    "empty": (lambda _, path: path.write_bytes(b""), r"bad\.csv: it is empty"),
    "blank": (lambda _, path: path.write_bytes(b"\n\n"), r"bad\.csv, row 1: .* has a column"),
    "half a gzip": (half_a_gzip, r"bad\.csv, row \d+: the gzip file is cut off here"),
    "damaged gzip": (damaged_gzip, r"bad\.csv, row \d+: the gzip file is damaged here"),
    "binary inside": (binary_inside, r"bad\.csv, row 282: it holds binary bytes"),
    "only binary": (lambda _, path: path.write_bytes(bytes(range(256)) * 50), r"bad\.csv, row 1: it holds binary"),
    "spreadsheet": (lambda _, path: path.write_bytes(b"PK\x03\x04rest"), r"bad\.csv: it is a ZIP archive"),
    "latin-1": (wrong_encoding, r"bad\.csv, row 282: byte 8 of the line is not UTF-8 text"),
    "utf-16": (lambda _, path: path.write_text("number,state\n", "utf-16"), r"bad\.csv, row 1: it is UTF-16 text"),
    "line of 1 GB": (endless_line, r"bad\.csv, row 282: it is longer than 4 MB"),
    "quote never closed": (endless_quote, r"bad\.csv, row 282: .*4 MB"),
    "cut in a quote": (
        lambda folder, path: path.write_bytes(good_bytes(folder) + b'INC99,"Act'),
        r"bad\.csv, row 282: a quote is opened here and never closed",
    ),
    "two columns of one name": (
        lambda _, path: path.write_text("number,number,incident_state,sys_mod_count,opened_at,sys_updated_at\n"),
        r"bad\.csv, row 1: two columns are named “number”",
    ),
    "another table": (
        lambda _, path: path.write_text("a,b\n1,2\n"),
        r"bad\.csv, row 1: .* “number”, “incident_state”",
    ),
}


@pytest.mark.parametrize("name", sorted(BAD))
def test_a_bad_file_is_refused_whole_with_file_row_and_reason(name: str, work: Work, tmp_path: Path) -> None:
    make, sentence = BAD[name]
    path = tmp_path / "bad.csv"
    make(tmp_path, path)
    with pytest.raises(InputTrouble, match=sentence) as caught:
        import_servicenow_log(work, path)
    assert "\n" not in caught.value.sentence()
    assert caught.value.path == str(path)
    assert work.store.tickets.count(Query(), Env(now_at=0)) == 0


@pytest.mark.parametrize("make", [endless_line, pytest.param(endless_quote, marks=pytest.mark.slow)])
def test_an_endless_row_does_not_fill_the_memory(make: Callable[[Path, Path], None], tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    make(tmp_path, path)
    tracemalloc.start()
    try:
        for _ in range(2):
            with pytest.raises(InputTrouble):
                for _row in Table(path, CancelToken()).rows():
                    pass
        peak_bytes = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak_bytes < 60_000_000


def test_a_packed_endless_line_does_not_fill_the_memory(tmp_path: Path) -> None:
    path = tmp_path / "bad.csv.gz"
    with gzip.open(path, "wb", compresslevel=1) as file:
        for _ in range(100):
            file.write(b"x" * 1_000_000)
    tracemalloc.start()
    try:
        with pytest.raises(InputTrouble, match="row 1: it is longer than 4 MB"):
            rows_of(path)
        peak_bytes = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak_bytes < 30_000_000


def test_a_mark_at_the_start_blank_lines_and_line_ends_do_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "odd.csv"
    path.write_bytes('\ufeffa;b\r\n\r\n1;"two\nlines"\r\n'.encode())
    assert rows_of(path, Dialect(";")) == [["a", "b"], ["1", "two\nlines"]]


def test_a_gz_name_on_plain_text_is_said(tmp_path: Path) -> None:
    path = tmp_path / "log.csv.gz"
    path.write_text("a,b\n")
    with pytest.raises(InputTrouble, match="it is not a gzip file"):
        rows_of(path)


def test_other_encodings_are_read_when_named(tmp_path: Path) -> None:
    path = tmp_path / "old.csv"
    path.write_bytes("Büro,€\n".encode("cp1252"))
    assert rows_of(path, Dialect(encoding="cp1252")) == [["Büro", "€"]]


def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    path = write_log(tmp_path / "log.csv", [row("INC1")])
    path.chmod(0)
    if os.access(path, os.R_OK):  # root reads everything
        assert len(rows_of(path)) == 2
        return
    with pytest.raises(InputTrouble, match="cannot be opened"):
        rows_of(path)


def test_reading_stops_when_cancelled(tmp_path: Path) -> None:
    path = write_log(tmp_path / "log.csv", [row(f"INC{n}") for n in range(2_000)])
    cancel = CancelToken()
    table = Table(path, cancel)
    rows = table.rows()
    next(rows)
    cancel.cancel()
    with pytest.raises(Cancelled):
        list(rows)
    assert table.row < 1_000
