"""Livestatus: reads and acts through the query socket of a monitoring core.

Spoken by Nagios with mk-livestatus, Naemon, Checkmk and Icinga 2. Facts: Icinga 2.13.6 as it answered (no table
``columns``; some numbers as true and false; an order and a question over one connection are done in their order).

    address       where it listens
    line          sockets, TLS, deadline and cancel
    fault         foreign exceptions become ours
    protocol      questions, orders, the head of an answer
    columns       what is asked for, and what a server has
    parse         answers as values
    estate        hosts and services, full and by what was checked
    server_clock  how far its clock is off
    source        the port
    command       orders, and read_back what became of them
"""

from __future__ import annotations

from app.base.clock import Clock, SystemClock
from app.base.secret import Secret
from app.connectors.livestatus.address import parse_address
from app.connectors.livestatus.line import Wire
from app.connectors.livestatus.source import LivestatusSource
from app.connectors.trust import Trust
from app.domain.source import Source


def open_livestatus(source: Source, _secret: Secret | None = None, clock: Clock | None = None) -> LivestatusSource:
    """The connector; nothing is sent yet, and no secret ever: the protocol has none. Raises Refused for a bad
    address."""
    clock = clock or SystemClock()
    wire = Wire(
        source.name,
        parse_address(source.url),
        Trust(ca_file=source.ca_file, pin_sha256=source.fingerprint),
        source.deadline_s,
        clock,
    )
    return LivestatusSource(source, wire, clock)
