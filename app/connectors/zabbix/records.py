"""What Zabbix' API tells, record by record. Pure values.

Zabbix tells every number as a text of digits, and moments as seconds; what is out of bounds makes its record
unreadable.
"""

from __future__ import annotations

from typing import Annotated

import msgspec

from app.base.clock import SECOND, Moment

Number = Annotated[int, msgspec.Meta(ge=0, le=2**31)]
Seconds = Annotated[int, msgspec.Meta(ge=0, le=253_402_300_799)]
Nanoseconds = Annotated[int, msgspec.Meta(ge=0, le=999_999_999)]
Severity = Annotated[int, msgspec.Meta(ge=0, le=5)]
Flag = Annotated[int, msgspec.Meta(ge=0, le=1)]
Id = Annotated[str, msgspec.Meta(min_length=1, max_length=20, pattern="^[0-9]+$")]


class Tag(msgspec.Struct, frozen=True, gc=False):
    tag: str
    value: str = ""
    operator: Number = 0


class Named(msgspec.Struct, frozen=True, gc=False):
    """A host group."""

    groupid: Id
    name: str = ""


class Interface(msgspec.Struct, frozen=True, gc=False):
    """``available``: 0 not known, 1 it answers, 2 it does not. ``type``: 1 agent, 2 SNMP, 3 IPMI, 4 JMX."""

    available: Number = 0
    error: str = ""
    type: Number = 1


class Host(msgspec.Struct, frozen=True, gc=False):
    """As configured. Host groups have two names: since 6.2 ``hostgroups``; proxies too: since 7.0 ``proxyid``."""

    hostid: Id
    host: str
    name: str = ""
    tags: tuple[Tag, ...] = ()
    groups: tuple[Named, ...] = ()
    hostgroups: tuple[Named, ...] = ()
    proxy_hostid: str = "0"
    proxyid: str = "0"
    assigned_proxyid: str = "0"

    @property
    def all_groups(self) -> tuple[Named, ...]:
        return self.hostgroups or self.groups

    @property
    def proxy(self) -> str:
        """Empty: none."""
        found = (each for each in (self.assigned_proxyid, self.proxyid, self.proxy_hostid) if each != "0")
        return next(found, "")


class HostStatus(msgspec.Struct, frozen=True, gc=False):
    """``active_available`` since 6.2, with the same words as an interface's."""

    hostid: Id
    maintenance_status: Flag = 0
    maintenanceid: str = "0"
    maintenance_from: Seconds = 0
    active_available: Number = 0
    interfaces: tuple[Interface, ...] = ()


class TriggerId(msgspec.Struct, frozen=True, gc=False):
    triggerid: Id


class Step(msgspec.Struct, frozen=True, gc=False):
    """A step of an item's preprocessing: 19 and 20 discard what has not changed."""

    type: Number
    params: str = ""


class Item(msgspec.Struct, frozen=True, gc=False):
    """``status`` 1: switched off. ``type``: how it is asked. ``lastclock`` 0: no value within the history that is
    looked at (a day)."""

    itemid: Id
    hostid: Id
    name: str
    key_: str
    status: Flag = 0
    type: Number = 2
    value_type: Number = 0
    units: str = ""
    delay: str = "0"
    master_itemid: str = "0"
    lastvalue: str = ""
    lastclock: Seconds = 0
    state: Flag = 0
    error: str = ""
    tags: tuple[Tag, ...] = ()
    triggers: tuple[TriggerId, ...] = ()
    preprocessing: tuple[Step, ...] = ()


class Reading(msgspec.Struct, frozen=True, gc=False):
    """The newest value of an item."""

    itemid: Id
    lastvalue: str = ""
    lastclock: Seconds = 0


class Fault(msgspec.Struct, frozen=True, gc=False):
    """A trigger or an item that cannot be evaluated, and why. One of the ids is given."""

    triggerid: str = ""
    itemid: str = ""
    error: str = ""


class Trigger(msgspec.Struct, frozen=True, gc=False):
    """``value`` 1: in trouble. ``lastchange`` 0: never."""

    triggerid: Id
    description: str
    priority: Severity = 0
    value: Flag = 0
    lastchange: Seconds = 0
    manual_close: Flag = 0
    comments: str = ""
    url: str = ""
    dependencies: tuple[TriggerId, ...] = ()


class TriggerValue(msgspec.Struct, frozen=True, gc=False):
    triggerid: Id
    value: Flag
    lastchange: Seconds = 0


class TriggerTags(msgspec.Struct, frozen=True, gc=False):
    triggerid: Id
    tags: tuple[Tag, ...] = ()


class Acknowledge(msgspec.Struct, frozen=True, gc=False):
    """What somebody did to a problem. ``action`` is a sum of bits: see ``commands``."""

    acknowledgeid: Id
    clock: Seconds
    action: Number = 0
    message: str = ""
    userid: str = "0"
    old_severity: Number = 0
    new_severity: Number = 0


class Suppression(msgspec.Struct, frozen=True, gc=False):
    """``maintenanceid`` 0: a person's own doing (since 6.2). ``suppress_until`` 0: until it ends."""

    maintenanceid: str = "0"
    suppress_until: Seconds = 0
    userid: str = "0"


class Problem(msgspec.Struct, frozen=True, gc=False):
    """``cause_eventid``: since 6.4, of which other problem this one is a symptom."""

    eventid: Id
    objectid: Id
    clock: Seconds
    name: str
    severity: Severity
    ns: Nanoseconds = 0
    acknowledged: Flag = 0
    suppressed: Flag = 0
    cause_eventid: str = "0"
    acknowledges: tuple[Acknowledge, ...] = ()
    suppression_data: tuple[Suppression, ...] = ()
    tags: tuple[Tag, ...] = ()

    @property
    def since_at(self) -> Moment:
        return self.clock * SECOND + self.ns // 1_000_000


class TimePeriod(msgspec.Struct, frozen=True, gc=False):
    """``timeperiod_type`` 0: once, at ``start_date``, for ``period`` seconds; others recur."""

    timeperiod_type: Number = 0
    start_date: Seconds = 0
    period: Seconds = 0


class HostId(msgspec.Struct, frozen=True, gc=False):
    hostid: Id


class Maintenance(msgspec.Struct, frozen=True, gc=False):
    """``maintenance_type`` 1: no data are collected. ``tags`` narrow it to problems; ``tags_evaltype`` 0 all of
    them, 2 any."""

    maintenanceid: Id
    name: str
    active_since: Seconds
    active_till: Seconds
    maintenance_type: Flag = 0
    description: str = ""
    tags_evaltype: Number = 0
    hosts: tuple[HostId, ...] = ()
    groups: tuple[Named, ...] = ()
    hostgroups: tuple[Named, ...] = ()
    tags: tuple[Tag, ...] = ()
    timeperiods: tuple[TimePeriod, ...] = ()

    @property
    def all_groups(self) -> tuple[Named, ...]:
        return self.hostgroups or self.groups


class Proxy(msgspec.Struct, frozen=True, gc=False):
    """``name`` since 7.0, ``host`` before. ``lastaccess`` 0: it has never called."""

    proxyid: Id
    host: str = ""
    name: str = ""
    lastaccess: Seconds = 0

    @property
    def title(self) -> str:
        return self.name or self.host or self.proxyid


class Node(msgspec.Struct, frozen=True, gc=False):
    """A Zabbix server. ``status`` 3: the one that works."""

    lastaccess: Seconds
    status: Number = 3
    name: str = ""


class User(msgspec.Struct, frozen=True, gc=False):
    userid: Id
    username: str = ""
