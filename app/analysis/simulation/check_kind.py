"""What the simulated checks measure and say: nothing but tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from app.domain.value import Value


class Metric(Value, frozen=True, gc=False, kw_only=True):
    """One measured value. ``base`` at rest, ``swing`` more at the peak of its ``rhythm``, ``unrest`` around it.
    ``fills_days``: it grows from ``base`` by ``swing`` over so many days and starts anew. ``fault``: what it is
    multiplied by in trouble when it has no limits. ``top``: the most there is. ``follows``: it goes with the first
    metric into trouble. ``digits`` after the point."""

    label: str
    unit: str = ""
    base: float
    swing: float = 0.0
    unrest: float = 0.0
    rhythm: str = "even"
    warn: float | None = None
    crit: float | None = None
    fills_days: float = 0.0
    fault: float = 1.0
    top: float | None = None
    follows: bool = False
    digits: int = 0


class CheckKind(Value, frozen=True, gc=False, kw_only=True):
    """``ok warning critical``: what is said, with metrics by their place ({0}, {1}) and the limit ({limit})."""

    metrics: tuple[Metric, ...]
    ok: str
    warning: str
    critical: str
    detail: str = ""


GONE: Final = "No answer within 10 s"
UNKNOWN_SAYS: Final = "The check itself failed: its agent did not answer within 30 s"


def _metric(label: str, base: float, **more: object) -> Metric:
    return Metric(label=label, base=base, **more)  # type: ignore[arg-type]


def _percent(label: str, base: float, swing: float, rhythm: str, warn: float, crit: float) -> Metric:
    return _metric(label, base, unit="%", swing=swing, unrest=3, rhythm=rhythm, warn=warn, crit=crit, digits=1)


def _disk(base: float, days: float) -> CheckKind:
    return CheckKind(
        metrics=(
            _metric("used", base, unit="%", swing=22, unrest=0.4, warn=85, crit=93, fills_days=days, digits=1),
            _metric("inodes", 31, unit="%", swing=2, unrest=0.2, warn=80, crit=90, digits=1),
        ),
        ok="{0} % used, {1} % of inodes",
        warning="{0} % used, limit {limit} %: full in about two days",
        critical="{0} % used, limit {limit} %: writes will fail soon",
        detail="largest below the mount: archive 41 %, spool 22 %, tmp 9 %",
    )


KINDS: Final[Mapping[str, CheckKind]] = {
    "http": CheckKind(
        metrics=(
            _metric("time", 90, unit="ms", swing=160, unrest=40, rhythm="shopping", warn=800, crit=2000),
            _metric("size", 48_000, unit="B", unrest=900),
        ),
        ok="HTTP 200 in {0} ms, {1} bytes",
        warning="HTTP 200 in {0} ms, limit {limit} ms",
        critical="HTTP 503 Service Unavailable after {0} ms",
        detail="GET /health\nserver: edge\nretry-after: 5",
    ),
    "authorisation": CheckKind(
        metrics=(
            _metric("p95", 240, unit="ms", swing=330, unrest=60, rhythm="shopping", warn=1000, crit=1500),
            _metric("p50", 70, unit="ms", swing=60, unrest=12, rhythm="shopping", fault=5, follows=True),
            _metric("refused", 0.4, unit="%", swing=0.3, unrest=0.2, rhythm="shopping",
                    warn=2, crit=5, digits=2, follows=True),
        ),
        ok="p95 {0} ms, {2} % refused",
        warning="p95 {0} ms over 5 min (limit {limit} ms), {2} % refused",
        critical="p95 {0} ms over 5 min (limit {limit} ms), {2} % refused",
        detail="reason=pool_exhausted 94 %\nreason=timeout 6 %",
    ),
    "orders": CheckKind(
        metrics=(
            _metric("orders", 18, swing=74, unrest=7, rhythm="shopping", fault=0.28),
            _metric("baskets", 160, swing=540, unrest=40, rhythm="shopping"),
            _metric("abandoned", 31, unit="%", swing=6, unrest=3, rhythm="shopping",
                    warn=55, crit=70, digits=1, follows=True),
        ),
        ok="{0} orders a minute from {1} baskets",
        warning="{0} orders a minute, fewer than at this hour of other days; {2} % of baskets abandoned",
        critical="{0} orders a minute, far fewer than at this hour of other days; {2} % of baskets abandoned",
    ),
    "errors": CheckKind(
        metrics=(
            _metric("errors", 0.3, unit="%", swing=0.3, unrest=0.15, rhythm="shopping", warn=1, crit=4, digits=2),
            _metric("requests", 60, swing=320, unrest=25, rhythm="shopping"),
        ),
        ok="{0} % of {1} requests a second failed",
        warning="{0} % of requests failed, limit {limit} %",
        critical="{0} % of requests failed, limit {limit} %; most with “basket is locked”",
    ),
    "cpu": CheckKind(
        metrics=(
            _percent("user", 14, 38, "shopping", 80, 92),
            _percent("system", 4, 6, "shopping", 40, 60),
            _metric("iowait", 1, unit="%", swing=2, unrest=1, rhythm="nightly", digits=1),
        ),
        ok="user {0} %, system {1} %",
        warning="user {0} % for 5 min, limit {limit} %",
        critical="user {0} % for 5 min, limit {limit} %; run queue 38",
    ),
    "memory": CheckKind(
        metrics=(_percent("used", 52, 14, "office", 85, 94), _percent("swap", 3, 2, "even", 30, 60)),
        ok="{0} % used, swap {1} %",
        warning="{0} % used, limit {limit} %",
        critical="{0} % used, limit {limit} %; the kernel ended 2 processes",
    ),
    "connections": CheckKind(
        metrics=(
            _metric("used", 21, swing=44, unrest=5, rhythm="shopping", warn=90, crit=98, top=100),
            _metric("waiting", 0, swing=1, unrest=0.5, rhythm="shopping", warn=8, crit=25, follows=True),
        ),
        ok="{0} of 100 connections, {1} waiting",
        warning="{0} of 100 connections, {1} waiting",
        critical="{0} of 100 connections, {1} requests wait for one",
        detail="idle in transaction: 61\nlongest: 14 min, application checkout",
    ),
    "replication": CheckKind(
        metrics=(
            _metric("lag", 0.8, unit="s", swing=4, unrest=0.6, rhythm="nightly", warn=30, crit=300, digits=1),
            _metric("wal", 24, unit="MB", swing=160, unrest=8, rhythm="nightly", follows=True),
        ),
        ok="replica {0} s behind",
        warning="replica {0} s behind, limit {limit} s",
        critical="replica {0} s behind, limit {limit} s; the log on the primary is kept for it and grows",
    ),
    "queries": CheckKind(
        metrics=(
            _metric("slow", 2, swing=5, unrest=1.5, rhythm="office", warn=20, crit=60),
            _metric("locks", 1, swing=2, unrest=1, rhythm="office", warn=15, crit=40, follows=True),
        ),
        ok="{0} statements above 1 s in 5 min, {1} waiting locks",
        warning="{0} statements above 1 s in 5 min, limit {limit}",
        critical="{0} statements above 1 s in 5 min, limit {limit}; {1} waiting locks",
    ),
    "queue": CheckKind(
        metrics=(
            _metric("depth", 40, swing=420, unrest=60, rhythm="shopping", warn=5_000, crit=20_000),
            _metric("age", 2, unit="s", swing=6, unrest=1, rhythm="shopping", warn=60, crit=300, follows=True),
            _metric("consumers", 12, unrest=0.4),
        ),
        ok="{0} messages, oldest {1} s, {2} consumers",
        warning="{0} messages, oldest {1} s, limit {limit} messages",
        critical="{0} messages and growing, oldest {1} s, limit {limit} messages",
    ),
    "certificate": CheckKind(
        metrics=(_metric("days", 64, unrest=0.2, fault=0.09),),
        ok="Valid for {0} days, chain complete",
        warning="Expires in {0} days",
        critical="Expires in {0} days; clients with a wrong clock refuse it already",
    ),
    "job": CheckKind(
        metrics=(
            _metric("runtime", 1_450, unit="s", swing=260, unrest=90, rhythm="nightly", warn=2_700, crit=5_400),
            _metric("rows", 412_000, swing=90_000, unrest=9_000, rhythm="office"),
        ),
        ok="Last run took {0} s, {1} rows",
        warning="Still running after {0} s, expected 1500 s",
        critical="Ended with code 3 after {0} s: the ledger date was locked by another run",
    ),
    "files": CheckKind(
        metrics=(
            _metric("waiting", 3, swing=20, unrest=3, rhythm="office", warn=120, crit=400),
            _metric("oldest", 40, unit="s", swing=90, unrest=20, rhythm="office", warn=900, crit=3_600, follows=True),
        ),
        ok="{0} files waiting, oldest {1} s",
        warning="{0} files waiting, oldest {1} s, limit {limit} files",
        critical="{0} files waiting, oldest {1} s; the cut-off at 16:00 is in danger",
    ),
    "heap": CheckKind(
        metrics=(
            _percent("heap", 46, 18, "shopping", 80, 92),
            _metric("collection", 40, unit="ms", swing=60, unrest=15,
                    rhythm="shopping", warn=500, crit=2_000, follows=True),
        ),
        ok="{0} % of 12 GB after collection",
        warning="{0} % of 12 GB after a full collection, limit {limit} %",
        critical="{0} % of 12 GB after a full collection, pauses of {1} ms",
    ),
    "index": CheckKind(
        metrics=(_metric("age", 90, unit="s", swing=140, unrest=40, rhythm="nightly", warn=900, crit=3_600),),
        ok="Index is {0} s behind the catalogue",
        warning="Index is {0} s behind the catalogue, limit {limit} s",
        critical="Index is {0} s behind the catalogue, limit {limit} s; new prices are not found",
    ),
    "sign-in": CheckKind(
        metrics=(
            _metric("failed", 1.1, unit="%", swing=0.7, unrest=0.4, rhythm="office", warn=4, crit=12, digits=2),
            _metric("sign-ins", 14, swing=210, unrest=18, rhythm="office"),
        ),
        ok="{1} sign-ins a minute, {0} % failed",
        warning="{0} % of sign-ins failed with “token expired”, limit {limit} %",
        critical="{0} % of sign-ins failed with “token expired”, limit {limit} %",
    ),
    "mail": CheckKind(
        metrics=(
            _metric("deferred", 12, swing=60, unrest=10, rhythm="office", warn=500, crit=2_000),
            _metric("sent", 30, swing=240, unrest=20, rhythm="office"),
        ),
        ok="{0} deferred, {1} sent a minute",
        warning="{0} deferred, limit {limit}; the remote side slows us down",
        critical="{0} deferred, limit {limit}; the remote side refuses: 421 try again later",
    ),
    "backup": CheckKind(
        metrics=(
            _metric("age", 9, unit="h", swing=6, unrest=0.4, rhythm="office", warn=26, crit=50, digits=1),
            _metric("size", 812, unit="GB", swing=9, unrest=2, fills_days=30),
        ),
        ok="Last good backup {0} h ago, {1} GB",
        warning="Last good backup {0} h ago, limit {limit} h",
        critical="Last good backup {0} h ago, limit {limit} h; last try: no space left on the target",
    ),
    "uplink": CheckKind(
        metrics=(
            _metric("in", 80, unit="Mb", swing=420, unrest=40, rhythm="shopping", warn=900, crit=980),
            _metric("out", 40, unit="Mb", swing=160, unrest=20, rhythm="shopping"),
            _metric("loss", 0.1, unit="%", unrest=0.08, warn=2, crit=10, digits=2, follows=True),
        ),
        ok="in {0} Mb/s, out {1} Mb/s, loss {2} %",
        warning="in {0} Mb/s of 1000, loss {2} %",
        critical="in {0} Mb/s of 1000, loss {2} %; second line carries the rest",
    ),
    "temperature": CheckKind(
        metrics=(
            _metric("inlet", 21, unit="C", swing=3, unrest=0.6, rhythm="office", warn=28, crit=34, top=41, digits=1),
            _metric("fan", 6_200, swing=1_800, unrest=200, rhythm="office", fault=1.7, follows=True),
        ),
        ok="Inlet {0} degrees, fans at {1}",
        warning="Inlet {0} degrees, limit {limit}; fans at {1}",
        critical="Inlet {0} degrees, limit {limit}; fans at {1}",
    ),
    "terminals": CheckKind(
        metrics=(
            _metric("online", 42, unrest=0.5, fault=0.6),
            _metric("payments", 1, swing=16, unrest=2, rhythm="shopping", fault=0.4, follows=True),
        ),
        ok="{0} of 42 terminals online, {1} payments a minute",
        warning="{0} of 42 terminals online",
        critical="{0} of 42 terminals online; staff takes cash only",
    ),
    "feed": CheckKind(
        metrics=(_metric("age", 45, unit="s", swing=60, unrest=15, rhythm="office", warn=300, crit=900),),
        ok="Last stock message {0} s ago",
        warning="Last stock message {0} s ago, limit {limit} s",
        critical="Last stock message {0} s ago, limit {limit} s; the shop shows old stock",
    ),
    "ssh": CheckKind(
        metrics=(_metric("time", 28, unit="ms", swing=6, unrest=6, rhythm="office", warn=500, crit=2_000),),
        ok="Answered in {0} ms",
        warning="Answered in {0} ms, limit {limit} ms",
        critical="Connection refused after {0} ms",
    ),
    "disk": _disk(54, 9),
    "disk slow": _disk(49, 26),
    "ping": CheckKind(
        metrics=(
            _metric("rta", 1.2, unit="ms", swing=0.6, unrest=0.4, rhythm="office", warn=100, crit=500, digits=2),
            _metric("pl", 0, unit="%", warn=20, crit=60),
        ),
        ok="Round trip {0} ms, loss {1} %",
        warning="Round trip {0} ms, loss {1} %",
        critical="No answer to 5 packets, loss 100 %",
    ),
}  # fmt: skip
