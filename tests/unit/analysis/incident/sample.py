"""Small incident files in memory, and taking them apart and together again."""

import hashlib
import io
import zipfile
from collections.abc import Iterable, Mapping

from app.analysis.incident import form
from app.analysis.incident.bag import Content, Made, Sign, write_bag
from app.analysis.incident.reading import Verdict, verify
from app.analysis.incident.redaction import Redactor
from app.base.clock import to_iso
from app.base.events import CancelToken

AT = 1_795_442_400_000
MADE = Made(AT, "ann", "0.1.0")
BASE = "INC-1/"


def ticket(**values: object) -> form.TicketRow:
    known = {"id": "t1", "number": "INC-1", "kind": "incident", "title": "Mail is down", "status": "open"}
    return form.TicketRow(**(known | {"created_at": to_iso(AT), "updated_at": to_iso(AT)} | values))  # type: ignore[arg-type]


def entry(number: int, text: str = "Looked at it") -> form.TimelineRow:
    return form.TimelineRow(ticket="INC-1", at=to_iso(AT + number), kind="internal", by="ann", text=text)


def problem() -> form.ProblemRow:
    return form.ProblemRow(
        id="r1", source="nagios", kind="service", host="web-1", name="http", state="critical", hard=True
    )


def sample_rows() -> dict[str, list[form.Row]]:
    """A few rows of each kind."""
    return {
        "tickets": [ticket()],
        "timeline": [entry(number) for number in range(12)],
        "problems": [problem()],
        "states": [form.StateRow(row_id="r1", at=to_iso(AT), state="critical", hard=True, output="refused")],
        "samples": [
            form.SampleRow(row_id="r1", label="time", unit="s", at=(to_iso(AT), to_iso(AT + 1)), values=(0.25, 4.0))
        ],
        "articles": [form.ArticleRow(id="a1", path="mail.md", title="Mail", body="# Mail", updated_at=to_iso(AT))],
    }


def attached(name: str, content: bytes) -> tuple[form.AttachmentRow, bytes]:
    digest = hashlib.sha256(content).hexdigest()
    row = form.AttachmentRow(
        ticket="INC-1", name=name, part=None, sha256=digest, size_bytes=len(content), at=to_iso(AT), by="ann"
    )
    return row, content


def incident_bytes(
    rows: Mapping[str, Iterable[form.Row]] | None = None,
    files: Iterable[tuple[form.AttachmentRow, bytes]] = (),
    redactor: Redactor | None = None,
    sign: Sign | None = None,
) -> bytes:
    """A whole file."""
    kept = {kind: list(each) for kind, each in (sample_rows() if rows is None else rows).items()}
    content = Content(
        subject="INC-1", title="Mail is down", since_at=AT - 1_000, until_at=AT + 60_000,
        rows={kind: (lambda each=each: each) for kind, each in kept.items()},
        files=tuple((row, lambda raw=raw: io.BytesIO(raw)) for row, raw in files),
    )  # fmt: skip
    file = io.BytesIO()
    write_bag(file, content, MADE, redactor or Redactor(), CancelToken(), sign)
    return file.getvalue()


def checked(raw: bytes) -> Verdict:
    return verify(io.BytesIO(raw), CancelToken())


def parts_of(raw: bytes) -> dict[str, bytes]:
    """The parts by their whole names."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        return {item.filename: archive.read(item) for item in archive.infolist()}


def packed(parts: Iterable[tuple[str | zipfile.ZipInfo, bytes]], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An archive as another tool packs it: without our seal."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in parts:
            archive.writestr(name, content)
    return file.getvalue()


def resealed(parts: dict[str, bytes]) -> dict[str, bytes]:
    """With manifests that fit: as somebody would who changes a file and knows its form."""
    said = {name.removeprefix(BASE): content for name, content in parts.items()}

    def lines(names: Iterable[str]) -> bytes:
        return "".join(f"{hashlib.sha256(said[name]).hexdigest()}  {name}\n" for name in names).encode()

    said[form.MANIFEST] = lines(name for name in said if name.startswith("data/"))
    said[form.TAG_MANIFEST] = lines(form.TAG_PARTS)
    return {BASE + name: content for name, content in said.items()}
