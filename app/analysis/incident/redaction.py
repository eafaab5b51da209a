"""What is masked on its way into an incident file, by profile, and how the file says so.

A profile is a table: for each kind of row, what becomes of each field. A field that is not in it does not go out.

    keep     as it is (states, times, ids)
    person   a pseudonym, the same one in the whole file
    host     likewise
    text     what the detectors find, and the names in person fields, become pseudonyms
    drop     left empty

Nothing here knows where rows come from. One redactor serves one file.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO, Final

import msgspec

from app.analysis.incident import form
from app.analysis.incident.detector import PERSON, Detector, leftovers, looking_at, visible_signs
from app.analysis.incident.form import Applied, Row
from app.analysis.incident.image import bare_image
from app.base.errors import UsageTrouble
from app.base.text import tr
from app.domain.file_name import ending_of, harmless_name

VERSION: Final = 1
NONE: Final = "none"
DEFAULT: Final = "default"
STRICT: Final = "strict"
PROFILES: Final = (NONE, DEFAULT, STRICT)
HOST: Final = "host"
KEEP, TEXT, DROP, PEOPLE = "keep", "text", "drop", "person"
LARGEST_TREATED_BYTES: Final = 20_000_000
_MOST_LEFTOVERS: Final = 200
_TEXT_WORDS: Final = "txt log csv tsv md rst json jsonl ndjson yaml yml toml ini conf cfg diff patch"
_TEXT_FILES: Final = frozenset(_TEXT_WORDS.split())
PERSON_FIELDS: Final = frozenset({"assignee", "requester", "owner", "by"})
_PROGRAM: Final = "watchdesk"


def _table(**treatments: str) -> dict[str, str]:
    return {name: treatment for treatment, names in treatments.items() for name in names.split()}


_DEFAULT: Final[Mapping[type[Row], Mapping[str, str]]] = {
    form.TicketRow: _table(
        keep="id number kind status source_status pending_reason priority impact urgency major environment channel "
        "created_at updated_at resolved_at closed_at due_at reopen_count reassignment_count sla_made "
        "pending_since_at waited_s source remote_id",
        person="assignee requester",
        text="title category service team tags description resolution",
    ),
    form.TimelineRow: _table(keep="ticket at kind field", person="by", text="text old new"),
    form.ProblemRow: _table(
        keep="id source kind state hard since_at acknowledged in_downtime environment", text="host name output groups"
    ),
    form.StateRow: _table(keep="row_id at state hard handled", text="output"),
    form.SampleRow: _table(keep="row_id label unit warn crit at values"),
    form.ArticleRow: _table(keep="id updated_at version", person="owner", text="path title body tags"),
    form.AttachmentRow: _table(keep="ticket part sha256 size_bytes at why", person="by", text="name"),
}  # fmt: skip
_STRICTER: Final[Mapping[type[Row], Mapping[str, str]]] = {
    form.TicketRow: _table(drop="description resolution remote_id tags"),
    form.TimelineRow: _table(drop="text"),
    form.ProblemRow: _table(host="host", drop="output groups"),
    form.StateRow: _table(drop="output"),
    form.ArticleRow: _table(drop="body tags"),
}
TABLES: Final[Mapping[str, Mapping[type[Row], Mapping[str, str]]]] = {
    DEFAULT: _DEFAULT,
    STRICT: {row: {**table, **_STRICTER.get(row, {})} for row, table in _DEFAULT.items()},
}


@dataclass(frozen=True, slots=True)
class Replaced:
    """One value and what stands for it."""

    kind: str
    before: str
    after: str


class Redactor:
    """One profile on one file. ``names``: people known from the fields, masked in texts too. Raises UsageTrouble for
    a profile that there is none of."""

    def __init__(self, profile: str = NONE, names: Iterable[str] = ()) -> None:
        if profile not in PROFILES:
            raise UsageTrouble(
                tr("There is no redaction profile “{name}”.", name=profile),
                hint=tr("Use one of {names}.", names=", ".join(PROFILES)),
            )
        self.profile = profile
        self._known = tuple(names)
        self._owners = _owners(self._known)
        self._table = TABLES.get(profile, {})
        self._named = _names_pattern(self._known) if self._table else None
        self._pseudonyms: dict[tuple[str, str], Replaced] = {}
        self._masked: Counter[str] = Counter()
        self._left: dict[str, None] = {}
        self._numbers: Counter[str] = Counter()
        self._left_out = 0

    def start(self) -> None:
        """Forget what was counted: a file is begun."""
        self._pseudonyms.clear()
        self._masked.clear()
        self._left.clear()
        self._numbers.clear()
        self._left_out = 0

    @property
    def replaced(self) -> tuple[Replaced, ...]:
        """What was masked, each value once. For the eyes of the one who exports."""
        return tuple(self._pseudonyms.values())

    @property
    def leftovers(self) -> tuple[str, ...]:
        """Numbers and the like that were left, to be looked at before the file goes out."""
        return tuple(self._left)

    def row(self, row: Row) -> Row:
        """A row as it goes out."""
        table = self._table.get(type(row))
        if table is None:
            return row
        changed: dict[str, Any] = {}
        for name in row.__struct_fields__:
            value = getattr(row, name)
            if value not in (None, "", ()):
                after = self._treated(self._treatment(row, name, table), value)
                if after is not value:
                    changed[name] = after
        return msgspec.structs.replace(row, **changed) if changed else row

    def text(self, text: str) -> str:
        """Free text as it goes out."""
        if not self._table or not text:
            return text
        text = visible_signs(text)
        if self._named is not None:
            text = self._named.sub(self._known_person, text)
        for detector in looking_at(text):
            text = detector.pattern.sub(self._replacing(detector), text)
        if len(self._left) < _MOST_LEFTOVERS:
            self._left.update(dict.fromkeys(leftovers(text)))
        return text

    def name(self, name: str) -> str:
        """A person's name as it goes out."""
        return self._stand_in(PERSON, name) if self._table and name and name.casefold() != _PROGRAM else name

    def file_name(self, name: str) -> str:
        """The name of an attachment as it goes out, harmless as the name of a part."""
        return harmless_name(self.text(name)).replace(" ", "_")

    def file(self, name: str, size_bytes: int, source: BinaryIO) -> Iterable[bytes] | str | None:
        """The bytes that go out instead; None: those of the source. A text: why nothing does."""
        if not self._table:
            return None
        treated = tr("attachments are left out by this profile") if self.profile == STRICT else None
        if treated is None and size_bytes > LARGEST_TREATED_BYTES:
            treated = tr("it is too large to be masked")
        if treated is None:
            raw = source.read(LARGEST_TREATED_BYTES + 1)
            found = self._masked_text(raw) if ending_of(name) in _TEXT_FILES else bare_image(raw)
            if found is not None:
                return [found]
            treated = tr("its kind cannot be masked")
        self._left_out += 1
        return treated

    def applied(self) -> Applied:
        """What the file says of it."""
        return Applied(
            profile=self.profile, version=VERSION, masked=dict(sorted(self._masked.items())), left_out=self._left_out
        )

    def _masked_text(self, raw: bytes) -> bytes | None:
        try:
            return self.text(raw.decode("utf-8-sig")).encode()
        except UnicodeDecodeError:
            return None

    def _treatment(self, row: Row, name: str, table: Mapping[str, str]) -> str:
        if isinstance(row, form.TimelineRow) and name in ("old", "new") and row.field in PERSON_FIELDS:
            return PEOPLE
        if isinstance(row, form.TimelineRow) and name in ("old", "new") and row.field in _KEPT_CHANGES:
            return KEEP
        if self.profile == STRICT and isinstance(row, form.TimelineRow) and name in ("old", "new"):
            return DROP
        return table.get(name, DROP)

    def _treated(self, treatment: str, value: Any) -> Any:
        if treatment == KEEP:
            return value
        if treatment == DROP:
            return () if isinstance(value, tuple) else "" if isinstance(value, str) else None
        one: Callable[[str], str] = self.text
        if treatment == PEOPLE:
            one = self.name
        elif treatment == HOST:
            one = self._host
        after = tuple(map(one, value)) if isinstance(value, tuple) else one(value)
        return value if after == value else after

    def _known_person(self, match: re.Match[str]) -> str:
        return self._stand_in(PERSON, self._owners.get(match[0].casefold(), match[0]))

    def _host(self, name: str) -> str:
        return self._stand_in(HOST, name)

    def _replacing(self, detector: Detector) -> Callable[[re.Match[str]], str]:
        def replacement(match: re.Match[str]) -> str:
            found = match[detector.group]
            if _STAND_IN.search(found) or not detector.is_one(found):
                return match[0]
            found = found[: detector.length(found)]
            begin = match.start(detector.group) - match.start()
            end = begin + len(found)
            return match[0][:begin] + self._stand_in(detector.kind, found) + match[0][end:]

        return replacement

    def _stand_in(self, kind: str, value: str) -> str:
        self._masked[kind] += 1
        key = (kind, " ".join(value.split()).casefold())
        known = self._pseudonyms.get(key)
        if known is None:
            self._numbers[kind] += 1
            known = self._pseudonyms[key] = Replaced(kind, value, f"[{kind} {self._numbers[kind]}]")
        return known.after


