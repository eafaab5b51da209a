"""The tables of ``history.db``. Changing anything here needs a migration beside it and ``SCHEMA_VERSION`` raised.

A ``subject`` is a host or service that was ever seen: it gives the id a small ``key`` that the big tables point with,
and it outlives its ``health_row``, so that the past of what was removed stays readable until it is pruned.

Samples lie in two places: those of recent hours as rows of ``sample_tail``, closed hours packed one blob per series
and hour in ``sample_chunk`` (``app.storage.history_chunk``). ``minute`` and ``hour`` are the moments at which these
begin.
``coverage`` holds the stretches in which a source was answering: outside of them nothing is known.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Column, Index, Integer, LargeBinary, MetaData, Table, Text

from app.storage.work_tables import Real

SCHEMA_VERSION: Final = 4
"""The newest migration under ``migrations_history/versions``."""

metadata = MetaData()


def _table(name: str, *parts: Any, rowid: bool = True) -> Table:
    return Table(name, metadata, *parts, sqlite_strict=True, sqlite_with_rowid=rowid)


def _given(name: str, type_: Any = Text) -> Column[Any]:
    return Column(name, type_, nullable=False)


def _key(name: str, type_: Any = Integer) -> Column[Any]:
    return Column(name, type_, primary_key=True, autoincrement=False, nullable=False)


subject = _table(
    "subject",
    Column("key", Integer, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    _given("source"),
)

health_row = _table(
    "health_row",
    Column("id", Text, primary_key=True, nullable=False),
    _given("source"),
    _given("kind"),
    _given("host"),
    _given("name"),
    _given("state"),
    _given("hard", Integer),
    _given("attempt", Integer),
    _given("max_attempts", Integer),
    Column("since_at", Integer),
    Column("last_check_at", Integer),
    Column("expected_by_at", Integer),
    _given("acknowledged", Integer),
    _given("in_downtime", Integer),
    _given("flapping", Integer),
    _given("suppressed", Integer),
    _given("output"),
    _given("long_output"),
    _given("perf"),
    _given("groups"),
    _given("environment"),
    _given("url"),
)
Index("health_row_source", health_row.c.source)

state_change = _table(
    "state_change",
    _key("subject"),
    _key("at"),
    _given("state"),
    _given("hard", Integer),
    _given("handled", Integer),
    _given("output"),
    rowid=False,
)

series = _table(
    "series",
    Column("key", Integer, primary_key=True),
    _given("subject", Integer),
    _given("label"),
    _given("unit"),
    Column("warn", Real),
    Column("crit", Real),
)
Index("series_label", series.c.subject, series.c.label, unique=True)

# Led by the minute, so that one answer's samples are written side by side: led by the series they would dirty a page
# each, and be found no quicker.
sample_tail = _table("sample_tail", _key("minute"), _key("series"), _key("at"), _given("value", Real), rowid=False)
sample_chunk = _table(
    "sample_chunk",
    _key("series"),
    _key("hour"),
    _given("count", Integer),
    _given("low", Real),
    _given("high", Real),
    _given("total", Real),
    _given("packed", LargeBinary),
    rowid=False,
)

remark = _table(
    "remark",
    _key("source", Text),
    _key("remote_id", Text),
    _key("row_id", Text),
    _given("kind"),
    _given("author"),
    _given("at", Integer),
    _given("text"),
    Column("end_at", Integer),
    rowid=False,
)
Index("remark_row", remark.c.row_id)

downtime = _table(
    "downtime",
    _key("source", Text),
    _key("remote_id", Text),
    _key("row_id", Text),
    _given("author"),
    _given("text"),
    _given("start_at", Integer),
    _given("end_at", Integer),
    _given("fixed", Integer),
    _given("in_effect", Integer),
    rowid=False,
)
Index("downtime_row", downtime.c.row_id)

source_mark = _table(
    "source_mark",
    Column("source", Text, primary_key=True, nullable=False),
    Column("observed_at", Integer),
    Column("received_at", Integer),
    Column("asked_at", Integer),
    _given("hosts", Integer),
    _given("services", Integer),
    _given("problems", Integer),
    _given("duration_s", Real),
    _given("received_bytes", Integer),
    _given("skew_s", Real),
    _given("interval_s", Real),
    _given("deadline_s", Real),
    _given("error"),
    _given("refused"),
    Column("refused_at", Integer),
)

coverage = _table("coverage", _key("source", Text), _key("from_at"), _given("until_at", Integer), rowid=False)

lease = _table("lease", _key("name", Text), _given("holder"), _given("until_at", Integer), rowid=False)
