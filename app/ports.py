"""The Protocols between the inside and the outside. Adapters implement them; use cases call them.

Lanes: ``Unit`` and everything that must see its writes on the write lane; reads on the read lanes; connectors on
``net:NAME``. Errors: only those of ``app.base.errors``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol, runtime_checkable

from app.base.clock import Clock, Moment
from app.base.events import CancelToken
from app.base.secret import Secret
from app.domain.alert_rule import AlertRule
from app.domain.article import Article, ArticleHit, ArticleVersion
from app.domain.business import BusinessService
from app.domain.command import Command, Outcome
from app.domain.draft import Draft
from app.domain.health import Downtime, HealthRow, Remark, Snapshot
from app.domain.history import Ingest, Past, Series, SourceMark, StateChange, Stretch
from app.domain.metric import MetricAnswer, MetricQuery
from app.domain.source import Source
from app.domain.ticket import Attachment, Ticket, TimelineEntry
from app.domain.view import View

if TYPE_CHECKING:
    from app.query import Env, Query

__all__ = ["Clock", "Connect", "HealthSource", "History", "IdMaker", "MetricSource", "Secrets", "Store", "Unit"]


class IdMaker(Protocol):
    """Makes ids (UUIDv7)."""

    def new(self) -> str: ...


class Secrets(Protocol):
    """The operating system's keyring. Raises SecretsTrouble when there is none that can be trusted."""

    def find(self, source_id: str) -> Secret | None: ...

    def save(self, source_id: str, secret: Secret) -> None: ...

    def forget(self, source_id: str) -> None: ...


# --- connectors -------------------------------------------------------------------------------------------


class HealthSource(Protocol):
    """A monitoring system. ``verbs``: the commands it takes (``app.domain.command``)."""

    name: str
    verbs: frozenset[str]

    def fetch(self, cancel: CancelToken) -> Snapshot:
        """A complete picture, or an error; never a part of one. Raises RemoteTrouble, Cancelled."""
        ...

    def push(self, command: Command, rows: Sequence[HealthRow], cancel: CancelToken) -> tuple[Outcome, ...]:
        """Carry out a command and read back what became of it: one outcome per row, in the rows' order.

        A row's own failure is its outcome; only what concerns all of them raises (RemoteTrouble).
        """
        ...

    def close(self) -> None: ...


@runtime_checkable
class MetricSource(Protocol):
    """A ``HealthSource`` that keeps samples itself and can be asked for them."""

    def series(self, query: MetricQuery, cancel: CancelToken) -> MetricAnswer:
        """The samples of a window. What cannot be read is set aside and named; the rest stands.

        Raises Refused (nothing that can be answered, or too much), RemoteTrouble, Cancelled. Net lane.
        """
        ...


class Connect(Protocol):
    """Builds the connector of a configured source. Raises UsageTrouble for a kind it does not know."""

    def __call__(self, source: Source, secret: Secret | None) -> HealthSource: ...


# --- work.db ----------------------------------------------------------------------------------------------


class Unit(Protocol):
    """One write transaction of ``work.db``: everything in it is on disk when its block ends, or none of it is."""

    def ticket(self, id_or_number: str) -> Ticket | None: ...

    def tickets_by_remote(self, source: str, remote_ids: Sequence[str]) -> Mapping[str, Ticket]: ...

    def put_tickets(self, tickets: Iterable[Ticket]) -> None:
        """Insert, or write the columns that differ."""
        ...

    def next_number(self, prefix: str) -> str:
        """``INC-1`` and so on; gaps may appear, repeats never."""
        ...

    def add_entries(self, entries: Iterable[TimelineEntry]) -> int:
        """Append to timelines (``seq`` is given here); those with a known ``origin`` are passed over.
        Returns how many were added."""
        ...

    def entries(self, ticket_id: str, change_id: str) -> Sequence[TimelineEntry]:
        """The entries of one edit."""
        ...

    def add_attachment(self, attachment: Attachment) -> None: ...

    def article(self, id_or_path: str) -> Article | None: ...

    def put_article(self, article: Article, by: str) -> None:
        """Insert or replace, keep the version, keep the full text index in step."""
        ...

    def put_draft(self, draft: Draft) -> None: ...

    def drop_draft(self, key: str) -> None: ...

    def put_source(self, source: Source) -> None: ...

    def drop_source(self, id_: str) -> None: ...

    def put_view(self, view: View) -> None: ...

    def drop_view(self, id_: str) -> None: ...

    def put_business_service(self, service: BusinessService) -> None: ...

    def drop_business_service(self, id_: str) -> None: ...

    def put_alert_rule(self, rule: AlertRule) -> None: ...

    def drop_alert_rule(self, id_: str) -> None: ...

    def audit(self, action: str, *, by: str, concerns: str, detail: Mapping[str, object] | None = None) -> None: ...


class TicketReads(Protocol):
    def keys(self, query: Query, env: Env, *, limit: int | None = None) -> Sequence[int]:
        """Row keys (small ints, this store only) of the matching tickets in the query's order."""
        ...

    def by_keys(self, keys: Sequence[int]) -> Mapping[int, Ticket]:
        """A page of rows; ``description`` and ``resolution`` are left empty."""
        ...

    def page(self, query: Query, env: Env, *, limit: int) -> Sequence[Ticket]:
        """The first rows, in order; ``description`` and ``resolution`` are left empty."""
        ...

    def every(self, query: Query, env: Env, *, limit: int | None = None) -> Iterable[Ticket]:
        """All matching tickets, whole, streamed; for the command line and reports."""
        ...

    def count(self, query: Query, env: Env) -> int: ...

    def get(self, id_or_number: str) -> Ticket | None: ...

    def keys_of(self, ids: Sequence[str]) -> Mapping[str, int]: ...

    def timeline(self, ticket_id: str, *, limit: int = 200, before_seq: int | None = None) -> Sequence[TimelineEntry]:
        """The newest ``limit`` entries in order (oldest first)."""
        ...

    def attachments(self, ticket_id: str) -> Sequence[Attachment]: ...

    def values(self, field: str, prefix: str, limit: int = 20) -> Sequence[str]:
        """Values of a text column that start so, commonest first; for completion."""
        ...


