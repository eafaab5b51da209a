"""``watchdesk tickets``."""

from __future__ import annotations

import argparse
from typing import Final

from app.base.clock import Moment
from app.base.zone import read_zone
from app.cli.command import DONE, Command
from app.cli.context import Context
from app.cli.ticket_document import ticket_document, ticket_lines
from app.query import TICKETS, Env, Query, Schema, parse, parse_sort
from app.query.tree import Sort

ORDER: Final = (Sort("updated", descending=True), Sort("id"))


def list_tickets(context: Context) -> int:
    """List tickets, by default all of them, newest change first.

    --filter takes a query, as in the window: words, field:value, is:open, priority:<=2, updated:>-2h, assignee:@me.
    --sort takes fields, each with - before it for the other direction, as in --sort priority,-updated_at. Without
    it the order is the query's own (sort:…), else -updated_at,id.
    --count answers how many match: {"count": N}.

    Keys: id number kind title status source_status pending_reason priority impact urgency major category service
    environment channel team assignee requester source remote_id created_at updated_at resolved_at closed_at due_at
    reopen_count reassignment_count sla_made tags.
    """
    args, means = context.args, context.means
    query = read_filter(args.filter, TICKETS)
    query = Query(query.where, parse_sort(args.sort, TICKETS) if args.sort else query.sort or ORDER)
    tickets, env = means.store.tickets, filter_env(context, means.clock.now())
    if args.count:
        total = tickets.count(query, env)
        context.answer({"count": total}, lambda: [str(total)])
        return DONE
    found = tickets.every(query, env, limit=args.limit)
    if context.json:
        context.answer_list(ticket_document(ticket) for ticket in found)
    else:
        context.answer(None, lambda: ticket_lines(found, env.now_at))
    return DONE


def _arguments(parser: argparse.ArgumentParser) -> None:
    add_filter(parser)
    parser.add_argument("--sort", metavar="FIELDS", help="order, as in priority,-updated_at")
    parser.add_argument("--limit", metavar="N", type=at_least_0, help="at most so many (default: all)")
    parser.add_argument("--count", action="store_true", help="answer only how many there are")


_ZONE_HELP: Final = "for dates of the filter without one, as Europe/Berlin (default UTC)"


def read_filter(text: str, schema: Schema) -> Query:
    """The query of ``--filter``; without one the parser, a tenth of a second, is not loaded. Raises QueryError."""
    return parse(text, schema) if text.strip() else Query()


def add_filter(parser: argparse.ArgumentParser, *, required: bool = False) -> None:
    """``--filter``, the same on every list, and whose days its dates are."""
    parser.add_argument("--filter", metavar="QUERY", default="", required=required, help="which ones, as a query")
    parser.add_argument("--time-zone", metavar="ZONE", default="UTC", help=_ZONE_HELP)


def filter_env(context: Context, now_at: Moment) -> Env:
    """What now, me and a day mean in ``--filter``. Raises UsageTrouble for a zone that is none."""
    return Env(now_at, context.means.me, read_zone(context.args.time_zone))


def at_least_0(text: str) -> int:
    """A whole number from 0 on."""
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"“{text}” is not a number from 0 on")
    return int(text)


COMMANDS: Final = (Command("tickets", "List tickets", list_tickets, _arguments),)
