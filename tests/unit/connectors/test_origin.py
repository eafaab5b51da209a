"""Which addresses a source may have."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.errors import Refused
from app.connectors.answer import retry_after_s
from app.connectors.origin import Origin, parse_base_url, without_query

GOOD = [
    ("https://mon.example", Origin("https", "mon.example", 443), "https://mon.example/"),
    ("HTTPS://Mon.Example/Nagios", Origin("https", "mon.example", 443), "https://mon.example/Nagios/"),
    ("http://10.0.0.1:8080/a/b/", Origin("http", "10.0.0.1", 8080), "http://10.0.0.1:8080/a/b/"),
    ("https://[::1]:8443", Origin("https", "::1", 8443), "https://[::1]:8443/"),
    (
        "https://überwachung.example",
        Origin("https", "xn--berwachung-8db.example", 443),
        "https://xn--berwachung-8db.example/",
    ),
]


@pytest.mark.parametrize(("text", "origin", "shown"), GOOD)
def test_a_good_address(text: str, origin: Origin, shown: str) -> None:
    base = parse_base_url(text)
    assert (base.origin, str(base)) == (origin, shown)


BAD = [
    "", "mon.example", "//mon.example", "ftp://mon.example", "file:///etc", "javascript:alert(1)", "https://",
    "https://jo@mon.example", "https://jo:hush@mon.example", "https://@mon.example", "https://mon.example@evil.test",
    "https://mon.example\\@evil.test", "https://mon.example/?q=1", "https://mon.example/#x", "https://mon.example:99999",
    "https://mon.example:x", "https://mon example", "https://mon.example/\n", "https://mon.example/a/../b", "https://[bad",
    "https://mon.example/\u202eevil", "https://\u200bmon.example", "https://a..b\u00fc.example", "https:/mon.example",
]  # fmt: skip


@pytest.mark.parametrize("text", BAD)
def test_a_bad_address_is_refused_at_its_field(text: str) -> None:
    with pytest.raises(Refused) as caught:
        parse_base_url(text)
    assert caught.value.field == "url"
    assert "hush" not in caught.value.sentence()


@pytest.mark.parametrize(
    "path", ["//evil.test", "http://evil.test\\", "a?b", "a#b", "../x", "a/../../x", "a b", "a\nb"]
)
def test_a_request_path_cannot_lead_elsewhere(path: str) -> None:
    with pytest.raises(ValueError, match="request path"):
        parse_base_url("https://mon.example/n").join(path)


@given(st.text(max_size=30))
def test_whatever_the_path_the_origin_stays(path: str) -> None:
    base = parse_base_url("https://mon.example/n")
    try:
        url = base.join(path)
    except ValueError:
        return
    assert url.startswith("https://mon.example/")
    assert parse_base_url(url).origin == base.origin


def test_join_knows_folder_and_root() -> None:
    base = parse_base_url("https://mon.example/n")
    assert base.join("cgi-bin/status.cgi") == "https://mon.example/n/cgi-bin/status.cgi"
    assert base.join("/api/Ä%20") == "https://mon.example/api/%C3%84%20"
    assert without_query(base.join("x") + "?key=1") == "https://mon.example/n/x"


RETRY = [
    ("0", 0), ("17", 17), (" 17 ", 17), ("100000", 600), ("9" * 400, 600), ("Thu, 01 Jan 1970 00:01:00 GMT", 60),
    ("Thu, 01 Jan 1970 00:01:00", 60), ("Wed, 31 Dec 1969 23:00:00 GMT", 0), ("Fri, 01 Jan 2100 00:00:00 GMT", 600),
    (None, None), ("", None), ("soon", None), ("-5", None), ("1.5", None), ("٣", None), ("Thu, 99 Foo 1970", None),
]  # fmt: skip


@pytest.mark.parametrize(("value", "expected"), RETRY)
def test_retry_after(value: str | None, expected: float | None) -> None:
    assert retry_after_s(value, 0) == expected


def test_a_reset_told_as_a_moment_is_waited_for() -> None:
    assert retry_after_s("1700000045", 1_700_000_000_000) == 45
    assert retry_after_s("1700000000", 1_700_000_045_000) == 0
