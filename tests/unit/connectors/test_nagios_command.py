"""Commands to a Nagios: one outcome per row, each true; what fails for one harms no other."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.base.clock import HOUR, MINUTE, SystemClock
from app.base.errors import Cancelled, Unreachable
from app.base.events import CancelToken
from app.base.secret import Secret
from app.connectors.http import Deadlines, HttpClient
from app.connectors.nagios import open_nagios
from app.connectors.nagios.command import BURST, Commands
from app.connectors.nagios.source import NagiosSource
from app.connectors.sign_in import Basic
from app.domain import command as verbs
from app.domain.command import DONE, FAILED, REFUSED, UNCONFIRMED, Command, Outcome
from app.domain.health import CRITICAL, SERVICE, HealthRow
from app.domain.source import Source
from tests.fakes.fault_proxy import Down, FaultProxy
from tests.fakes.http_server import Answer, Asked, ScriptedServer
from tests.fakes.nagios_server import NagiosServer

GHOST = HealthRow(id="ghost", source="N", kind=SERVICE, host="nowhere", name="http", state=CRITICAL)


@pytest.fixture
def server() -> Iterator[NagiosServer]:
    with NagiosServer(stale_reads=0) as running:
        yield running


@pytest.fixture
def source(server: NagiosServer) -> Iterator[NagiosSource]:
    opened = open_nagios(described(server.url, "admin"), Secret("admin-pw"))
    yield opened
    opened.close()


def described(url: str, user: str) -> Source:
    return Source(id="1", name="N", kind="nagios", url=url, user=user, deadline_s=5)


def rows_of(source: NagiosSource, *states: str) -> list[HealthRow]:
    wanted = states or ("critical", "warning", "unknown")
    return [row for row in source.fetch(CancelToken()).rows if row.kind == SERVICE and row.state in wanted]


def push(source: NagiosSource, verb: str, *rows: HealthRow, comment: str = "on it") -> tuple[Outcome, ...]:
    now_at = SystemClock().now()
    span = {"start_at": now_at, "end_at": now_at + HOUR} if verb == verbs.DOWNTIME else {}
    command = Command(verb=verb, author="mia", comment=comment, **span)
    return source.push(command, rows, CancelToken())


def posts(server: NagiosServer) -> int:
    return sum(method == "POST" for method, _, _ in server.asked)


@pytest.mark.parametrize("verb", [verbs.ACKNOWLEDGE, verbs.COMMENT, verbs.DOWNTIME, verbs.RECHECK])
def test_a_row_that_does_not_exist_harms_no_other(source: NagiosSource, verb: str) -> None:
    first, *_, last = rows_of(source)
    outcomes = push(source, verb, first, GHOST, last)
    assert [(outcome.id, outcome.outcome) for outcome in outcomes] == [
        (first.id, DONE), ("ghost", REFUSED), (last.id, DONE),
    ]  # fmt: skip
    assert "does not know the row" in outcomes[1].reason


@pytest.mark.slow
def test_many_rows_are_paced_and_all_answered(server: NagiosServer, source: NagiosSource) -> None:
    rows = rows_of(source, "ok", "critical", "warning", "unknown") * 6
    assert len(rows) > BURST
    assert all(outcome.outcome == DONE for outcome in push(source, verbs.COMMENT, *rows))
    assert posts(server) == len(rows)


def test_text_that_nagios_cannot_keep_is_altered_and_that_is_said(server: NagiosServer, source: NagiosSource) -> None:
    row = rows_of(source)[0]
    (outcome,) = push(source, verbs.COMMENT, row, comment="first; second\nthird <b>")
    assert outcome.outcome == DONE
    assert "was changed" in outcome.reason
    (kept,) = (each["comment_data"] for each in server.comments.values())
    assert kept == "first, second third (b)"


def test_letters_that_the_server_tells_as_an_empty_text_are_still_seen(
    server: NagiosServer, source: NagiosSource
) -> None:
    row = rows_of(source)[0]
    said = server._remark

    def blanked(kind: int, form: dict[str, str], host: str, service: str) -> None:
        said(kind, {**form, "com_data": ""}, host, service)

    server._remark = blanked  # type: ignore[method-assign]  # as CGIs without a UTF-8 locale do
    (outcome,) = push(source, verbs.COMMENT, row, comment="Gerät getauscht")
    assert outcome.outcome == DONE
    assert "may not show" in outcome.reason


@pytest.mark.parametrize("verb", [verbs.ACKNOWLEDGE, verbs.COMMENT, verbs.DOWNTIME, verbs.RECHECK])
def test_one_who_may_only_read_is_told_so(server: NagiosServer, verb: str) -> None:
    guest = open_nagios(described(server.url, "guest"), Secret("guest-pw"))
    (outcome,) = push(guest, verb, rows_of(guest)[0])
    guest.close()
    assert (outcome.outcome, outcome.reason) == (
        REFUSED, "N does not let guest do this, or does not know the row.",
    )  # fmt: skip


def test_what_cannot_be_is_refused_before_it_is_sent(server: NagiosServer, source: NagiosSource) -> None:
    well, sick = rows_of(source, "ok")[0], rows_of(source)[0]
    assert push(source, verbs.ACKNOWLEDGE, well) == (
        Outcome(well.id, REFUSED, "It has no problem that could be acknowledged."),
    )
    assert push(source, verbs.UNACKNOWLEDGE, sick) == (Outcome(sick.id, REFUSED, "It is not acknowledged."),)
    assert push(source, verbs.END_DOWNTIME, sick) == (Outcome(sick.id, REFUSED, "It is in no downtime."),)
    backwards = Command(verb=verbs.DOWNTIME, author="mia", comment="x", start_at=MINUTE, end_at=0)
    assert source.push(backwards, [sick], CancelToken())[0].outcome == REFUSED
    assert posts(server) == 0


def test_an_empty_comment_fails_with_the_words_of_the_page(source: NagiosSource) -> None:
    (outcome,) = push(source, verbs.COMMENT, rows_of(source)[0], comment=" ")
    assert outcome == Outcome(outcome.id, FAILED, "N did not take it: Comment was not entered")


class Hurried:
    """A clock on which every look takes a quarter of a minute."""

    def __init__(self) -> None:
        self._s = 0.0

    def now(self) -> int:
        return SystemClock().now()

    def monotonic(self) -> float:
        self._s += 15.0
        return self._s


def test_what_is_taken_and_never_shows_is_unconfirmed(server: NagiosServer, source: NagiosSource) -> None:
    row = rows_of(source)[0]
    server.frozen = True  # the daemon is dead, its pages answer
    client = HttpClient("N", server.url, sign_in=Basic("admin", Secret("admin-pw")))
    commands = Commands(described(server.url, "admin"), client, Hurried(), int)
    command = Command(verb=verbs.ACKNOWLEDGE, author="mia", comment="x")
    assert commands.push(command, [row], CancelToken()) == (
        Outcome(row.id, UNCONFIRMED, "N took it, but does not show it yet."),
    )
    client.close()


def test_a_downtime_that_is_set_at_other_times_is_not_done(server: NagiosServer, source: NagiosSource) -> None:
    row = rows_of(source)[0]
    read = server._read
    server._read = lambda text: read(text) + HOUR  # type: ignore[method-assign]
    client = HttpClient("N", server.url, sign_in=Basic("admin", Secret("admin-pw")))
    commands = Commands(described(server.url, "admin"), client, Hurried(), int)
    command = Command(
        verb=verbs.DOWNTIME, author="mia", comment="x", start_at=2_000_000_000_000, end_at=2 * 10**12 + HOUR
    )
    (outcome,) = commands.push(command, [row], CancelToken())
    client.close()
    assert (outcome.outcome, outcome.reason) == (
        UNCONFIRMED,
        "N set it from 2033-05-18T04:33:20Z to 2033-05-18T05:33:20Z instead. End it there, and set it anew.",
    )


def test_a_line_that_breaks_half_way_fails_only_what_was_not_sent(server: NagiosServer) -> None:
    with FaultProxy(server.address) as proxy:
        base = f"http://127.0.0.1:{proxy.address[1]}/nagios4/cgi-bin/"
        source = open_nagios(described(base, "admin"), Secret("admin-pw"))
        rows = rows_of(source)
        taken = server._command

        def first_only(form: dict[str, str], user: str, cookie: str) -> str:
            page = taken(form, user, cookie)
            proxy.fault = Down()
            return page

        server._command = first_only  # type: ignore[method-assign]
        outcomes = push(source, verbs.COMMENT, *rows)
        source.close()
    assert [outcome.outcome for outcome in outcomes] == [UNCONFIRMED, UNCONFIRMED, FAILED]
    assert all(outcome.reason for outcome in outcomes)


def test_when_nothing_was_sent_the_whole_push_fails(server: NagiosServer) -> None:
    with FaultProxy(server.address) as proxy:
        base = f"http://127.0.0.1:{proxy.address[1]}/nagios4/cgi-bin/"
        source = open_nagios(described(base, "admin"), Secret("admin-pw"))
        rows = rows_of(source)
        proxy.fault = Down()
        with pytest.raises(Unreachable):
            push(source, verbs.COMMENT, *rows)
        source.close()


def test_a_server_without_form_tokens_is_posted_to_without_one() -> None:
    asked: list[bytes] = []

    def take(request: Asked) -> Answer:
        asked.append(request.body)
        return Answer(body=b"<html>Comment was not entered</html>" if request.method == "POST" else b"<form></form>")

    lists = b'{"result": {"type_code": 0}, "data": {"commentlist": {}}}'
    with ScriptedServer({"/statusjson.cgi": Answer(body=lists), "/cmd.cgi": take}) as old:
        client = HttpClient("N", old.url + "/", deadlines=Deadlines(total_s=5))
        commands = Commands(Source(id="1", name="N", kind="nagios"), client, SystemClock(), int)
        (outcome,) = commands.push(Command(verb=verbs.COMMENT, author="mia"), [GHOST], CancelToken())
        client.close()
    assert outcome.outcome == FAILED
    assert b"nagFormId" not in asked[-1]
    assert b"cmd_typ=3" in asked[-1]


def test_a_cancelled_push_ends(source: NagiosSource) -> None:
    row = rows_of(source)[0]
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        source.push(Command(verb=verbs.COMMENT, author="mia", comment="x"), [row], cancel)
