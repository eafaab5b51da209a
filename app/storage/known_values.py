"""Values that a column holds, for completion: grouped by the database in one query, commonest first, never more than
asked for. Knows no schema; ``table`` and ``column`` are names of ours, never what a person typed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from app.query.fold import fold, split_list
from app.storage.query_sql import folded_name
from app.storage.reading import Reading

_PLAIN: Final = (
    "SELECT v FROM (SELECT {column} AS v, count(*) AS n FROM {table} WHERE v <> '' GROUP BY v)"
    " WHERE substr(wd_fold(v), 1, length(?1)) = ?1 ORDER BY n DESC, v LIMIT ?2"
)
# Counts in the index alone; only of what is offered one row is read, to tell how it is spelled now.
_FOLDED: Final = (
    "SELECT (SELECT {column} FROM {table} WHERE {folded} = v ORDER BY updated_at DESC, id LIMIT 1)"
    " FROM (SELECT {folded} AS v, count(*) AS n FROM {table} WHERE {folded} >= ?1 AND {folded} < ?1 || char(1114111)"
    " GROUP BY {folded} ORDER BY n DESC, v LIMIT ?2)"
)
_LISTS: Final = "SELECT {column}, count(*) FROM {table} WHERE {column} <> '' GROUP BY {column}"


def known_values(reading: Reading, table: str, column: str, prefix: str, limit: int) -> Sequence[str]:
    """Values that begin so, in any case; each spelling by itself. Read lanes."""
    return _texts(reading, _PLAIN.format(table=table, column=column), prefix, limit)


def known_folded_values(reading: Reading, table: str, column: str, prefix: str, limit: int) -> Sequence[str]:
    """The same for a column that is kept without case too: spellings that differ in nothing else are one value, told
    as it was written last."""
    sql = _FOLDED.format(table=table, column=column, folded=folded_name(column))
    return _texts(reading, sql, prefix, limit)


def known_items(reading: Reading, table: str, column: str, prefix: str, limit: int) -> Sequence[str]:
    """The same for the items of a column of lists."""
    counted: Counter[str] = Counter()
    begin = fold(prefix)
    for joined, amount in reading.rows(_LISTS.format(table=table, column=column)):
        for item in split_list(joined):
            if fold(item).startswith(begin):
                counted[item] += amount
    return [item for item, _ in sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))[:limit]]


def _texts(reading: Reading, sql: str, prefix: str, limit: int) -> list[str]:
    return [row[0] for row in reading.rows(sql, (fold(prefix), limit))]
