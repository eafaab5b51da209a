"""The ways of doing things that belong to one room only, as a table: what, why, and where it is allowed.

Exceptions may shrink, never grow. `allowed` names the room that owns the construct, not a place that was let off.
"""

import ast
import re
from collections.abc import Iterator

from tests.arch.lint import Rule, Source, calls, dotted, either, imports, mentions, nodes, passes, says, uses_class

KIT = ("app/ui/kit/*",)
THEME = ("app/ui/kit/theme*.py", "app/ui/kit/tokens.py", "app/ui/kit/qss.py")
BASE = ("app/base/*",)
BAD_WORDS = {"manager", "helper", "helpers", "util", "utils", "handler", "misc", "common", "data", "info"}


def constant_colour(source: Source) -> Iterator[int]:
    """`QColor("#123456")`, `QColor(1, 2, 3)`, `Qt.red`: a colour that the theme does not know."""
    for node in nodes(source, ast.Call):
        assert isinstance(node, ast.Call)
        made = dotted(node.func).split(".")
        if "QColor" in made and any(isinstance(one, ast.Constant) for one in node.args):
            yield node.lineno
    for node in nodes(source, ast.Attribute):
        assert isinstance(node, ast.Attribute)
        if dotted(node.value).endswith("GlobalColor") and node.attr not in {"transparent", "color0", "color1"}:
            yield node.lineno


def unexplained_catch_all(source: Source) -> Iterator[int]:
    """A bare `except`, `except Exception` or `except BaseException` with no reason on its line or the next."""
    for node in nodes(source, ast.ExceptHandler):
        assert isinstance(node, ast.ExceptHandler)
        kinds = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
        broad = any(kind is None or dotted(kind) in {"Exception", "BaseException"} for kind in kinds)
        near = source.lines[node.lineno - 1 : node.body[0].lineno]
        if broad and not any(is_reason(line) for line in near):
            yield node.lineno


def is_reason(line: str) -> bool:
    """A comment of three words or more that is no instruction to a tool."""
    comment = line.partition("#")[2].strip()
    return len(comment.split()) >= 3 and not comment.startswith(("noqa", "type:", "pragma"))


def empty_names(source: Source) -> Iterator[int]:
    """A class or module named for nothing: Manager, Helper, Util, Handler, Data, Info, misc, common."""
    stem = source.path.rpartition("/")[2].removesuffix(".py")
    if set(stem.strip("_").split("_")) & BAD_WORDS:
        yield 1
    for node in nodes(source, ast.ClassDef):
        assert isinstance(node, ast.ClassDef)
        words = {word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z][a-z0-9]*", node.name)}
        if words & BAD_WORDS:
            yield node.lineno


def opens_external_links(source: Source) -> Iterator[int]:
    """`setOpenExternalLinks(…)` with anything but False: Qt would open what the text names, unchecked."""
    for node in nodes(source, ast.Call):
        assert isinstance(node, ast.Call)
        if dotted(node.func).endswith(".setOpenExternalLinks") and [ast.unparse(one) for one in node.args] != [
            "False"
        ]:
            yield node.lineno


def connected_lambda(source: Source) -> Iterator[int]:
    """`signal.connect(lambda …)`: the signal then holds what the lambda closes over for ever."""
    for node in nodes(source, ast.Call):
        assert isinstance(node, ast.Call)
        is_connect = isinstance(node.func, ast.Attribute) and node.func.attr == "connect"
        if is_connect and any(isinstance(one, ast.Lambda) for one in node.args):
            yield node.lineno


