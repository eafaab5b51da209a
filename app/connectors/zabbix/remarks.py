"""What people did to problems, as remarks on rows. Pure.

A text that ends in a signature was sent by Watchdesk for the person named there; Zabbix knows who was signed in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from app.base.clock import SECOND
from app.base.text import tr
from app.connectors.zabbix.options import SEVERITIES
from app.connectors.zabbix.quiet import unsigned
from app.connectors.zabbix.records import Acknowledge, Problem
from app.domain.health import Remark

CLOSE: Final = 1
ACKNOWLEDGE: Final = 2
MESSAGE: Final = 4
SEVERITY: Final = 8
UNACKNOWLEDGE: Final = 16
_WORDS: Final = (
    (CLOSE, "closed"), (ACKNOWLEDGE, "acknowledged"), (UNACKNOWLEDGE, "no longer acknowledged"),
    (32, "suppressed"), (64, "no longer suppressed"), (128, "made a cause"), (256, "made a symptom"),
)  # fmt: skip


def of_problems(row_ids: Iterable[str], problems: Iterable[Problem], users: Mapping[str, str]) -> Iterable[Remark]:
    """On each of the rows; an id is said once."""
    for place, row_id in enumerate(row_ids):
        for problem in problems:
            for each in problem.acknowledges:
                text, author = unsigned(each.message)
                yield Remark(
                    row_id=row_id, remote_id=each.acknowledgeid if not place else f"{each.acknowledgeid}/{row_id}",
                    kind="acknowledgement" if each.action & ACKNOWLEDGE else "comment",
                    author=author or users.get(each.userid, ""), at=each.clock * SECOND, text=text or _words(each),
                )  # fmt: skip


def _words(each: Acknowledge) -> str:
    found = [tr(word) for bit, word in _WORDS if each.action & bit]
    if each.action & SEVERITY:
        old, new = (_severity(number) for number in (each.old_severity, each.new_severity))
        found.append(tr("severity changed from {old} to {new}", old=old, new=new))
    return ", ".join(found)


def _severity(number: int) -> str:
    return tr(SEVERITIES[number]) if number < len(SEVERITIES) else str(number)
