"""The query language, the same on board, queue, knowledge and command line.

``parse(text, schema)`` gives a ``Query``; ``compile_memory`` carries it out on rows, the store in SQL.

Grammar, in short: words and ``"phrases"`` are searched in the text fields; ``field:value``, ``field:a,b`` (any of),
``field:pay*`` (``*`` and ``?``), ``field:"literal text"``, ``field:none`` and ``field:any``, ``priority:<=2``,
``is:flag``, ``assignee:@me``. Times: dates (``created:2016-03``, ``updated:>=2016-03-31T10:00Z``; without a zone they
are days and hours of whoever asks: on the command line UTC or ``--time-zone``, in the window those of the computer),
moments relative to now (``updated:>-2h``: since two hours ago; ``due:<now``), and lengths of time (``updated:>2h``:
longer ago than two hours; ``due:<2h``: less than two hours left). Terms side by side must all hold; ``or``, ``and``,
``not`` or ``-``, parentheses. ``sort:due,-updated`` orders. Case never counts.

Two-valued: a test on a missing value is false, and negation turns that around (``-team:x`` holds without a team).
Importing this package imports no parser.
"""

from __future__ import annotations

from app.query.completion import Completion, complete
from app.query.error import QueryError
from app.query.memory import compile_memory, sort_key
from app.query.printer import quoted, to_text
from app.query.reader import parse, parse_sort
from app.query.scan import Token, tokens
from app.query.schema import Field, FieldType, Flag, Schema
from app.query.schemas import ARTICLES, HEALTH, SCHEMAS, TICKETS
from app.query.tree import Env, Query, Sort, joined

__all__ = [
    "ARTICLES",
    "HEALTH",
    "SCHEMAS",
    "TICKETS",
    "Completion",
    "Env",
    "Field",
    "FieldType",
    "Flag",
    "Query",
    "QueryError",
    "Schema",
    "Sort",
    "Token",
    "compile_memory",
    "complete",
    "joined",
    "parse",
    "parse_sort",
    "quoted",
    "sort_key",
    "to_text",
    "tokens",
]
