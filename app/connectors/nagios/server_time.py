"""How a Nagios writes times: its ``date_format``, learnt from the defaults in a form of cmd.cgi. Pure.

The form tells the zone's offset of now alone; ``zone`` asks for that of other moments.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from app.base.clock import MINUTE, Moment, to_datetime
from app.base.errors import BadAnswer, Refused
from app.base.text import tr

# date_format in nagios.cfg: iso8601, strict-iso8601, us, euro.
FORMATS: Final = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%m-%d-%Y %H:%M:%S", "%d-%m-%Y %H:%M:%S")
_START: Final = re.compile(r"name='start_time'\s+value='([^']*)'", re.IGNORECASE)
_ZONE_STEP_MS: Final = 15 * MINUTE


@dataclass(frozen=True, slots=True)
class ServerTime:
    """``offset``: the server's local time minus UTC, as of now. ``or_else``: a second format that fitted as well
    (on days like 5 May, month first and day first read alike)."""

    format: str
    offset: timedelta
    or_else: str = ""

    @classmethod
    def learn(cls, form: str, now_at: Moment, name: str) -> ServerTime:
        """From the start time that the form offers, which is the server's now. Of the formats that fit, the one
        whose moment is nearest to ours is meant: a day and a month that are swapped lie far away."""
        found = _START.search(form)
        fits = [(abs(each[1]), *each) for each in _readings(found[1] if found else "", now_at)]
        if not fits or min(fits)[0] > 15 * 60 * MINUTE:
            raise BadAnswer(
                tr("{name} writes times in a way that is not known.", name=name),
                hint=tr("Set date_format to iso8601 in its nagios.cfg."),
                concerns=name,
            )
        distance, form_of, difference_ms = min(fits)
        steps = round(difference_ms / _ZONE_STEP_MS)
        alike = [each for far, each, _ in fits if each != form_of and far == distance]
        return cls(form_of, timedelta(milliseconds=steps * _ZONE_STEP_MS), alike[0] if alike else "")

    def written(self, at: Moment, offset: timedelta | None = None) -> str:
        """A moment as the server wants it typed; ``offset``: the server's at that moment, None: as of now. Raises
        Refused where day and month could be swapped unnoticed."""
        local = to_datetime(at).replace(tzinfo=None) + (self.offset if offset is None else offset)
        text = local.strftime(self.format)
        if self.or_else and local.strftime(self.or_else) != text:
            raise Refused(
                tr("Today it cannot be told whether this Nagios writes the day or the month first."),
                hint=tr("Choose times of today, or set date_format to iso8601 in its nagios.cfg."),
            )
        return text


def _readings(text: str, now_at: Moment) -> list[tuple[str, int]]:
    """(format, distance from now in ms) of each way to read the text as if it were UTC."""
    readings = []
    for form in FORMATS:
        try:
            read = datetime.strptime(text, form).replace(tzinfo=UTC)
        except ValueError:
            continue
        readings.append((form, round(read.timestamp() * 1000) - now_at))
    return readings
