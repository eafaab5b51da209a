"""What a livestatus can mean by a number. More would overflow where it is kept (64 bits) or drawn (year 9999)."""

from __future__ import annotations

from typing import Annotated

import msgspec

from app.base.clock import Moment

Seconds = Annotated[float, msgspec.Meta(ge=-1e9, le=253_402_300_799.0)]
"""Since the epoch, or a duration; -1 and 0 stand for never."""

Count = Annotated[float, msgspec.Meta(ge=-1, le=2**31)]
"""Whole; Icinga tells some of them as true and false."""

Flag = bool | Count


def moment(seconds: float) -> Moment | None:
    """None for never."""
    return round(seconds * 1000) if seconds > 0 else None
