"""Reduces a query's tree to a plan: flags, now, me and negation are resolved here, once for all evaluations."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from app.query.fold import fold, glob
from app.query.plan import (
    Contains,
    Equals,
    Every,
    FreeText,
    Given,
    IsTrue,
    Leaf,
    Matches,
    OneOf,
    Opposite,
    Plan,
    Range,
    Some,
)
from app.query.reader import parse
from app.query.schema import Field, FieldType, Schema
from app.query.tree import (
    And,
    Comparison,
    Env,
    Is,
    Length,
    Match,
    Me,
    Node,
    Not,
    Number,
    Offset,
    Or,
    Pattern,
    Presence,
    Query,
    Span,
    Text,
    Truth,
    Value,
    Word,
)
from app.query.wall import moments

_TEXTS = {FieldType.TEXT, FieldType.PROSE, FieldType.LIST, FieldType.ENUM}
_BOUNDS: Mapping[str, Callable[[int, int], tuple[int | None, int | None]]] = {
    "=": lambda start, end: (start, end),
    "<": lambda start, end: (None, start),
    "<=": lambda start, end: (None, end),
    ">": lambda start, end: (end, None),
    ">=": lambda start, end: (start, None),
}
_MIRROR = {"=": "=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


def plan_of(query: Query, schema: Schema, env: Env) -> Plan:
    """The plan of a query's condition; ``Every(())`` when it has none."""
    return Every(()) if query.where is None else _plan(query.where, schema, env, True)


def _plan(node: Node, schema: Schema, env: Env, wanted: bool) -> Plan:
    """The plan of a node, or of its opposite when it is not ``wanted``."""
    match node:
        case Not(inner):
            return _plan(inner, schema, env, not wanted)
        case And(nodes):
            return _group([_plan(inner, schema, env, wanted) for inner in nodes], wanted)
        case Or(nodes):
            return _group([_plan(inner, schema, env, wanted) for inner in nodes], not wanted)
        case Is(flags):
            return _group([_flag(name, schema, env, wanted) for name in flags], not wanted)
        case Match(field, tests):
            return _match(schema.fields_by_name[field], tests, env, wanted)
        case Word(value):
            return _leaf(_word(value, schema), wanted)


def _group(plans: list[Plan], every: bool) -> Plan:
    """Cheap tests first: order means nothing to the result and much to the time."""
    if len(plans) == 1:
        return plans[0]
    ordered = tuple(sorted(plans, key=_cost))
    return Every(ordered) if every else Some(ordered)


_COST: Mapping[type, int] = {Equals: 3, Matches: 6, Contains: 5, FreeText: 20}


def _cost(plan: Plan) -> int:
    match plan:
        case Every(plans) | Some(plans):
            return sum(map(_cost, plans))
        case Opposite(test):
            return _cost(test)
    return _COST.get(type(plan), 1)


def _leaf(leaf: Leaf | None, wanted: bool) -> Plan:
    """A test that cannot hold is None."""
    if leaf is None:
        return Some(()) if wanted else Every(())
    return leaf if wanted else Opposite(leaf)


def _flag(name: str, schema: Schema, env: Env, wanted: bool) -> Plan:
    flag = schema.flags_by_name[name]
    if flag.attribute:
        return _leaf(IsTrue(flag.attribute, True), wanted)
    where = parse(flag.query, schema).where
    assert where is not None
    return _plan(where, schema, env, wanted)


def _word(value: Text | Pattern, schema: Schema) -> Leaf:
    fields = [schema.fields_by_name[name] for name in schema.text_fields]
    folded = fold(value.text)
    tests: list[Contains | Matches] = []
    for field in fields:
        is_list = field.type is FieldType.LIST
        if isinstance(value, Pattern):
            tests.append(Matches(field.reads, f"*{folded}*", is_list))
        else:
            tests.append(Contains(field.reads, folded, is_list))
    return FreeText(value.text, tuple(tests))


def _match(field: Field, tests: tuple[Comparison, ...], env: Env, wanted: bool) -> Plan:
    if field.type is FieldType.ENUM:
        return _enum(field, tests, wanted)
    return _group([_one(field, test, env, wanted) for test in tests], not wanted)


def _one(field: Field, test: Comparison, env: Env, wanted: bool) -> Plan:
    if isinstance(test.value, Presence):
        return _leaf(Given(field.reads, field.type in _TEXTS), wanted == test.value.present)
    return _leaf(_test(field, test.op, test.value, env), wanted)


def _enum(field: Field, tests: tuple[Comparison, ...], wanted: bool) -> Plan:
    """All values in one test, so that a database can use an index."""
    plans: list[Plan] = []
    values: list[str] = []
    for test in tests:
        match test.value:
            case Text(text):
                values.append(text)
            case Pattern(text):
                values.extend(filter(glob(text), field.values))
            case Presence(present):
                plans.append(_leaf(Given(field.reads, True), wanted == present))
    if values:
        plans.insert(0, _leaf(OneOf(field.reads, tuple(dict.fromkeys(values))), wanted))
    return _group(plans, not wanted)


def _test(field: Field, op: str, value: Value, env: Env) -> Leaf | None:
    match value:
        case Text(text):
            return _text(field, fold(text))
        case Pattern(text):
            inside = f"*{fold(text)}*" if field.type is FieldType.PROSE else fold(text)
            return Matches(field.reads, inside, field.type is FieldType.LIST)
        case Me():
            return _text(field, fold(env.me)) if env.me else None
        case Truth(truth):
            return IsTrue(field.reads, truth)
        case Number(number):
            return Range(field.reads, *_BOUNDS[op](number, number + 1))
        case Span():
            return Range(field.reads, *_BOUNDS[op](*moments(value, env.zone)))
        case Offset(offset_ms):
            at = env.now_at + offset_ms
            return Range(field.reads, *_BOUNDS[op](at, at + 1))
        case Length(length_ms):
            at = env.now_at + (length_ms if field.ahead else -length_ms)
            return Range(field.reads, *_BOUNDS[op if field.ahead else _MIRROR[op]](at, at + 1))
        case Presence():
            raise AssertionError("presence is no test of a value")


def _text(field: Field, folded: str) -> Leaf:
    kind = Contains if field.type is FieldType.PROSE else Equals
    return kind(field.reads, folded, field.type is FieldType.LIST)
