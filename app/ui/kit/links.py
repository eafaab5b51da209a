"""Opening links and files: the one place that hands an address to the desktop. Owns the check; trusts no text.

Allowed are http, https and mailto, strictly parsed. Anything that could show one host and open another is refused.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from app.base.text import tr

_MAX_LENGTH = 2_048
_WEB = ("http", "https")
_FORBIDDEN = frozenset('\\"<>^`{|} ')
_MAIL_FORBIDDEN = frozenset("?&%/:")


@dataclass(frozen=True, slots=True)
class Link:
    """An address that may be opened. ``host`` is what is really contacted, in its ASCII (punycode) form."""

    url: str
    scheme: str
    host: str


Confirm = Callable[[Link], bool]
"""Shown the link, answers whether to open it."""


class BadLink(ValueError):
    """The address may not be opened; the text says why, for a person."""


def check_link(url: str) -> Link:
    """Parse strictly. Raises BadLink with a sentence."""
    if not url or len(url) > _MAX_LENGTH:
        raise BadLink(tr("The link is empty or too long."))
    if any(char in _FORBIDDEN or unicodedata.category(char)[0] == "C" for char in url) or url != url.strip():
        raise BadLink(tr("The link holds characters that do not belong into an address."))
    scheme = url.partition(":")[0].lower()
    if scheme == "mailto":
        return _check_mail(url)
    if scheme not in _WEB:
        raise BadLink(tr("Only web and mail addresses are opened."))
    return _check_web(url, scheme)


def open_link(url: str, confirm: Confirm | None = None) -> bool:
    """Open an address in the browser or mail program, when it is sound and ``confirm`` agrees.

    False when the person said no or the desktop has nothing to open it with. Raises BadLink.
    """
    link = check_link(url)
    if confirm is not None and not confirm(link):
        return False
    return QDesktopServices.openUrl(QUrl(link.url, QUrl.ParsingMode.StrictMode))


def open_file(path: Path) -> bool:
    """Show a file with the desktop's program for its kind. False when there is none, or it is no plain file.

    Only for copies of our own with a name of our own: ``app.domain.file_name`` says which kinds and names.
    """
    return path.is_absolute() and path.is_file() and QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))


def _check_mail(url: str) -> Link:
    address = url[len("mailto:") :]
    name, at, domain = address.partition("@")
    # Header fields after "?" can add attachments or hidden recipients in some mail programs.
    if not (name and at and domain) or "@" in domain or any(char in _MAIL_FORBIDDEN for char in address):
        raise BadLink(tr("The mail address is not a plain one."))
    return Link(f"mailto:{name}@{_ascii_host(domain)}", "mailto", _ascii_host(domain))


def _check_web(url: str, scheme: str) -> Link:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise BadLink(tr("The link is not a well-formed web address.")) from error
    if not url[len(scheme) :].startswith("://") or not parts.hostname:
        raise BadLink(tr("The link is not a well-formed web address."))
    if "@" in parts.netloc:
        raise BadLink(tr("The link hides its host behind a user name."))
    if "%" in parts.netloc or "[" in parts.path or port == 0:
        raise BadLink(tr("The link is not a well-formed web address."))
    host = _ascii_host(parts.hostname)
    strict = QUrl(url, QUrl.ParsingMode.StrictMode)
    if not strict.isValid() or strict.userInfo() or not _same_host(strict, host):
        raise BadLink(tr("The link can be read in two ways."))
    return Link(bytes(strict.toEncoded().data()).decode("ascii"), scheme, host)


def _same_host(url: QUrl, host: str) -> bool:
    """Whether Qt sees the host that we saw."""
    seen = url.host(QUrl.ComponentFormattingOption.EncodeUnicode).lower()
    return seen in {host, host.strip("[]")}


def _ascii_host(host: str) -> str:
    """The host in punycode, lower case. Raises BadLink when it is not a plain name or address."""
    if ":" in host:
        try:
            return str(ip_address(host))
        except ValueError as error:
            raise BadLink(tr("The link's host is not a name.")) from error
    try:
        plain = host.encode("idna").decode("ascii").lower()
    except UnicodeError as error:
        raise BadLink(tr("The link's host is not a name.")) from error
    labels = plain.removesuffix(".").split(".")
    if not all(label and label.replace("-", "").replace("_", "").isalnum() for label in labels):
        raise BadLink(tr("The link's host is not a name."))
    if (labels[-1].isdigit() and not _is_ip(plain)) or labels[-1].startswith("0x"):
        raise BadLink(tr("The link's host is not a name."))
    return plain


def _is_ip(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
