"""Outside text as rich text: what is kept, and that nothing else ever is."""

import re
import time
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.analysis.markup import DEEPEST, TAGS, Heading, render, safe_link

ALLOWED = {
    "a": {"href"},
    "ol": {"start"},
    "th": {"align"},
    "td": {"align"},
    **{f"h{n}": {"id"} for n in range(1, 7)},
}
LINK = re.compile(r"(?:https?://[^/@\s]+(?:/[^\s]*)?|mailto:[^\s]*|article:[^\s]*|https?://[^/@\s]+[?#][^\s]*)")
RESOLVED = {"../b.md": "article:b", "evil": "javascript:alert(1)"}


class Inspector(HTMLParser):
    """Collects what stands in the output against the allow-list."""

    def __init__(self) -> None:
        super().__init__()
        self.offences: list[str] = []
        self.depth = self.deepest = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            self.offences.append(f"<{tag}>")
        self.offences += [f"{tag} {name}" for name, _ in attrs if name not in ALLOWED.get(tag, set())]
        self.offences += [
            f"link {value}" for name, value in attrs if name == "href" and not LINK.fullmatch(value or "")
        ]
        if tag not in ("br", "hr"):
            self.depth += 1
            self.deepest = max(self.deepest, self.depth)

    def handle_endtag(self, tag: str) -> None:
        self.depth -= 1

    def handle_comment(self, data: str) -> None:
        self.offences.append("comment")

    def handle_decl(self, decl: str) -> None:
        self.offences.append("declaration")

    def handle_pi(self, data: str) -> None:
        self.offences.append("instruction")


def offences(html: str) -> list[str]:
    inspector = Inspector()
    inspector.feed(html)
    inspector.close()
    too_deep = [f"depth {inspector.deepest}"] if inspector.deepest > DEEPEST else []
    return inspector.offences + too_deep


