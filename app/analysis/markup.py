"""Markdown from people and systems, as HTML that can be shown: the one way from outside text to rich text.

    text -> size -> visible control characters -> tokens (links, images, headings rewritten) -> HTML
         -> allow-list (nh3) -> depth -> Rendered, or the plain text in <pre> when any limit is passed

Nothing in the result can fetch, run or restyle: no images (their words stay, in brackets), no styles, no
scripts. Links: http, https, mailto without user names, and ``article:`` for our own. Pure; any lane; the two
libraries are loaded with the first text.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from app.base.text import plain as visible

if TYPE_CHECKING:
    import nh3
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

LARGEST_BYTES = 200_000
LARGEST_HTML_CHARS = 2_000_000
DEEPEST = 32
MOST_RAW_TAGS = 1_000
MOST_LINES = 10_000
MOST_MARKS = 20_000
ARTICLE = "article:"

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_BLOCKS = ("p", "br", "hr", "blockquote", "pre", "ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td")
_WORDS = ("a", "code", "kbd", "strong", "b", "em", "i", "s", "del", "sub", "sup")
TAGS = frozenset((*HEADINGS, *_BLOCKS, *_WORDS))
_ATTRIBUTES: dict[str, set[str]] = {"*": set(), "a": {"href"}, "ol": {"start"}, **{tag: {"id"} for tag in HEADINGS}}
_ALIGN = {tag: {"align": {"left", "center", "right"}} for tag in ("th", "td")}
_REMOVED_WHOLE = frozenset(
    {"script", "style", "title", "template", "iframe", "object", "noembed", "noframes", "svg", "math", "textarea"}
)
_SCHEMES = frozenset({"http", "https", "mailto", "article"})
_VOID = frozenset({"br", "hr"})
_RAW_TAG = re.compile(r"<[a-zA-Z]")
_CLEAN_TAG = re.compile(r'<(/?)([a-z0-9]+)(?:[^">]|"[^"]*")*>')
_BLOCK_END = re.compile(r"</(?:h[1-6]|p|li|tr|pre|blockquote|table)>|<[bh]r>")
_NOT_SLUG = re.compile(r"[^\w\- ]+")

Resolve = Callable[[str], str | None]
"""From a relative link as written to an ``article:`` link, or None when it leads nowhere we know."""


@dataclass(frozen=True, slots=True)
class Heading:
    """``level`` 1 to 6; ``anchor``: the id to scroll to, unique in its text."""

    level: int
    text: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """``html``: safe to show. ``plain``: its words, for search. ``is_plain``: limits were passed."""

    html: str
    outline: tuple[Heading, ...]
    plain: str
    is_plain: bool = False


def render(text: str, *, resolve: Resolve | None = None) -> Rendered:
    """Render Markdown from anywhere. Never raises for any text. ``resolve`` is asked about relative links."""
    if len(text) > LARGEST_BYTES:
        return _as_written(text)
    source = visible(text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n"))
    if _is_too_large(source):
        return _as_written(text)
    parser = _parser()
    tokens = parser.parse(source)
    if _is_too_deep(tokens):
        return _as_written(text)
    outline = _rewrite(tokens, resolve)
    rough = parser.renderer.render(tokens, parser.options, {})
    if len(rough) > LARGEST_HTML_CHARS:
        return _as_written(text)
    clean = _cleaner().clean(rough)
    if _depth(clean) > DEEPEST:
        return _as_written(text)
    return Rendered(clean, outline, plain_of(clean))


def plain_of(clean: str) -> str:
    """The words of sanitised HTML, one line for each block."""
    lines = _CLEAN_TAG.sub("", _BLOCK_END.sub("\n", clean.replace("</td>", " ").replace("</th>", " ")))
    return "\n".join(line for line in (row.strip() for row in html.unescape(lines).splitlines()) if line)


def safe_link(href: str) -> str | None:
    """The link as it may be opened, or None: strict about scheme, user names and odd characters."""
    if not href.isprintable() or any(char.isspace() or char in '\\"<>`' for char in href):
        return None
    try:
        parts = urlsplit(href)
        _ = parts.port
    except ValueError:
        return None
    if parts.scheme not in _SCHEMES or ("%" in parts.netloc):
        return None
    if parts.scheme in ("http", "https"):
        return href if parts.hostname and "@" not in parts.netloc else None
    return None if parts.netloc or href.startswith("//", len(parts.scheme) + 1) else href


def _as_written(text: str) -> Rendered:
    shown = visible(text.encode("utf-8", "replace").decode("utf-8"))
    return Rendered(f"<pre>{html.escape(shown, quote=False)}</pre>", (), shown, is_plain=True)


# --- tokens ---------------------------------------------------------------------------------------------


def _is_too_large(source: str) -> bool:
    """Parsing costs about 20 µs for each mark and line, so that a hostile 200 kB would take seconds."""
    if len(source.encode("utf-8", "replace")) > LARGEST_BYTES or source.count("\n") > MOST_LINES:
        return True
    return sum(source.count(mark) for mark in "[]*_~<&\\`") > MOST_MARKS


def _is_too_deep(tokens: Iterable[Token]) -> bool:
    """An upper bound, taken before the sanitiser (its time grows with the square of the depth): markup's own
    nesting is exact, and each raw opening tag is held to stay open."""
    depth = deepest = raw = 0
    for token in _flat(tokens):
        depth += token.nesting
        deepest = max(deepest, depth)
        if token.type in ("html_block", "html_inline"):
            raw += len(_RAW_TAG.findall(token.content))
    return deepest > DEEPEST or raw > MOST_RAW_TAGS


def _flat(tokens: Iterable[Token]) -> Iterable[Token]:
    for token in tokens:
        yield token
        yield from token.children or ()


def _rewrite(tokens: list[Token], resolve: Resolve | None) -> tuple[Heading, ...]:
    headings: list[Heading] = []
    taken: dict[str, int] = {}
    for place, token in enumerate(tokens):
        if token.type == "inline" and token.children:
            token.children = _rewrite_inline(token.children, resolve)
        if token.type in ("th_open", "td_open"):
            _align(token)
        if token.type == "heading_open":
            words = _words(tokens[place + 1].children or [])
            anchor = _anchor(words, taken)
            token.attrSet("id", anchor)
            headings.append(Heading(int(token.tag[1]), words, anchor))
    return tuple(headings)


def _rewrite_inline(children: list[Token], resolve: Resolve | None) -> list[Token]:
    from markdown_it.token import Token

    kept: list[Token] = []
    is_linked: list[bool] = []
    for child in children:
        if child.type == "image":
            words = _words(child.children or []).strip()
            child = Token("text", "", 0, content=f"[{words}]" if words else "")
        elif child.type == "link_open":
            href = _target(str(child.attrGet("href") or ""), resolve)
            is_linked.append(href is not None)
            child.attrs = {"href": href or ""}
        if child.type == "link_open" and not is_linked[-1]:
            continue
        if child.type == "link_close" and not is_linked.pop():
            continue
        kept.append(child)
    return kept


def _target(href: str, resolve: Resolve | None) -> str | None:
    if href.startswith("#"):
        return safe_link(ARTICLE + href)
    if ":" not in href.partition("/")[0] and not href.startswith("//"):
        # markdown-it has percent-encoded it; who knows the articles compares names as people write them
        found = resolve(unquote(href)) if resolve is not None else None
        return safe_link(found) if found is not None and found.startswith(ARTICLE) else None
    return safe_link(href)


def _words(children: Iterable[Token]) -> str:
    """The text of inline tokens without their markup."""
    parts = []
    for child in children:
        if child.type in ("text", "code_inline"):
            parts.append(child.content)
        elif child.type in ("softbreak", "hardbreak"):
            parts.append(" ")
        elif child.type == "image":
            parts.append(_words(child.children or []))
    return "".join(parts)


def _anchor(words: str, taken: dict[str, int]) -> str:
    """As the well-known forges make it, so that links written for them work: lower case, dashes, ``-1``, ``-2``."""
    base = _NOT_SLUG.sub("", words.strip().lower()).replace(" ", "-") or "section"
    anchor = base
    while anchor in taken:
        taken[base] += 1
        anchor = f"{base}-{taken[base]}"
    taken[anchor] = 0
    return anchor


def _align(token: Token) -> None:
    style = str(token.attrs.pop("style", ""))
    if style.startswith("text-align:"):
        token.attrSet("align", style.removeprefix("text-align:"))


# --- the two libraries ------------------------------------------------------------------------------------


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"xhtmlOut": False}).enable(["table", "strikethrough"])
    parser.validateLink = lambda url: True  # type: ignore[method-assign]  # judged in `_target`
    return parser


@cache
def _cleaner() -> nh3.Cleaner:
    import nh3

    return nh3.Cleaner(
        tags=set(TAGS),
        clean_content_tags=set(_REMOVED_WHOLE),
        attributes=_ATTRIBUTES,
        tag_attribute_values=_ALIGN,
        attribute_filter=_filter_attribute,
        url_schemes=set(_SCHEMES),
        url_relative="deny",
        link_rel=None,
    )


def _filter_attribute(tag: str, name: str, value: str) -> str | None:
    if name == "href":
        return safe_link(value)
    if name == "start":
        return value if value.isascii() and value.isdigit() and len(value) < 10 else None
    return value


def _depth(clean: str) -> int:
    """Exact on the sanitiser's output, which is well-formed."""
    depth = deepest = 0
    for is_closing, tag in _CLEAN_TAG.findall(clean):
        if tag not in _VOID:
            depth += -1 if is_closing else 1
            deepest = max(deepest, depth)
    return deepest
