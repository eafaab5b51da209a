"""``watchdesk rule …``: own alert rules over stored samples and states."""

from __future__ import annotations

import argparse
import math
from collections.abc import Iterator
from typing import Any, Final

import msgspec

from app.actions.problem import read_length
from app.base.clock import DAY, SECOND, Moment
from app.base.errors import Refused, UsageTrouble
from app.base.text import count, duration, tr
from app.cli.command import DONE, Command
from app.cli.context import Context, table
from app.cli.report import moment
from app.cli.ticket_document import iso, local
from app.domain.alert_rule import ABOVE, ABSENCE, BELOW, KINDS, SEVERITIES, THRESHOLD, AlertRule
from app.domain.health import WARNING
from app.query import Env
from app.usecases.alert_rules import Trial, add_rule, drop_rule, find_rule, try_rule

_TRIED_DAYS: Final = 7


def add(context: Context) -> int:
    """Keep a rule over what the sources told. What it raises is a problem of the source “watchdesk”.

    --filter is a query that says which hosts and services it watches; --label which series of theirs (* stands for
    any text). Kinds: threshold (a sample beyond --above or --below), rate (it changes by more than that in a second,
    taken over --over), absence (no sample for --over), availability (the per cent of good time in the last --over is
    below --below). --for: how long it must hold. --clear: a problem ends only past this value.

    --dry-run keeps nothing: it tells what the rule would have raised in the last 7 days, as “rule try” does.
    Keys: those of “rule list”; with --dry-run those of “rule try”.
    """
    rule = _rule(context.args)
    if context.args.dry_run:
        return _tried(context, rule)
    saved, _touched = add_rule(context.means.work, rule)
    context.answer(
        _document(saved), lambda: [tr("The rule “{name}” is kept; it judges from now on.", name=saved.name)]
    )
    return DONE


def list_rules(context: Context) -> int:
    """List the alert rules.

    Keys: id name filter label kind side limit clear (null: the limit) for_s over_s severity enabled.
    """
    rules = context.means.store.team.alert_rules()
    if context.json:
        context.answer_list(_document(rule) for rule in rules)
        return DONE
    cells = [(rule.name, rule.severity, rule.rows, rule.label, _says(rule)) for rule in rules]
    context.answer(None, lambda: table(("NAME", "SEVERITY", "FILTER", "LABEL", "WHEN"), cells))
    return DONE


def try_(context: Context) -> int:
    """Tell what a rule would have raised on what is stored, from --since (default: 7 days ago) until --until.

    Keys, one object per problem: id host name label from until (null: it still holds) worst (the value farthest
    beyond the limit; null for an absence).
    """
    return _tried(context, find_rule(context.means.store, context.args.name))


def remove(context: Context) -> int:
    """Forget a rule; what it raised leaves the board."""
    drop_rule(context.means.work, context.args.name)
    context.answer({"removed": context.args.name}, lambda: [tr("{name} is forgotten.", name=context.args.name)])
    return DONE


def _rule(args: argparse.Namespace) -> AlertRule:
    if args.kind != ABSENCE and (args.above is None) == (args.below is None):
        raise UsageTrouble(tr("Say either --above or --below."))
    limit = next((each for each in (args.above, args.below) if each is not None), 0.0)
    return AlertRule(
        id="", name=args.name, rows=args.filter, label=args.label, kind=args.kind,
        side=BELOW if args.below is not None else ABOVE, limit=limit, clear=args.clear, for_s=args.hold,
        window_s=args.over, severity=args.severity,
    )  # fmt: skip


def _tried(context: Context, rule: AlertRule) -> int:
    now_at = context.means.clock.now()
    until_at = now_at if getattr(context.args, "until", None) is None else context.args.until
    since_at = until_at - _TRIED_DAYS * DAY if getattr(context.args, "since", None) is None else context.args.since
    if since_at > until_at:
        raise UsageTrouble(tr("--since lies after --until."), hint=tr("Exchange them."))
    env = Env(now_at=now_at, me=context.means.me)
    trials = list(try_rule(context.means.history, rule, env, since_at, until_at))
    if context.json:
        context.answer_list(document for trial in trials for document in _raised(trial))
    else:
        context.answer(None, lambda: _trial_lines(trials, until_at))
    return DONE


