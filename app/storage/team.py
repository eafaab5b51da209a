"""Reading what the team shares: sources, views, business services, alert rules; and drafts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from app.domain.alert_rule import AlertRule
from app.domain.business import BusinessService
from app.domain.draft import Draft
from app.domain.source import Source
from app.domain.view import View
from app.storage import work_tables
from app.storage.reading import Reading
from app.storage.struct_row import select_sql, values_of

_SOURCES: Final = select_sql(work_tables.source, Source, "ORDER BY name, id")
_VIEWS: Final = select_sql(work_tables.view, View, 'ORDER BY "group", position, name, id')
_SERVICES: Final = select_sql(work_tables.business_service, BusinessService, "ORDER BY name, id")
_RULES: Final = select_sql(work_tables.alert_rule, AlertRule, "ORDER BY name, id")
_DRAFTS: Final = select_sql(work_tables.draft, Draft, 'ORDER BY "at" DESC, key')
_DRAFT: Final = select_sql(work_tables.draft, Draft, "WHERE key = ?")


class SqliteTeam:
    """``TeamReads`` on ``work.db``. Read lanes."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading

    def sources(self) -> Sequence[Source]:
        return values_of(Source, self._reading.rows(_SOURCES))

    def views(self) -> Sequence[View]:
        return values_of(View, self._reading.rows(_VIEWS))

    def business_services(self) -> Sequence[BusinessService]:
        return values_of(BusinessService, self._reading.rows(_SERVICES))

    def alert_rules(self) -> Sequence[AlertRule]:
        return values_of(AlertRule, self._reading.rows(_RULES))

    def draft(self, key: str) -> Draft | None:
        return next(iter(values_of(Draft, self._reading.rows(_DRAFT, (key,)))), None)

    def drafts(self) -> Sequence[Draft]:
        return values_of(Draft, self._reading.rows(_DRAFTS))