URLS = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "javascript&#58;alert(1)",
    "java&#x09;script:alert(1)",
    "java\tscript:alert(1)",
    "\x01javascript:alert(1)",
    " javascript:alert(1)",
    "javascript&colon;alert(1)",
    "vbscript:x",
    "data:text/html,<b>x",
    "DATA:image/png;base64,AA",
    "file:///etc/passwd",
    "file://host/share/x.png",
    "//host/share/x",
    "\\\\host\\share",
    "/\\host",
    "ms-msdt:/id",
    "smb://host/x",
    "search-ms:query=x",
    "http:",
    "http://",
    "https:///x",
    "http://u@evil.test/",
    "https://jira.example@evil.test/",
    "http://a\\@evil.test/",
    "http://[bad/",
    "http://a:99999/",
    "mailto://host/x",
    "article://host/x",
    "about:blank",
    "view-source:http://x",
    "blob:x",
    "ftp://x/",
    "http://a%40evil.test/",
    "tel:1",
    "qrc:/x",
    "evil",
    "unknown.md",
    "/etc/passwd",
    "../../x",
    "C:/x.exe",
    "c:\\x",
    "?q",
    "http:evil.test",
]
HTML = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//h/x></SCRIPT>",
    "<script\n>x</script\n>",
    "<scr<script>ipt>x</script>",
    "<style>*{x:url(//h)}</style>",
    "<img src=x onerror=alert(1)>",
    "<img src='file:///etc/x'>",
    "<img src=//host/share/x.png>",
    "<IMG SRC=javascript:x>",
    "<image src=//h/x>",
    "<svg onload=alert(1)>",
    "<svg><script>x</script></svg>",
    "<math><mi//xlink:href='data:x,<script>'>",
    "<iframe src=//h></iframe>",
    "<object data=x></object>",
    "<embed src=//h/x>",
    "<applet code=x>",
    "<link rel=stylesheet href=//h/x>",
    "<meta http-equiv=refresh content='0;//h'>",
    "<base href=//h/>",
    "<form action=//h><input name=x><button>b</button></form>",
    "<video src=//h/x poster=//h/y></video>",
    "<audio src=//h/x>",
    "<body background=//h/x onload=x>",
    "<table background=//h/x><tr><td background=//h/y>z</table>",
    "<td style='background:url(//h)'>x</td>",
    "<div style='position:fixed'>x</div>",
    "<p onclick=alert(1)>x</p>",
    "<a href='javascript:x' onmouseover=y>x</a>",
    "<a href=x target=_blank>x</a>",
    "<a name=x id=y class=z>x</a>",
    "<h1 id='\"><img src=x>'>x</h1>",
    "<details open ontoggle=x>y</details>",
    "<marquee onstart=x>y</marquee>",
    "<noscript><p title='</noscript><img src=x onerror=y>'></noscript>",
    "<textarea><img src=x></textarea>",
    "<title><img src=x></title>",
    "<xmp><img src=x></xmp>",
    "<plaintext><img src=x>",
    "<template><img src=x></template>",
    "<!-- <img src=x> -->",
    "<!--> <img src=x> -->",
    "<!--[if IE]><script>x</script><![endif]-->",
    "<?php echo 1 ?>",
    "<?xml-stylesheet href='//h'?>",
    "<!DOCTYPE html [<!ENTITY x SYSTEM 'file:///etc'>]>",
    "<![CDATA[<img src=x>]]>",
    "<b <script>x</script>",
    "<b/onclick=x>y</b>",
    "<b\x0conclick=x>y</b>",
    "<b\x00>x</b>",
    "<\x00script>x</script>",
    '<a href="http://x" "onclick=y>z</a>',
    "<a href='http://a\" onclick=\"x'>z</a>",
    "<p title='a>b<script>x</script>'>",
    "<ol start='1\" x=\"'>",
    "<ol start=99999999999999999999><li>x</ol>",
    "<td align='x onclick=y'>z</td>",
    "<font color=red face=x>y</font>",
    "<span style=font-size:999px>x</span>",
    "<div id=qt><qt>x</qt></div>",
    "<img src=data:image/svg+xml;base64,PHN2Zz4=>",
    "<picture><source srcset=//h/x></picture>",
    "<select><option>x</select>",
    "<frameset><frame src=//h></frameset>",
    "<a href=''>x</a>",
    "<isindex type=image src=1 onerror=x>",
    "<keygen autofocus onfocus=x>",
    "<x:script xmlns:x='http://www.w3.org/1999/xhtml'>x</x:script>",
    "<input type=image src=//h/x>",
    "<bgsound src=//h>",
    "<layer src=//h>",
    "<li style=list-style:url(//h)>x",
]
MARKDOWN = [
    "![x](file:///etc/passwd)",
    "![x](//host/x.png)",
    "![](http://h/beacon.gif)",
    "![a][r]\n\n[r]: file:///x",
    "[![x](//h/y)](javascript:z)",
    "<javascript:alert(1)>",
    "<file:///etc/x>",
    "[x]: javascript:y\n\n[x]",
    "```html\n<script>x</script>\n```",
    "`<img src=x>`",
    "    <script>x</script>",
    '```js onclick=x"><img src=x>\ny\n```',
    "|<img src=x>|\n|-|\n|<script>x</script>|",
    "# <img src=x>\n",
    '# "><script>x</script>\n',
    "[a](<javascript:x>)",
    '[a](http://x "t\' onclick=y")',
    "[a\n\n](x)",
    '[a](http://x\n"t")',
    "\\<script>x\\</script>",
    "&lt;script&gt;x&lt;/script&gt;",
    "&#60;img src=x&#62;",
    "**<b>**</b>",
    "[<img src=x>](http://x)",
    "~~<s onclick=x>~~",
    "\u202egnp.exe",
    "a\u200b\u2066b",
    "\x1b[31mred",
    "\x00\x01\x02",
    "\ud800",
]
HOSTILE = [
    *HTML,
    *MARKDOWN,
    *(f"[x]({url})" for url in URLS),
    *(f'<a href="{url}">x</a>' for url in URLS),
    *(f"<{url}>" for url in URLS),
]


def test_there_are_enough_payloads() -> None:
    assert len(set(HOSTILE)) >= 200


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text[:40]))
def test_nothing_outside_the_allow_list_comes_through(text: str) -> None:
    for placed in (text, f"Before {text} after", f"> - {text}", f"| a |\n|---|\n| {text} |"):
        rendered = render(placed, resolve=RESOLVED.get)
        assert offences(rendered.html) == []
        assert not any(char in rendered.html for char in "\x00\x1b\u202e\u2066\ud800")