def _raised(trial: Trial) -> Iterator[dict[str, Any]]:
    for firing in trial.firings:
        yield {
            "id": trial.row.id, "host": trial.row.host, "name": trial.row.name, "label": trial.label or None,
            "from": iso(firing.from_at), "until": iso(firing.until_at), "worst": firing.worst,
        }  # fmt: skip


def _trial_lines(trials: list[Trial], now_at: Moment) -> list[str]:
    raised = [(trial, firing) for trial in trials for firing in trial.firings]
    told = tr(
        "{problems} on {series}.",
        problems=count(len(raised), "problem", "problems"), series=count(len(trials), "series", "series"),
    )  # fmt: skip
    if not raised:
        return [told]
    cells = [
        (
            trial.row.host, trial.row.name, trial.label, local(firing.from_at),
            duration((firing.until_at or now_at) - firing.from_at) + ("" if firing.until_at else tr(", still")),
            "" if firing.worst is None else f"{firing.worst:.6g}",
        )
        for trial, firing in sorted(raised, key=lambda each: each[1].from_at)
    ]  # fmt: skip
    return [*table(("HOST", "SERVICE", "LABEL", "FROM", "FOR", "WORST"), cells), told]


def _document(rule: AlertRule) -> dict[str, Any]:
    document = msgspec.structs.asdict(rule)
    return {{"rows": "filter", "window_s": "over_s"}.get(name, name): value for name, value in document.items()}


def _says(rule: AlertRule) -> str:
    if rule.kind == ABSENCE:
        return tr("no sample for {length}", length=duration(round(rule.window_s * SECOND)))
    said = f"{rule.kind} {rule.side} {rule.limit:.6g}"
    if rule.window_s:
        said += tr(" over {length}", length=duration(round(rule.window_s * SECOND)))
    if rule.for_s:
        said += tr(" for {length}", length=duration(round(rule.for_s * SECOND)))
    return said if rule.clear is None else said + tr(", clear at {value:.6g}", value=rule.clear)


def _seconds(text: str) -> float:
    try:
        return read_length(text) / SECOND
    except Refused:
        raise argparse.ArgumentTypeError(f"“{text}” is not a length of time; write it as 90m, 1h or 2d") from None


def _number(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise argparse.ArgumentTypeError(f"“{text}” is not a number")
    return value


def _name(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help="the rule's name")


def _rule_arguments(parser: argparse.ArgumentParser) -> None:
    _name(parser)
    parser.add_argument("--filter", metavar="QUERY", required=True, help="which hosts and services")
    parser.add_argument("--label", metavar="LABEL", default="*", help="which series of theirs (default: all)")
    parser.add_argument("--kind", choices=KINDS, default=THRESHOLD, help=f"default: {THRESHOLD}")
    parser.add_argument("--above", metavar="X", type=_number, help="a problem when it is more than this")
    parser.add_argument("--below", metavar="X", type=_number, help="a problem when it is less than this")
    parser.add_argument("--clear", metavar="X", type=_number, help="ends past this value (default: the limit)")
    parser.add_argument("--for", metavar="D", dest="hold", type=_seconds, default=0.0, help="must hold so long")
    parser.add_argument("--over", metavar="D", type=_seconds, default=0.0, help="the stretch of time looked at")
    parser.add_argument("--severity", choices=SEVERITIES, default=WARNING, help=f"default: {WARNING}")
    parser.add_argument("--dry-run", action="store_true", help="keep nothing, tell what it would have raised")


def _try_arguments(parser: argparse.ArgumentParser) -> None:
    _name(parser)
    parser.add_argument("--since", metavar="T", type=moment, help="from then on (default: 7 days before --until)")
    parser.add_argument("--until", metavar="T", type=moment, help="until then (default: now)")


COMMANDS: Final = (
    Command("rule add", "Raise problems by a rule over stored samples", add, _rule_arguments),
    Command("rule list", "List the alert rules", list_rules),
    Command("rule try", "Tell what a rule would have raised", try_, _try_arguments),
    Command("rule remove", "Forget an alert rule", remove, _name),
)
