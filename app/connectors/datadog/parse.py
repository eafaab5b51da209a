"""Datadog's answers as values. Pure: bytes in, values out.

An answer that is not whole is a BadAnswer. A record in a whole answer that cannot be read is set aside and named; the
rest goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Annotated, Final, Literal, TypeVar

import msgspec

from app.base.errors import BadAnswer
from app.base.text import one_line, tr
from app.connectors.payload import decode, decode_as, iter_raw, let_others_run, map_sliced

Seconds = Annotated[int, msgspec.Meta(ge=0, le=253_402_300_799)]
"""Since the epoch; v1 counts in seconds."""
Status = Literal["Alert", "Ignored", "No Data", "OK", "Skipped", "Unknown", "Warn"]
Reject = tuple[str, str]
"""(What it was, why it cannot be read)."""
T = TypeVar("T")


class GroupState(msgspec.Struct, frozen=True, gc=False):
    """One group of a monitor, as ``host:web-1,device:/``."""

    status: Status
    last_triggered_ts: Seconds | None = None
    last_nodata_ts: Seconds | None = None
    last_resolved_ts: Seconds | None = None


class MonitorState(msgspec.Struct, frozen=True):
    groups: dict[str, GroupState] = {}


class Options(msgspec.Struct, frozen=True):
    """``silenced``: scope to its end, None: without an end."""

    silenced: dict[str, Seconds | None] = {}


class MatchingDowntime(msgspec.Struct, frozen=True):
    id: int
    scope: tuple[str, ...] = ()
    start: Seconds = 0
    end: Seconds | None = None


class Monitor(msgspec.Struct, frozen=True):
    id: int
    name: str = ""
    type: str = ""
    message: str = ""
    query: str = ""
    overall_state: Status = "Unknown"
    overall_state_modified: datetime | None = None
    priority: int | None = None
    tags: tuple[str, ...] = ()
    state: MonitorState = MonitorState()
    options: Options = Options()
    matching_downtimes: tuple[MatchingDowntime, ...] = ()


class Host(msgspec.Struct, frozen=True):
    """``up``: whether it has reported lately."""

    name: str
    up: bool
    last_reported_time: Seconds = 0
    is_muted: bool = False
    mute_timeout: Seconds | None = None
    tags_by_source: dict[str, tuple[str, ...]] = {}


class HostPage(msgspec.Struct, frozen=True):
    """``host_list`` undecoded."""

    host_list: msgspec.Raw
    total_matching: Annotated[int, msgspec.Meta(ge=0)] | None = None


_MONITOR: Final = msgspec.json.Decoder(Monitor)
_HOST: Final = msgspec.json.Decoder(Host)
_HOST_PAGE: Final = msgspec.json.Decoder(HostPage)
_ID: Final = msgspec.json.Decoder(msgspec.defstruct("Id", [("id", int)]))


def monitors(body: bytes, name: str, rejects: list[Reject]) -> tuple[list[Monitor], list[int]]:
    """(those that can be read, the ids of all). Raises BadAnswer: no list, or a record without its id."""
    raws = [raw for _at, raw in iter_raw(body, (), concerns=name)]
    _refuse_no_list(body, name)
    ids = [int(decode_as(raw, _ID, concerns=name).id) for raw in raws]  # type: ignore[attr-defined]
    found = read(raws, lambda raw: decode_as(raw, _MONITOR), lambda at: tr("monitor {id}", id=ids[at]), rejects)
    return [each for each in found if each is not None], ids


def hosts(body: bytes, name: str, rejects: list[Reject]) -> tuple[list[Host], int, int | None]:
    """(those that can be read, how many came, how many there are). Raises BadAnswer."""
    page = decode_as(body, _HOST_PAGE, concerns=name)
    _refuse_no_list(bytes(page.host_list), name)
    raws = [raw for _at, raw in iter_raw(page.host_list, (), concerns=name)]
    found = read(raws, lambda raw: decode_as(raw, _HOST), lambda at: tr("host {at}", at=at + 1), rejects)
    return [each for each in found if each is not None and each.name], len(raws), page.total_matching


def read(
    raws: list[msgspec.Raw],
    one: Callable[[msgspec.Raw], T],
    called: Callable[[int], str],
    rejects: list[Reject],
    between: Callable[[], None] = let_others_run,
) -> Iterator[T | None]:
    """Record by record, in slices; what cannot be read is named in ``rejects``, and None in its place."""

    def tried(pair: tuple[int, msgspec.Raw]) -> T | None:
        at, raw = pair
        try:
            decode(raw, unique_keys=True)
            return one(raw)
        except BadAnswer as error:
            rejects.append((called(at), one_line(error.detail)))
            return None

    return map_sliced(iter(enumerate(raws)), tried, between=between)


def _refuse_no_list(body: bytes, name: str) -> None:
    if not body.lstrip().startswith(b"["):
        raise BadAnswer(tr("{name} gave an answer that cannot be read.", name=name), detail=tr("It is no list."),
                        concerns=name)  # fmt: skip
