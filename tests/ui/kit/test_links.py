"""Only plain web and mail addresses are opened, and only as what they show."""

from __future__ import annotations

import pytest

from app.ui.kit import links

BAD = (
    "", " ", "x" * 3000, "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", "vbscript:x",
    "data:text/html,<b>x</b>", "file:///etc/passwd", "file://host/share", "//host/share", r"\\host\share",
    r"\\host@SSL\share", "smb://host/share", "ftp://host/x", "ms-msdt:/id x", "ms-word:ofe|u|http://x",
    "search-ms:query=x", "tel:+49", "ssh://host", "steam://run/1", "about:blank", "chrome://settings", "view-source:http://x",
    "blob:http://x/y", "ldap://host", "jar:http://x!/y", "http:", "http:/", "http://", "https://", "http:host",
    "http:/host", "http:///host", "https:host/path", "www.example.org", "example.org/path", "/etc/passwd", "../up",
    "#frag",     "https://jira.example.com@evil.test/", "https://jira.example.com:x@evil.test/", "https://@evil.test/",
    "https://a@b@evil.test/", "https://jira.example.com%40evil.test/", r"https://jira.example.com\@evil.test/",
    r"https://evil.test\.jira.example.com", r"https:\\evil.test", "https://jira.example.com /x", " https://example.org",
    "https://example.org ", "https://exa mple.org", "https://example.org/\x00", "https://example.org/\n", "https://exa\rmple.org",
    "https://example.org/\u202egpj.exe", "https://example.org/\u200b", "https://exam\u200dple.org", "https://example.org/\x7f",
    "https://example.org:99999/", "https://example.org:0/", "https://example.org:-1/", "https://example.org:abc/",
    "https://[::1", "https://::1]/", "https://[zz::1]/", "https://.example.org/", "https://example..org/", "https://%65vil.test/",
    'https://example.org/"onclick', "https://example.org/<b>", "https://example.org/a|b", "https://example.org/`x`",
    "https://example.org/{x}", "https://2130706433/", "https://0x7f000001/", "https://127.1/", "https://1.2.3.4.5/",
    "https://exa$mple.org/", "mailto:", "mailto:a", "mailto:@x.org", "mailto:a@", "mailto:a@b@c",
    "mailto:a@x.org?attach=/etc/passwd", "mailto:a@x.org?bcc=b@x.org", "mailto:a%0ab@x.org",
    "mailto://a@x.org", "mailto:a@x .org",
)  # fmt: skip
GOOD = {
    "https://example.org": "example.org",
    "http://example.org:8080/a/b?c=d&e=%20#f": "example.org",
    "HTTPS://Example.ORG/Path": "example.org",
    "https://10.0.0.7/nagios": "10.0.0.7",
    "https://[2001:db8::1]:8443/x": "2001:db8::1",
    "https://wiki.example.org/page_(1)?q=a+b": "wiki.example.org",
    "https://münchen.example/": "xn--mnchen-3ya.example",
    "https://host_with_underscore.example.org/": "host_with_underscore.example.org",
    "mailto:desk@example.org": "example.org",
    "mailto:first.last+tag@example.org": "example.org",
}


@pytest.mark.parametrize("url", BAD)
def test_bad_links_are_refused_with_a_sentence(url):
    with pytest.raises(links.BadLink) as refused:
        links.check_link(url)
    assert str(refused.value).endswith(".")


@pytest.mark.parametrize(("url", "host"), GOOD.items())
def test_good_links_name_their_true_host(url, host):
    assert links.check_link(url).host == host


def test_a_look_alike_is_shown_as_what_it_is():
    assert links.check_link("https://jirа.example.org/").host.startswith("xn--")


def test_nothing_is_opened_when_the_person_says_no():
    asked = []

    def refuse(link: links.Link) -> bool:
        asked.append(link.host)
        return False

    assert not links.open_link("https://example.org/x", refuse)
    assert asked == ["example.org"]


def test_a_bad_link_is_not_even_asked_about():
    with pytest.raises(links.BadLink):
        links.open_link("file:///etc/passwd", lambda link: pytest.fail("asked"))


def test_there_are_enough_bad_ones():
    assert len(set(BAD)) == len(BAD) >= 60
