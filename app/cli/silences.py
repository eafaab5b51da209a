"""``watchdesk silences``: the ledger of everything silenced."""

from __future__ import annotations

import argparse
from typing import Any, Final

from app.base.clock import Moment
from app.base.text import age, one_line, tr
from app.cli.command import DONE, Command
from app.cli.context import Context, table
from app.cli.health import board_of, matching
from app.cli.ticket_document import iso, local
from app.cli.tickets import add_filter, at_least_0, read_filter
from app.domain.freshness import UNKNOWN, is_row_stale
from app.domain.health import SERVICE
from app.domain.silence import Silence
from app.query import HEALTH
from app.usecases.silences import Entry, silence_ledger


def silences(context: Context) -> int:
    """List everything that is silenced: acknowledgements, downtimes (also planned ones) and what is suppressed
    because it depends on something that is down. What ends first leads, then what was silenced first.

    last_match_at is when the silence last kept a problem quiet: now while one is there, null when it never did. A
    silence that ends at the row's recovery, or whose source tells no end, has no until. --filter takes a query about
    the rows, as for “services”.

    Keys: id source kind (acknowledgement, downtime or suppressed) phase (active or planned) host name state stale
    author comment start_at until last_match_at remote_id. id is the row's, remote_id the silence's at its source.
    """
    board, now = board_of(context)
    rows = matching(context, board, now, read_filter(context.args.filter, HEALTH))
    ledger = silence_ledger(context.means.history, rows, now.at)[: context.args.limit]
    if context.json:
        levels = board.levels(now)
        context.answer_list(
            _document(each, is_row_stale(each.silence.row, levels.get(each.silence.row.source, UNKNOWN), now.at))
            for each in ledger
        )
    else:
        context.answer(None, lambda: _lines(ledger, now.at))
    return DONE


def _document(entry: Entry, is_stale: bool) -> dict[str, Any]:
    silence, row = entry.silence, entry.silence.row
    return {
        "id": row.id, "source": row.source, "kind": silence.kind, "phase": silence.phase, "host": row.host,
        "name": row.name, "state": row.state, "stale": is_stale, "author": silence.author, "comment": silence.text,
        "start_at": iso(silence.start_at), "until": iso(silence.end_at), "last_match_at": iso(entry.last_match_at),
        "remote_id": silence.remote_id,
    }  # fmt: skip


def _lines(ledger: list[Entry], now_at: Moment) -> list[str]:
    if not ledger:
        return [tr("Nothing is silenced.")]
    heads = ("WHAT", "HOST", "SERVICE", "STATE", "BY", "UNTIL", "LAST MATCH", "SOURCE", "COMMENT")
    return table(heads, [_cells(each, now_at) for each in ledger])


def _cells(entry: Entry, now_at: Moment) -> tuple[str, ...]:
    silence, row = entry.silence, entry.silence.row
    return (
        f"{silence.kind} ({silence.phase})" if silence.phase != "active" else silence.kind,
        row.host, row.name if row.kind == SERVICE else "", row.state, silence.author, _until(silence),
        _matched(entry.last_match_at, now_at), row.source, one_line(silence.text),
    )  # fmt: skip


def _until(silence: Silence) -> str:
    return local(silence.end_at) if silence.end_at is not None else tr("not said")


def _matched(at: Moment | None, now_at: Moment) -> str:
    if at is None:
        return tr("never")
    return tr("now") if at >= now_at else tr("{age} ago", age=age(now_at, at))


def _arguments(parser: argparse.ArgumentParser) -> None:
    add_filter(parser)
    parser.add_argument("--limit", metavar="N", type=at_least_0, help="at most so many (default: all)")


COMMANDS: Final = (
    Command("silences", "List everything that is silenced, by whom and until when", silences, _arguments),
)
