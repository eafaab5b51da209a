"""Business services: named, defined by a query over hosts and services, forgotten. Their state is ``roll_up``'s.

Write lane, but for the finding.
"""

from __future__ import annotations

import msgspec

from app.base.errors import NotFound, Refused
from app.base.events import SOURCES, Touched
from app.base.text import tr
from app.domain.business import BusinessService, check_service
from app.ports import Store
from app.query import Env
from app.usecases.row_query import checked_row_test
from app.usecases.work import Work


def find_service(store: Store, name: str) -> BusinessService:
    """The business service of that name, upper and lower case alike. Raises NotFound."""
    for service in store.team.business_services():
        if service.name.casefold() == name.casefold():
            return service
    raise NotFound(
        tr("There is no business service named “{name}”.", name=name),
        hint=tr("“watchdesk business list” names them."), concerns=name,
    )  # fmt: skip


def checked(work: Work, service: BusinessService) -> BusinessService:
    """As it would be kept. Raises Refused (what could never be judged; a name that is taken)."""
    service = msgspec.structs.replace(service, id=work.ids.new(), name=" ".join(service.name.split()))
    check_service(service)
    checked_row_test(service.members, Env(now_at=work.clock.now(), me=work.me), "members")
    if any(other.name.casefold() == service.name.casefold() for other in work.store.team.business_services()):
        raise Refused(tr("There is already a business service named “{name}”.", name=service.name), field="name")
    return service


def add_service(work: Work, service: BusinessService) -> tuple[BusinessService, Touched]:
    """Keep a new one. Raises Refused."""
    service = checked(work, service)
    with work.store.write() as unit:
        unit.put_business_service(service)
        unit.audit("business.add", by=work.me, concerns=service.name, detail=msgspec.structs.asdict(service))
    return service, Touched.of(SOURCES, [service.id], work.origin)


def drop_service(work: Work, name: str) -> Touched:
    """Forget one; its parts stay. Raises NotFound."""
    service = find_service(work.store, name)
    with work.store.write() as unit:
        unit.drop_business_service(service.id)
        unit.audit("business.drop", by=work.me, concerns=service.name, detail=msgspec.structs.asdict(service))
    return Touched.of(SOURCES, [service.id], work.origin)