_STAND_IN: Final = re.compile(r"\[[a-z\-]+ \d+\]")
_KEPT_CHANGES: Final = frozenset(
    [
        "status",
        "priority",
        "impact",
        "urgency",
        "major",
        "kind",
        "environment",
        "channel",
        "pending_reason",
        "attachment",
    ]
    + [name for name in form.TicketRow.__struct_fields__ if name.endswith(("_at", "_count"))]
)


def _parts(name: str) -> list[str]:
    return [part for part in re.split(r"[\s,]+", name) if len(part) > 2 and part[:1].isupper()]


def _owners(names: Iterable[str]) -> dict[str, str]:
    """The whole name behind a part of it, where only one person is called so."""
    owners: dict[str, str] = {}
    shared = set()
    for name in sorted(set(names)):
        for part in map(str.casefold, _parts(name)):
            if owners.setdefault(part, name) != name:
                shared.add(part)
    return {part: name for part, name in owners.items() if part not in shared}


def _names_pattern(names: Iterable[str]) -> re.Pattern[str] | None:
    """Whole names in any case; their parts of three letters or more as they are written."""
    whole = {name.strip() for name in names if len(name.strip()) > 1 and name.casefold() != _PROGRAM}
    parts = {part for name in whole for part in _parts(name)}
    if not whole:
        return None
    some = "|".join(re.escape(name) for name in sorted(whole, key=len, reverse=True))
    each = "|".join(re.escape(part) for part in sorted(parts, key=len, reverse=True))
    return re.compile(rf"(?<![\w\[])(?:(?i:{some}){f'|{each}' if each else ''})(?!\w)")
