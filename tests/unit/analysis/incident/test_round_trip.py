"""What was written is what is read: rows, files, the page, the schema."""

import io
import json
import random
import re
import types
import typing
from html.parser import HTMLParser

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.analysis.incident.form import PARTS, Row
from app.analysis.incident.reading import open_incident
from app.analysis.incident.schema import PATH, render_schema
from app.base.clock import to_iso
from app.base.errors import Cancelled, Damaged
from app.base.events import CancelToken
from tests.unit.analysis.incident.sample import (
    attached,
    checked,
    entry,
    incident_bytes,
    packed,
    parts_of,
    sample_rows,
    ticket,
)

TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=40)
TIMES = st.integers(0, 4_000_000_000_000).map(to_iso)
VALUES = {
    str: TEXTS, int: st.integers(-(2**60), 2**60), bool: st.booleans(),
    float: st.floats(allow_nan=False, allow_infinity=False), type(None): st.none(),
}  # fmt: skip


def values_for(name: str, kind: object) -> st.SearchStrategy[object]:
    """Values of a field by its type; the two lists of a sample are of one length by being empty."""
    if name.endswith("_at") or name == "at":
        return st.just(()) if typing.get_origin(kind) is tuple else TIMES
    if isinstance(kind, types.UnionType):
        return st.one_of(*(values_for("", one) for one in typing.get_args(kind)))
    if typing.get_origin(kind) is tuple:
        return st.just(()) if name == "values" else st.lists(TEXTS, max_size=3).map(tuple)
    return VALUES[typing.get_args(kind)[0] if typing.get_origin(kind) is typing.Annotated else kind]


def rows_of(kind: str) -> st.SearchStrategy[list[Row]]:
    row = PARTS[kind]
    fields = {name: values_for(name, one) for name, one in typing.get_type_hints(row).items()}
    return st.lists(st.builds(row, **fields), max_size=6)


KINDS = [kind for kind in PARTS if kind != "attachments"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.fixed_dictionaries({kind: rows_of(kind) for kind in KINDS}))
def test_rows_come_back_as_they_were(rows: dict[str, list[Row]]) -> None:
    raw = incident_bytes(rows)
    verdict = checked(raw)
    assert verdict.errors == ()
    read = open_incident(io.BytesIO(raw))
    assert {kind: list(read.rows(kind)) for kind in KINDS} == rows


def test_files_come_back_as_they_were() -> None:
    content = {"notes.txt": b"paper jam\n" * 30, "con.png": random.Random(1).randbytes(400_000), "empty": b""}
    raw = incident_bytes(files=[attached(*each) for each in content.items()])
    assert checked(raw).valid
    read = open_incident(io.BytesIO(raw))
    rows = list(read.rows("attachments"))
    assert {row.name: b"".join(read.stream(row.part)) for row in rows} == content  # type: ignore[attr-defined]


def test_a_file_that_shrinks_like_a_bomb_is_stored_so_that_it_can_be_read() -> None:
    raw = incident_bytes(files=[attached("zeros.bin", bytes(3_000_000))])
    assert checked(raw).valid
    assert len(raw) > 3_000_000


def test_an_attachment_that_is_no_longer_what_was_attached_stops_the_export() -> None:
    row, _ = attached("note.txt", b"before")
    with pytest.raises(Damaged, match=r"note\.txt"):
        incident_bytes(files=[(row, b"after!")])


def test_a_stopped_check_says_so() -> None:
    from app.analysis.incident.reading import verify

    stopped = CancelToken()
    stopped.cancel()
    with pytest.raises(Cancelled):
        verify(io.BytesIO(incident_bytes()), stopped)


def test_first_rows_come_without_the_rest_being_read() -> None:
    chance = random.Random(2)
    told = [entry(n, chance.randbytes(60).hex()) for n in range(20_000)]
    raw = incident_bytes({"tickets": [ticket()], "timeline": told})
    file = io.BytesIO(raw)
    rows = open_incident(file).rows("timeline")
    assert [next(rows), next(rows)] == told[:2]
    assert file.tell() < len(raw) // 2


def test_another_tools_packing_of_the_same_parts_is_read() -> None:
    assert checked(packed(parts_of(incident_bytes()).items())).valid


def test_the_schema_is_in_step_with_the_types() -> None:
    assert PATH.read_text(encoding="utf-8") == render_schema(), "run python -m app.analysis.incident.schema"
    told = json.loads(render_schema())
    assert set(told["x-parts"]) == {"data/incident.json", *(f"data/{kind}.jsonl" for kind in PARTS)}
    assert set(told["$defs"]["TimelineRow"]["properties"]) == {
        "ticket", "at", "kind", "by", "text", "field", "old", "new",
    }  # fmt: skip


class Tags(HTMLParser):
    """Every tag of a page with its attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


MARKUP = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg/onload=alert(1)>',
    "</pre><iframe src=//x>",
    "</title><script>1</script>",
    "<link rel=stylesheet href=//x>",
    "' onmouseover='x",
    "<!--",
    "]]>",
    "\u202egpj.exe",
    "<style>@import '//x'</style>",
    "javascript:alert(1)",
    "<meta http-equiv=refresh content=0;url=//x>",
    "&#60;b&#62;",
)
CALM = {
    "html", "head", "meta", "title", "style", "body", "h1", "h2", "p", "b", "span", "table", "tr", "th", "td", "pre",
    "svg", "rect", "polyline",
}  # fmt: skip


@pytest.mark.parametrize("payload", MARKUP)
def test_the_page_runs_and_fetches_nothing(payload: str) -> None:
    rows = {kind: [with_text(row, payload) for row in each] for kind, each in sample_rows().items()}
    raw = incident_bytes(rows, files=[attached(payload, b"x")])
    assert checked(raw).valid
    page = parts_of(raw)["INC-1/index.html"].decode()
    tags = Tags()
    tags.feed(page)
    tags.close()
    assert {tag for tag, _ in tags.found} <= CALM
    names = {name for _, attributes in tags.found for name in attributes}
    assert not names & {"src", "href", "style", "data", "srcset"}
    assert not [name for name in names if name.startswith("on")]
    assert [tag for tag, _ in tags.found].count("meta") == 2
    assert "default-src 'none'" in page
    assert "\u202e" not in page


def with_text(row: Row, payload: str) -> Row:
    """The row with the payload in each free text; ids and times stay."""
    texts = {
        name: payload
        for name, value in msgspec.structs.asdict(row).items()
        if isinstance(value, str) and name not in ("id", "row_id") and not re.match(r"\d{4}-", value)
    }
    return msgspec.structs.replace(row, **texts)
