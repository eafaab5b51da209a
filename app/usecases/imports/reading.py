"""Opens a file from outside, plain or gzip, and gives its CSV rows one by one within fixed limits of memory.

Owns every way in which a file can fail to be a text table; each is an InputTrouble that names file, row and reason.
Knows nothing of what the columns mean.
"""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from app.base.errors import InputTrouble
from app.base.events import CancelToken

LINE_LIMIT_BYTES: Final = 4_000_000
ENCODINGS: Final = ("utf-8", "latin-1", "cp1252")
_GZIP_MAGIC: Final = b"\x1f\x8b"
_BOM: Final = b"\xef\xbb\xbf"
_UTF16_BOMS: Final = (b"\xff\xfe", b"\xfe\xff")
_MAGIC: Final = {
    b"PK\x03\x04": "it is a ZIP archive or a spreadsheet, not text",
    b"\x7fELF": "it is a program, not text",
    b"%PDF": "it is a PDF, not text",
    b"SQLite format 3": "it is a database, not text",
    b"BZh": "it is packed with bzip2; only gzip is unpacked here",
    b"\xfd7zXZ": "it is packed with xz; only gzip is unpacked here",
}  # fmt: skip
_CHECK_EVERY: Final = 512


@dataclass(frozen=True, slots=True)
class Dialect:
    """How the text is cut into rows. ``encoding``: one of ``ENCODINGS``; a UTF-8 mark at the start is passed over."""

    delimiter: str = ","
    encoding: str = "utf-8"


class Table:
    """The rows of one CSV file, to be read once. ``row`` is the number of the row last given, the header being 1."""

    def __init__(self, path: Path, cancel: CancelToken, dialect: Dialect | None = None) -> None:
        self._path = path
        self._cancel = cancel
        self._dialect = dialect or Dialect()
        self._size = 0
        self._raw: BinaryIO | None = None
        self.row = 0

    @property
    def share(self) -> float:
        """How much of the file has been read, 0 to 1, by its place in the file as it lies on disk."""
        return self._raw.tell() / self._size if self._raw and not self._raw.closed and self._size else 0.0

    def rows(self) -> Iterator[list[str]]:
        """Every row, the header first; blank lines count and are passed over.

        Raises InputTrouble (not a readable text table up to its end) and Cancelled.
        """
        with open_binary(self._path) as raw:
            self._raw = raw
            self._size = max(1, self._path.stat().st_size)
            with closing(_unpacked(raw, self._path)) as stream:
                yield from self._parsed(stream)
        if self.row == 0:
            raise InputTrouble("it is empty", path=str(self._path), hint="Choose a file with a header and rows.")

    def _parsed(self, stream: BinaryIO) -> Iterator[list[str]]:
        # A cell may be as long as a row may be; the module's own limit is far smaller.
        csv.field_size_limit(LINE_LIMIT_BYTES)
        reader = csv.reader(self._lines(stream), delimiter=self._dialect.delimiter, strict=True)
        while True:
            self._row_bytes = 0
            try:
                row = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                raise self._trouble(_CSV_WORDS.get(str(error), f"it is not a CSV row ({error})")) from None
            self.row += 1
            if row:
                yield row

    def _lines(self, stream: BinaryIO) -> Iterator[str]:
        encoding = self._dialect.encoding
        first = True
        while True:
            if self.row % _CHECK_EVERY == 0:
                self._cancel.check()
            line = self._line(stream)
            if not line:
                return
            if first:
                line, first = self._start(line), False
            self._row_bytes += len(line)
            if self._row_bytes > LINE_LIMIT_BYTES:
                raise self._trouble(f"it is longer than {LINE_LIMIT_BYTES // 1_000_000} MB")
            if b"\0" in line:
                raise self._trouble("it holds binary bytes", hint="Export the table as CSV text.")
            try:
                yield line.decode(encoding)
            except UnicodeDecodeError as error:
                raise self._trouble(
                    f"byte {error.start + 1} of the line is not {encoding.upper()} text",
                    hint="Save the file as UTF-8, or name its encoding in the mapping.",
                ) from None

    def _line(self, stream: BinaryIO) -> bytes:
        try:
            return stream.readline(LINE_LIMIT_BYTES + 1)
        except EOFError:
            raise self._trouble("the gzip file is cut off here", hint="Fetch it again; nothing was taken.") from None
        except (gzip.BadGzipFile, zlib.error) as error:
            raise self._trouble(f"the gzip file is damaged here ({error})", hint="Nothing was taken.") from None
        except OSError as error:
            raise self._trouble(f"it cannot be read any further ({error.strerror or error})") from None

    def _start(self, line: bytes) -> bytes:
        if line.startswith(_UTF16_BOMS):
            raise self._trouble("it is UTF-16 text", hint="Save it as UTF-8.")
        for magic, reason in _MAGIC.items():
            if line.startswith(magic):
                raise InputTrouble(reason, path=str(self._path), hint="Choose a CSV file, plain or .gz.")
        return line.removeprefix(_BOM)

    def _trouble(self, reason: str, *, hint: str = "") -> InputTrouble:
        return InputTrouble(reason, path=str(self._path), row=self.row + 1, hint=hint)

    _row_bytes = 0


_CSV_WORDS: Final = {
    "unexpected end of data": "a quote is opened here and never closed",
    "field larger than field limit (4000000)": "a quote is opened here and not closed within 4 MB",
}


def open_binary(path: Path) -> BinaryIO:
    """A regular file, opened. Raises InputTrouble when there is none, or when it may not be read."""
    try:
        if path.is_dir():
            raise InputTrouble("it is a folder", path=str(path), hint="Name a file.")
        if path.exists() and not path.is_file():
            raise InputTrouble("it is not a regular file", path=str(path), hint="Copy it into a file first.")
        return path.open("rb")
    except FileNotFoundError:
        raise InputTrouble("there is no such file", path=str(path)) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputTrouble(f"it cannot be opened ({reason})", path=str(path)) from None


def _unpacked(raw: BinaryIO, path: Path) -> BinaryIO:
    magic = raw.read(2)
    raw.seek(0)
    if magic == _GZIP_MAGIC:
        # Buffered once more: a line at a time from GzipFile itself is three times as slow.
        return io.BufferedReader(gzip.GzipFile(fileobj=raw, mode="rb"), 1 << 18)
    if path.suffix == ".gz" and magic:
        raise InputTrouble("its name ends in .gz and it is not a gzip file", path=str(path))
    return raw


def header_of(rows: Iterator[list[str]], path: Path, required: tuple[str, ...], what: str) -> list[str]:
    """The first row as column names. Raises InputTrouble when one that is needed is missing or two are the same."""
    header = [name.strip() for name in next(rows, [])]
    missing = [name for name in required if name not in header]
    if missing:
        shown = ", ".join(f"“{name}”" for name in missing[:5]) + (" …" if len(missing) > 5 else "")
        raise InputTrouble(f"{what} has a column {shown}, and this file has not", path=str(path), row=1)
    twice = sorted({name for name in header if header.count(name) > 1 and name})
    if twice:
        raise InputTrouble(f"two columns are named “{twice[0]}”", path=str(path), row=1)
    return header
