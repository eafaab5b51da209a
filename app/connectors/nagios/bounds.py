"""What a Nagios can mean by a number. More would overflow where it is kept (64 bits) or drawn (year 9999)."""

from __future__ import annotations

from typing import Annotated

import msgspec

from app.base.clock import Moment

At = Annotated[Moment, msgspec.Meta(ge=0, le=253_402_300_799_000)]
Count = Annotated[int, msgspec.Meta(ge=0, le=2**31)]
Seconds = Annotated[float, msgspec.Meta(ge=-1e9, le=1e9)]