RULES = (
    Rule(
        "text widgets",
        "QLabel and its kin guess that a text is HTML; the kit's own are plain unless said otherwise",
        uses_class("QLabel", "QMessageBox", "QToolTip", "QTextBrowser", "QTextEdit", "QErrorMessage", "QWhatsThis"),
        bites=("QLabel('x')", "QtWidgets.QMessageBox.question(a, b)", "class A(QTextBrowser): pass"),
        spares=("def f(label: QLabel) -> None: ...", "PlainLabel('x')"),
        allowed=KIT,
    ),
    Rule(
        "rich text",
        "outside text becomes rich text in one place, sanitised",
        calls(r".*\.setHtml", r".*\.setMarkdown", r".*\.insertHtml", r".*\.appendHtml"),
        bites=("view.setHtml(text)", "self.document().setMarkdown(text)"),
        spares=("view.setPlainText(text)",),
        allowed=KIT,
    ),
    Rule(
        "links",
        "a link is opened by one function, which checks its scheme",
        either(mentions(r"(.*\.)?QDesktopServices"), imports("webbrowser"), opens_external_links),
        bites=("QDesktopServices.openUrl(u)", "import webbrowser", "x.setOpenExternalLinks(True)"),
        spares=("open_link(u)", "x.setOpenExternalLinks(False)"),
        allowed=("app/ui/kit/links.py",),
    ),
    Rule(
        "styles and colours",
        "one theme, made from the design tokens",
        either(
            calls(r".*\.setStyleSheet"), constant_colour, says(r"(?i)#(?:[0-9a-f]{6}|[0-9a-f]{8})\b|^#[0-9a-f]{3,4}$")
        ),
        bites=("w.setStyleSheet(x)", "QColor('red')", "QColor(1, 2, 3)", "Qt.GlobalColor.red", "a = '#ff0000'"),
        spares=("QColor(theme.ink)", "Qt.GlobalColor.transparent", "a = 'INC#12'", "'''a docstring: #ffffff'''"),
        allowed=THEME,
        where="app/ui/*",
    ),
    Rule(
        "feature switches",
        "PySide's other spellings are switched off for quick imports (decision 009)",
        imports("__feature__"),
        bites=("from __feature__ import snake_case",),
        spares=("from __future__ import annotations",),
        allowed=(),
    ),
    Rule(
        "network",
        "time-outs, limits, trust and redaction live in one layer",
        imports("requests", "urllib3", "httpx", "aiohttp", "http.client", "urllib.request", "ftplib", "smtplib"),
        bites=("import requests", "from urllib.request import urlopen"),
        spares=("from urllib.parse import urlsplit", "from http import HTTPStatus"),
        allowed=("app/connectors/http/*.py",),
    ),
    Rule(
        "sockets",
        "deadline, cancel and trust hold for each line to a remote; livestatus is no HTTP (decision 015)",
        imports("socket"),
        bites=("import socket", "from socket import create_connection"),
        spares=("line.recv(1)",),
        allowed=(
            "app/connectors/http/*.py",
            "app/connectors/watch.py",
            "app/connectors/livestatus/line.py",
            "app/connectors/livestatus/fault.py",
            "app/ui/kit/end_signal.py",
            "app/cli/poll.py",
        ),
    ),
    Rule(
        "clock, ids and chance",
        "they are ports, so that tests choose them",
        either(
            calls(r"(.*\.)?(datetime|date)\.(now|utcnow|today)", r"time\.(time|time_ns)"),
            imports("uuid", "random", "secrets"),
        ),
        bites=(
            "datetime.now(UTC)",
            "datetime.datetime.utcnow()",
            "time.time()",
            "import uuid",
            "from random import choice",
        ),
        spares=("clock.now()", "time.monotonic()", "datetime.fromtimestamp(0, UTC)"),
        allowed=BASE,
    ),
    Rule(
        "print",
        "only the command line speaks on stdout",
        calls("print"),
        bites=("print('x')",),
        spares=("painter.print()",),
        allowed=("app/cli/*",),
    ),
    Rule(
        "code from data",
        "no input is ever run or unpickled",
        either(
            calls("eval", "exec", r"os\.(system|popen)"),
            imports("pickle", "marshal", "shelve", "dill"),
            passes("shell", True),
        ),
        bites=(
            "eval(x)",
            "exec(x)",
            "import pickle",
            "subprocess.run(x, shell=True)",
            "os.system(x)",
        ),
        spares=("app.exec()", "subprocess.run([x])"),
    ),
    Rule(
        "yaml",
        "YAML can name Python objects; the one reader of foreign YAML has a loader that knows less than the safe one",
        calls(r"yaml\.(load|load_all|unsafe_load|full_load)"),
        bites=("yaml.load(f)", "yaml.unsafe_load(f)"),
        spares=("yaml.safe_load(f)",),
        allowed=("app/analysis/front_matter.py",),
    ),
    Rule(
        "keyring",
        "secrets of this computer are asked for in one room",
        imports("keyring", "secretstorage"),
        bites=("import keyring", "from keyring.errors import KeyringError"),
        allowed=("app/workstation/*",),
    ),
    Rule(
        "catch-alls",
        "errors are never swallowed: a broad except has its reason beside it",
        unexplained_catch_all,
        bites=("try: f()\nexcept Exception: pass", "try: f()\nexcept:  # noqa: E722\n    pass"),
        spares=(
            "try: f()\nexcept Exception:  # a plug-in may raise anything\n    log()",
            "try: f()\nexcept Exception:\n    # a plug-in may raise anything\n    log()",
            "try: f()\nexcept OSError: pass",
        ),
    ),
    Rule(
        "certificates",
        "a source's certificate is always checked: by its chain, or by a pinned fingerprint in trust.py",
        either(passes("verify", False), mentions(r"(.*\.)?(CERT_NONE|_create_unverified_context)")),
        bites=("get(u, verify=False)", "context.verify_mode = ssl.CERT_NONE"),
        spares=("get(u, verify=bundle)",),
        allowed=("app/connectors/trust.py",),
    ),
    Rule(
        "names",
        "a name says what the thing is in the field's terms",
        empty_names,
        bites=("class TicketManager: pass", "class HTTPHandler: pass", "class HostInfo: pass"),
        spares=("class Perfdata: pass", "class Information: pass", "class TicketPage: pass"),
    ),
    Rule(
        "connected lambdas",
        "a lambda keeps its receiver alive: connect a bound method",
        connected_lambda,
        bites=("button.clicked.connect(lambda: self.go())",),
        spares=("button.clicked.connect(self.go)", "sqlite3.connect(path)"),
        where="app/ui/*",
    ),
)
