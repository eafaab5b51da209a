"""An article's text as it is read: sanitised HTML, its outline, and where relative links lead. Cpu lane; no Qt.

Everything that becomes HTML here has come out of ``analysis.markup``; only its own fixed tags are put around code
and quotations, because the reader draws a ground and a bar only for tables.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from html import escape
from posixpath import normpath
from typing import Final
from urllib.parse import quote

from app.analysis.markup import ARTICLE, Heading, render
from app.base.text import plain, tr

_FRAMES: Final = (
    ("<pre>", '<table class="code" width="100%" cellpadding="10" cellspacing="0"><tr><td class="code"><pre>'),
    ("</pre>", "</pre></td></tr></table>"),
    ("<table>", '<table cellpadding="6" cellspacing="0" style="margin-top: 8px">'),
)
_MOST_FRAMES: Final = 400
_ENDINGS: Final = (".html.md", ".markdown", ".md", ".html", ".htm")
_FIRST_HEADING: Final = re.compile(r"\s*<h1[^>]*>.*?</h1>\s*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Shown:
    """What the reader shows. ``is_plain``: the text passed a limit and stands as it was written."""

    html: str
    outline: tuple[Heading, ...]
    is_plain: bool = False


class Links:
    """Where the relative links of one article lead: asked by the Markdown parser for each of them."""

    def __init__(self, path: str, ids: Mapping[str, str]) -> None:
        self._folders = path.split("/")[:-1]
        self._ids = ids

    def __call__(self, href: str) -> str | None:
        """``article:ID#anchor`` of an article that is here, else None."""
        bare, _, anchor = href.partition("#")
        bare = bare.partition("?")[0]
        for place in self._places(bare):
            found = self._ids.get(place)
            if found is not None:
                return f"{ARTICLE}{found}" + (f"#{quote(anchor)}" if anchor else "")
        return None

    def _places(self, href: str) -> list[str]:
        """Paths it may mean: beside the article, or from each folder above when it starts at a root."""
        if not href.strip("/"):
            return []
        if href.startswith("/"):
            tops = ["/".join(self._folders[:depth]) for depth in range(len(self._folders), -1, -1)]
        else:
            tops = ["/".join(self._folders)]
        places = [normpath(f"{top}/{href.lstrip('/')}").lstrip("/") for top in tops]
        return [name for place in places for name in (place, _stem(place), f"{place}/index", f"{place}/README")]


def _stem(path: str) -> str:
    lower = path.casefold()
    ending = next((ending for ending in _ENDINGS if lower.endswith(ending)), "")
    return path.removesuffix(path[len(path) - len(ending) :]) if ending else path


def show(title: str, body: str, path: str, ids: Mapping[str, str]) -> Shown:
    """Render one text of an article; ``ids``: all articles by path. Takes some ms, for hostile texts up to 1 s."""
    rendered = render(body, resolve=Links(path, ids))
    html, outline = rendered.html, rendered.outline
    if outline and outline[0].level == 1 and _same(outline[0].text, title) and _FIRST_HEADING.match(html):
        # The title stands over the text already.
        html, outline = _FIRST_HEADING.sub("", html, count=1), outline[1:]
    return Shown(html if rendered.is_plain else framed(html), outline, rendered.is_plain)


def framed(html: str) -> str:
    """Sanitised HTML with a table around each block of code; left as it is when there are very many."""
    if html.count("<pre>") + html.count("<table>") > _MOST_FRAMES:
        return html
    made = html.replace("<table>", _FRAMES[2][1]).replace("\n</code></pre>", "</code></pre>")
    return made.replace(*_FRAMES[0]).replace(*_FRAMES[1])


def _same(one: str, other: str) -> bool:
    return "".join(one.casefold().split()) == "".join(other.casefold().split())


MOST_LINES: Final = 4_000


def differences(theirs: str, mine: str) -> str:
    """What two plain texts differ in, word by word, as HTML; only changed lines with two around them."""
    old, new = theirs.splitlines(), mine.splitlines()
    if len(old) + len(new) > MOST_LINES:
        return f"<p>{escape(tr('The texts are too long to be compared here.'))}</p>"
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    groups = ["".join(_group(group, old, new)) for group in matcher.get_grouped_opcodes(2)]
    return "<hr>".join(groups) or f"<p>{escape(tr('The texts are the same.'))}</p>"


def _group(group: list[tuple[str, int, int, int, int]], old: list[str], new: list[str]) -> Iterator[str]:
    for tag, old_start, old_end, new_start, new_end in group:
        if tag == "equal":
            yield from (_line(escape(plain(line))) for line in old[old_start:old_end])
            continue
        both = min(old_end - old_start, new_end - new_start)
        for step in range(both):
            yield _line(_words_changed(old[old_start + step], new[new_start + step]))
        yield from (_line(_marked("del", line)) for line in old[old_start + both : old_end])
        yield from (_line(_marked("ins", line)) for line in new[new_start + both : new_end])


def _words_changed(old: str, new: str) -> str:
    before, after = re.split(r"(\s+)", old), re.split(r"(\s+)", new)
    made = []
    for tag, old_start, old_end, new_start, new_end in SequenceMatcher(None, before, after).get_opcodes():
        if tag == "equal":
            made.append(escape(plain("".join(before[old_start:old_end]))))
        else:
            made.append(_marked("del", "".join(before[old_start:old_end])))
            made.append(_marked("ins", "".join(after[new_start:new_end])))
    return "".join(made)


def _marked(tag: str, text: str) -> str:
    return f"<{tag}>{escape(plain(text))}</{tag}>" if text else ""


def _line(html: str) -> str:
    return f"<p>{html or '&nbsp;'}</p>"