N = 199_000
HUGE = {
    "[": "[" * N,
    "![": "![" * (N // 2),
    "](": "](" * (N // 2),
    "links": "[a](" * (N // 4),
    "emphasis": "*a_ " * (N // 4),
    "strong": "**a " * (N // 4),
    "ticks": "".join("`" * n + " " for n in range(600)),
    "<": "<" * N,
    "<a": "<a " * (N // 3),
    "comments": "<!--" * (N // 4),
    "quotes": ">" * N,
    "lists": "- " * (N // 2),
    "deep list": "".join(" " * n + "- a\n" for n in range(600)),
    "wide table": "|" * 1000 + "\n" + "|-" * 1000 + "|\n" + "|x\n" * 1000,
    "references": "".join(f"[{n}]: x\n" for n in range(N // 10)),
    "deep div": "<div>" * 30_000,
    "nested tables": "<table><tr><td>" * 10_000,
    "many b": "<b>" * 40_000,
    "deep div, comments": "<div><!--</div>-->" * 10_000,
    "strikes": "~~a" * (N // 3),
    "autolinks": "<http://" * (N // 8),
    "lines": "a\n" * (N // 2),
    "headings": "# a\n" * (N // 4),
    "entities": "&#x" * (N // 3),
    "nul": "\0" * N,
    "bidi": "\u202e" * (N // 3),
    "backslashes": "\\" * N,
    "brackets": "[" * 9000 + "]" * 9000,
    "too large": "word " * 60_000,
    "far too large": "x" * 5_000_000,
    "four bytes": "😀" * 60_000,
    "same heading": "# a\n" * 9_900,
    "tabs": "\t" * N,
}


@pytest.mark.parametrize("name", HUGE)
def test_huge_and_deep_texts_end_soon_and_lose_nothing(name: str) -> None:
    started = time.process_time()
    rendered = render(HUGE[name])
    assert time.process_time() - started < 1.5
    assert offences(rendered.html) == []
    assert not rendered.is_plain or rendered.html.startswith("<pre>")


@pytest.mark.parametrize("name", ["deep div", "nested tables", "many b", "deep div, comments", "too large", "["])
def test_past_a_limit_the_text_is_shown_as_written(name: str) -> None:
    rendered = render(HUGE[name])
    assert rendered.is_plain
    assert rendered.outline == ()
    assert rendered.plain == HUGE[name]


@pytest.mark.parametrize(("levels", "is_plain"), [(DEEPEST - 2, False), (DEEPEST + 1, True)])
def test_the_depth_limit_is_exact(levels: int, is_plain: bool) -> None:
    assert render("<sub>" * levels + "x" + "</sub>" * levels).is_plain is is_plain


@given(st.text(alphabet=st.sampled_from("<>/!-[]()*_`|#&;\"'= \n\tabhrefsrcimgjavascript:.\\@"), max_size=120))
def test_no_random_text_breaks_out(text: str) -> None:
    assert offences(render(text).html) == []


KEPT = [
    ("# A *b*", '<h1 id="a-b">A <em>b</em></h1>'),
    ("~~x~~ **y**", "<p><s>x</s> <strong>y</strong></p>"),
    ("|a|b|\n|-:|:-:|\n|1|2|", '<td align="right">1</td>\n<td align="center">2</td>'),
    ("3. x", '<ol start="3">\n<li>x</li>\n</ol>'),
    ("```py\na < b\n```", "<pre><code>a &lt; b\n</code></pre>"),
    ("[x](https://a.test/b?c=1&d=2#e)", '<a href="https://a.test/b?c=1&amp;d=2#e">x</a>'),
    ("[x](mailto:a@b.test)", '<a href="mailto:a@b.test">x</a>'),
    ("[x](article:net/vpn)", '<a href="article:net/vpn">x</a>'),
    ("[x](#a-b)", '<a href="article:#a-b">x</a>'),
    ("[x](../b.md)", '<a href="article:b">x</a>'),
    ("[x](nowhere.md) y", "<p>x y</p>"),
    ("![a *plan*](http://h/x.png)!", "<p>[a plan]!</p>"),
    ("![](x.png)y", "<p>y</p>"),
    ("[![logo](x.png)](https://a.test/)", '<a href="https://a.test/">[logo]</a>'),
    ("a<br>b <kbd>Ctrl</kbd>", "a<br>b <kbd>Ctrl</kbd>"),
    ("<details><summary>More</summary>\n\ntext\n\n</details>", "More"),
    ("caf\u00e9 \u202e", "caf\u00e9 ‹U+202E›"),
    ("a\r\nb\rc", "<p>a\nb\nc</p>"),
]


@pytest.mark.parametrize(("text", "expected"), KEPT)
def test_good_markdown_keeps_its_shape(text: str, expected: str) -> None:
    rendered = render(text, resolve=RESOLVED.get)
    assert expected in rendered.html
    assert not rendered.is_plain


def test_the_outline_names_every_heading_once() -> None:
    rendered = render("# Über `x`\n## Same\n### Same\n## Same-1\n## !!\nSet\n===\n# [l](x) ![i](y)")
    assert rendered.outline == (
        Heading(1, "Über x", "über-x"),
        Heading(2, "Same", "same"),
        Heading(3, "Same", "same-1"),
        Heading(2, "Same-1", "same-1-1"),
        Heading(2, "!!", "section"),
        Heading(1, "Set", "set"),
        Heading(1, "l i", "l-i"),
    )
    assert all(f'id="{heading.anchor}"' in rendered.html for heading in rendered.outline)


def test_the_plain_text_has_the_words_and_no_markup() -> None:
    text = "# A & b\n\nSee [the *page*](https://x.test) ![plan](p.png).\n\n- one\n- two\n\n|h|\n|-|\n|c|\n\n`a < b`"
    assert render(text).plain.split("\n") == ["A & b", "See the page [plan].", "one", "two", "h", "c", "a < b"]


@pytest.mark.parametrize("href", ["http://a.test", "https://a.test:8443/x?y#z", "mailto:a@b.test", "article:x/y#z"])
def test_a_safe_link_is_kept_as_it_is(href: str) -> None:
    assert safe_link(href) == href
