"""The fields of a ticket that a person may set: how each is read from text, checked and written as text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from app.base.clock import Moment, from_iso, to_iso
from app.base.errors import Refused
from app.domain.ticket import CHANNELS, EDITABLE_FIELDS, KINDS, LEVELS, Ticket
from app.domain.value import Value

TITLE_LIMIT: Final = 300
TEXT_LIMIT: Final = 100_000
_TRUE: Final = frozenset({"yes", "true", "1", "on"})
_FALSE: Final = frozenset({"no", "false", "0", "off", ""})
_NONE: Final = frozenset({"", "none"})


def read_field(name: str, text: str) -> object:
    """The value that text stands for in a field. Raises Refused, with the field, when it does not stand for one."""
    if name not in EDITABLE_FIELDS:
        raise Refused(f"“{name}” is not a field that can be set.", hint=_known(), field=name)
    return _READERS.get(name, _optional)(name, text)


def write_field(value: object) -> str | None:
    """A field's value as text, for the edit history; None when missing."""
    if value is None or value == ():
        return None
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(str(item) for item in value)
    return str(value)


def field_text(name: str, ticket: Ticket) -> str | None:
    """A field of a ticket as text, times in ISO 8601."""
    value = getattr(ticket, name)
    return to_iso(value) if name.endswith("_at") and value is not None else write_field(value)


def parse_written(name: str, text: str | None) -> object:
    """The value that ``field_text`` wrote; the way back, for undo."""
    return read_field(name, text or "")


def _known() -> str:
    return "Fields: " + ", ".join(EDITABLE_FIELDS) + "."


def _optional(name: str, text: str) -> str | None:
    cleaned = " ".join(text.split())
    if len(cleaned) > TITLE_LIMIT:
        raise Refused(f"The {name} is too long.", detail=f"At most {TITLE_LIMIT} characters.", field=name)
    return None if cleaned.casefold() in _NONE else cleaned


def _title(name: str, text: str) -> str:
    title = _optional(name, text)
    if not title:
        raise Refused("A ticket needs a title.", hint="Say in one line what is wrong.", field=name)
    return title


def _description(name: str, text: str) -> str:
    if len(text) > TEXT_LIMIT:
        raise Refused("The description is too long.", hint="Attach it as a file.", field=name)
    return text.strip()


def _choice(choices: tuple[str, ...], *, optional: bool) -> Callable[[str, str], str | None]:
    def read(name: str, text: str) -> str | None:
        word = " ".join(text.casefold().split())
        if optional and word in _NONE:
            return None
        if word not in choices:
            raise Refused(f"“{text}” is not a {name}.", hint="Use one of " + ", ".join(choices) + ".", field=name)
        return word

    return read


def _number(allowed: tuple[int, ...]) -> Callable[[str, str], int | None]:
    def read(name: str, text: str) -> int | None:
        word = text.strip().casefold()
        if word in _NONE:
            return None
        if not word.isdecimal() or int(word) not in allowed:
            raise Refused(
                f"“{text}” is not a value of {name}.", hint=f"Use {allowed[0]} (worst) to {allowed[-1]}.", field=name
            )
        return int(word)

    return read


def _flag(name: str, text: str) -> bool:
    word = text.strip().casefold()
    if word not in _TRUE | _FALSE:
        raise Refused(f"“{text}” is neither yes nor no.", field=name)
    return word in _TRUE


def _moment(name: str, text: str) -> Moment | None:
    if text.strip().casefold() in _NONE:
        return None
    try:
        return from_iso(text.strip())
    except ValueError:
        raise Refused(f"“{text}” is not a time.", hint="Write it as 2026-11-23T14:30Z.", field=name) from None


def _tags(_name: str, text: str) -> tuple[str, ...]:
    words = (" ".join(word.split()) for word in text.split(","))
    return tuple(dict.fromkeys(word for word in words if word and word.casefold() != "none"))


_READERS: Final[Mapping[str, Callable[[str, str], object]]] = {
    "title": _title,
    "description": _description,
    "kind": _choice(KINDS, optional=False),
    "channel": _choice(CHANNELS, optional=True),
    "impact": _number(LEVELS),
    "urgency": _number(LEVELS),
    "priority": _number((1, 2, 3, 4, 5)),
    "major": _flag,
    "due_at": _moment,
    "tags": _tags,
}


class FieldChange(Value, frozen=True, gc=False):
    """One field of an edit, as text."""

    field: str
    old: str | None
    new: str | None


def differences(before: Ticket, after: Ticket) -> tuple[FieldChange, ...]:
    """The fields that an edit changed, in the order of the ticket's fields; bookkeeping moments are left out."""
    left_out = {"id", "updated_at", "created_at"}
    return tuple(
        FieldChange(name, field_text(name, before), field_text(name, after))
        for name in Ticket.__struct_fields__
        if name not in left_out and getattr(before, name) != getattr(after, name)
    )