class ArticleReads(Protocol):
    def search(self, text: str, *, limit: int = 50) -> Sequence[ArticleHit]:
        """Best first (BM25); every form of text is a valid query."""
        ...

    def tree(self) -> Sequence[tuple[str, str, str]]:
        """(id, path, title) of all, by path."""
        ...

    def get(self, id_or_path: str) -> Article | None: ...

    def versions(self, id_: str) -> Sequence[ArticleVersion]: ...

    def values(self, field: str, prefix: str, limit: int = 20) -> Sequence[str]:
        """Distinct values of a field (not of the text) that begin so, commonest first, for completion."""
        ...

    def count(self) -> int: ...


class TeamReads(Protocol):
    """Configuration that the team shares."""

    def sources(self) -> Sequence[Source]: ...

    def views(self) -> Sequence[View]: ...

    def business_services(self) -> Sequence[BusinessService]: ...

    def alert_rules(self) -> Sequence[AlertRule]: ...

    def draft(self, key: str) -> Draft | None: ...

    def drafts(self) -> Sequence[Draft]: ...


class Store(Protocol):
    """``work.db``. Opening, migrating and backing up is the adapter's own doing."""

    @property
    def tickets(self) -> TicketReads: ...

    @property
    def articles(self) -> ArticleReads: ...

    @property
    def team(self) -> TeamReads: ...

    @property
    def why_read_only(self) -> str:
        """Why ``write`` will refuse, and what to do; empty when it will not."""
        ...

    def write(self) -> AbstractContextManager[Unit]:
        """A unit of work; commits with ``synchronous=FULL`` when the block ends, rolls back when it raises.

        Raises DiskFull, ReadOnly, Locked, Damaged. Write lane.
        """
        ...

    def foreign_changes(self) -> bool:
        """Whether another process has written since the last call (``PRAGMA data_version``)."""
        ...

    def keep_file(self, path: Path) -> tuple[str, int]:
        """Copy a file into the attachments, synced to disk; gives (SHA-256, size in bytes)."""
        ...

    def open_file(self, sha256: str) -> BinaryIO:
        """A kept file's bytes, as they lie on disk: whoever reads them compares the digest. Raises Damaged."""
        ...

    @property
    def looking_folder(self) -> Path:
        """Where copies of attachments lie that are being looked at; may not be there yet."""
        ...

    def close(self) -> None: ...


# --- history.db -------------------------------------------------------------------------------------------


class History(Protocol):
    """``history.db``: states and samples."""

    def ingest(self, ingest: Ingest) -> None: ...

    def mark_failed(self, mark: SourceMark) -> None:
        """Remember that an asking failed (``error``, ``asked_at``, ``refused``); the last good answer stays."""
        ...

    def lift_refusal(self, source: str) -> bool:
        """Let a refused sign-in be tried again; False when none was refused."""
        ...

    def marks(self) -> Mapping[str, SourceMark]: ...

    def rows(self, source: str | None = None) -> Sequence[HealthRow]: ...

    def row(self, id_: str) -> HealthRow | None: ...

    def remarks(self, row_id: str | None = None) -> Sequence[Remark]:
        """Of a row, oldest first; without one, of all rows."""
        ...

    def downtimes(self, row_id: str | None = None) -> Sequence[Downtime]:
        """Of a row, by their start; without one, of all rows."""
        ...

    def changes(self, row_id: str, since_at: Moment, until_at: Moment) -> Sequence[StateChange]:
        """Changes in the window, oldest first, led by the one in force at its start."""
        ...

    def strips(self, row_ids: Sequence[str], now_at: Moment, *, hours: int = 24) -> Mapping[str, tuple[str, ...]]:
        """Per row, ``hours`` words, oldest first: the worst state of each hour, with ``:handled`` after it when
        handled, or empty when nothing is known."""
        ...

    def stretches(self, since_at: Moment, until_at: Moment, source: str | None = None) -> Iterable[Stretch]:
        """Every time that is known of in the window, row by row and oldest first; to be read in one go."""
        ...

    def series(self, row_id: str, since_at: Moment, until_at: Moment) -> Sequence[Series]: ...

    def series_names(self) -> Sequence[tuple[str, str]]:
        """(row id, label) of every series that was ever stored, of rows that are there."""
        ...

    def take_lease(self, name: str, holder: str, now_at: Moment, ttl_s: float) -> bool:
        """Become (or stay) the one poller; False while another holder's lease is running."""
        ...

    def drop_lease(self, name: str, holder: str) -> None: ...

    def add_past(self, past: Past) -> int:
        """Add what a file tells; gives how many changes were not known. The newest answer on a row stays."""
        ...

    def forget_source(self, source: str) -> None: ...

    def prune(self, samples_before_at: Moment, states_before_at: Moment) -> int:
        """Let samples and states go that ended before these moments; what was brought in by file stays. Gives how
        many stored rows went."""
        ...

    def close(self) -> None: ...
