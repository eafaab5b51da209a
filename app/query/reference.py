"""The help page of the query language, made from the schemas so that it cannot say what is not true.

``python -m app.query.reference`` writes ``resources/docs/help/queries.md``; a test holds it in step.
"""

from __future__ import annotations

from pathlib import Path

from app.query.schema import Schema
from app.query.schemas import ARTICLES, HEALTH, TICKETS

PAGE = Path(__file__).resolve().parents[2] / "resources" / "docs" / "help" / "queries.md"
_LISTS = (("Tickets (the queue, `watchdesk tickets`)", TICKETS), ("Health (the board, `watchdesk problems`)", HEALTH),
          ("Articles (knowledge)", ARTICLES))  # fmt: skip
_HEAD = """# Queries

The same language finds things on the board, in the queue, in knowledge and after `--filter`. Press `/` to type one;
fields and values are offered as you type, and a mistake is underlined where it is, with a sentence that says what is
wrong. Case never counts.

| you type | it finds |
|---|---|
| `refused checkout` | both words, in the texts of the list |
| `"two words"` | the words together |
| `team:payments` | the field has this value |
| `team:payments,ledger` | one of these |
| `service:pay*` | `*` stands for any letters, `?` for one |
| `assignee:none`, `assignee:any` | the field is empty, is not empty |
| `priority:<=2` | numbers compare |
| `is:open`, `-is:acknowledged` | a flag; `-` or `not` turns a term around |
| `a or b`, `(a or b) c` | terms side by side must all hold |
| `created:2016-03`, `updated:>=2016-03-31T10:00Z` | dates in your own time zone, unless one is written |
| `updated:>2h`, `updated:>-2h` | longer ago than two hours; since two hours ago |
| `due:<1h`, `due:<now` | less than an hour left; past |
| `assignee:@me` | you |
| `sort:due,-updated` | the order; `-` for downwards |

Something missing matches no test, and `-` turns that around: `-team:payments` also finds what has no team.

In the window your own time zone is that of your computer, in which it shows times. On the command line it is UTC, as
in its answers, unless `--time-zone Europe/Berlin` says another. A day is as long as the clocks make it; a time that
they skip is read as one hour later, one that they show twice as the first.

A ticket is breached (`is:breached`) when it is new or open and past its due time. While it is pending its clock
stands still, so it breaches nothing, even if it was late before; it counts again as soon as it is open. Its due time
then has moved on by what it waited: waiting takes no time away.
"""


def page() -> str:
    """The page as Markdown."""
    return _HEAD + "".join(_section(title, schema) for title, schema in _LISTS)


def _section(title: str, schema: Schema) -> str:
    lines = [f"\n## {title}\n", f"Words are looked for in: {', '.join(schema.text_fields)}.\n", "| field | meaning |",
             "|---|---|"]  # fmt: skip
    for field in schema.fields:
        names = ", ".join(f"`{name}`" for name in (field.name, *field.aliases))
        values = f": {', '.join(field.values)}" if field.values else ""
        lines.append(f"| {names} | {field.help}{values} |")
    lines += ["", "| flag | meaning |", "|---|---|"]
    for flag in schema.flags:
        names = ", ".join(f"`is:{name}`" for name in (flag.name, *flag.aliases))
        lines.append(f"| {names} | {flag.help} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
