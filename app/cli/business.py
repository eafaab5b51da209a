"""``watchdesk business …``: business services, what customers notice, rolled up from hosts and services by rule."""

from __future__ import annotations

import argparse
from typing import Any, Final

import msgspec

from app.base.text import count, tr
from app.cli.command import DONE, Command
from app.cli.context import Context, table
from app.cli.health import board_of
from app.domain.business import ANY, RULES, WEIGHTED, BusinessService
from app.query import Env
from app.usecases.business_services import add_service, checked, drop_service
from app.usecases.roll_up import Members, RolledUp, query_predicates


def add(context: Context) -> int:
    """Keep a business service. Its parts are the hosts and services that --filter means, now and later.

    Rules: any (down as soon as one part is), all (down when every part is, degraded when some are), weighted (down
    when the --down-share of bad parts is reached, degraded at half of it). A part in trouble that is not critical
    puts it at risk; a stale part makes it unknown, unless it is down already.

    --dry-run keeps nothing and tells the state it would have. Keys: those of “business list”.
    """
    args = context.args
    asked = BusinessService(
        id="", name=args.name, members=args.filter, rule=args.rule, down_share=args.down_share / 100
    )  # fmt: skip
    work = context.means.work
    kept = checked(work, asked) if args.dry_run else add_service(work, asked)[0]
    (rolled,) = _rolled(context, (kept,))
    said = tr("“{name}” is kept.", name=kept.name) if not args.dry_run else tr("Nothing was kept.")
    context.answer(_document(rolled), lambda: [f"{said} {_parts(rolled)}."])
    return DONE


def list_services(context: Context) -> int:
    """List the business services with their state now, worst first.

    Keys: id name filter rule down_share_pct state (down, degraded, unknown, at_risk or working) parts problems, the
    last two as numbers. State and numbers are of what the sources told last, as old as that is.
    """
    rolled = _rolled(context, context.means.store.team.business_services())
    if context.json:
        context.answer_list(_document(each) for each in rolled)
        return DONE
    cells = [
        (each.state, each.service.name, _parts(each), _rule(each.service), each.service.members) for each in rolled
    ]
    context.answer(None, lambda: table(("STATE", "NAME", "PARTS", "RULE", "FILTER"), cells))
    return DONE


def remove(context: Context) -> int:
    """Forget a business service; its hosts and services stay."""
    drop_service(context.means.work, context.args.name)
    context.answer({"removed": context.args.name}, lambda: [tr("{name} is forgotten.", name=context.args.name)])
    return DONE


def _rolled(context: Context, services: Any) -> tuple[RolledUp, ...]:
    board, now = board_of(context)
    members = Members(services, query_predicates(Env(now_at=now.at, me=context.means.me)))
    members.update(board)
    return members.roll_up(board, now)


def _document(rolled: RolledUp) -> dict[str, Any]:
    service = msgspec.structs.asdict(rolled.service)
    return {
        "id": service["id"], "name": service["name"], "filter": service["members"], "rule": service["rule"],
        "down_share_pct": service["down_share"] * 100 if service["rule"] == WEIGHTED else None,
        "state": rolled.state, "parts": len(rolled.member_ids), "problems": len(rolled.problem_ids),
    }  # fmt: skip


def _parts(rolled: RolledUp) -> str:
    if not rolled.member_ids:
        return tr("no part is known")
    parts = count(len(rolled.member_ids), "part", "parts")
    return tr("{n} of {parts} in trouble", n=len(rolled.problem_ids), parts=parts) if rolled.problem_ids else parts


def _rule(service: BusinessService) -> str:
    return f"{service.rule} {service.down_share:.0%}" if service.rule == WEIGHTED else service.rule


def _per_cent(text: str) -> float:
    try:
        value = float(text.removesuffix("%"))
    except ValueError:
        value = 0.0
    if not 0 < value <= 100:
        raise argparse.ArgumentTypeError(f"“{text}” is not a number of per cent above 0 and at most 100")
    return value


def _name(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help="what customers call it")


def _arguments(parser: argparse.ArgumentParser) -> None:
    _name(parser)
    parser.add_argument("--filter", metavar="QUERY", required=True, help="which hosts and services are its parts")
    parser.add_argument("--rule", choices=RULES, default=ANY, help=f"default: {ANY}")
    parser.add_argument("--down-share", metavar="PCT", type=_per_cent, default=50.0, help="for weighted; default: 50")
    parser.add_argument("--dry-run", action="store_true", help="keep nothing, tell the state it would have")


COMMANDS: Final = (
    Command("business add", "Keep a business service", add, _arguments),
    Command("business list", "List the business services with their state", list_services),
    Command("business remove", "Forget a business service", remove, _name),
)
