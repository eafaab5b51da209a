"""What a file from outside may be called here, and whether its kind may be opened. Tables and rules; touches no file.

A name says where the desktop sends a file: so it is made harmless first, and the kind is read from what is left.
"""

from __future__ import annotations

import unicodedata
from typing import Final

from app.base.errors import Refused
from app.base.text import one_line, tr

HEAD_BYTES: Final = 8_192
"""How much of a file's beginning ``opening_name`` wants to see."""
_LONGEST: Final = 120
_SIGNS: Final = frozenset(" ._-+@,=()[]#")
_RESERVED: Final = frozenset(
    ["con", "prn", "aux", "nul", *(f"com{n}" for n in range(10)), *(f"lpt{n}" for n in range(10))]
)

_TEXT_WORDS: Final = "txt log csv tsv md rst json jsonl ndjson yaml yml toml ini conf cfg diff patch har"
_SHOWN_WORDS: Final = """
    png jpg jpeg gif webp bmp tif tiff pdf docx xlsx pptx odt ods odp rtf mp3 wav ogg oga opus flac mp4 webm mkv mov
    zip gz tgz bz2 xz zst 7z tar pcap pcapng"""
_RUN_WORDS: Final = """
    desktop sh bash zsh ksh csh fish command run bin elf so out exe dll com bat cmd ps1 psm1 psd1 msi msp msix scr
    pif vbs vbe vb js jse mjs cjs ws wsf wsh wsc hta cpl reg inf lnk url webloc scf jar jnlp class war ear
    py pyw pyc pyz pl pm rb php lua tcl awk r jl appimage deb rpm apk dmg pkg app iso img vhd vhdx action workflow
    terminal scpt applescript html htm xhtml xht shtml mht mhtml svg svgz xml xsl xslt swf chm gadget application
    docm dotm xlsm xltm xlam xlsb pptm potm ppam ppsm service timer socket mount flatpakref flatpakrepo snap vsix
    crx xpi ipynb torrent eml msg mobileconfig oxt theme plasmoid"""
_TEXTS: Final = frozenset(_TEXT_WORDS.split())
OPENED: Final = _TEXTS | frozenset(_SHOWN_WORDS.split())
"""Endings whose programs show a file and run nothing of it."""
RUN: Final = frozenset(_RUN_WORDS.split())
"""Endings whose programs may run what is in a file, or show a page that acts."""
_PROGRAMS: Final = (
    b"#!", b"\x7fELF", b"MZ", b"\xca\xfe\xba\xbe", b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe", b"!<arch>", b"\xed\xab\xee\xdb", b"L\x00\x00\x00\x01\x14\x02\x00",
)  # fmt: skip
_ACTING: Final = (b"[desktop entry]", b"[internetshortcut]", b"meta-inf/manifest.mf", b"vbaproject.bin")
_PAGES: Final = (b"<!doctype html", b"<html", b"<script", b"<svg", b"<?xml", b"<iframe", b"<body", b"<head")


def harmless_name(name: str, instead: str = "attachment") -> str:
    """A name for one file in one folder, on every system: no folders, no control or bidi characters, no hidden or
    reserved name, at most 120 bytes, the ending kept."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(char if _is_harmless(char) else "_" for char in last).strip(" .")
    kept = kept.lstrip("-") or instead
    if kept.split(".")[0].strip().casefold() in _RESERVED:
        kept = f"_{kept}"
    stem, dot, ending = kept.rpartition(".")
    if not dot or not stem or len(ending.encode()) > 20:
        stem, dot, ending = kept, "", ""
    room = _LONGEST - len((dot + ending).encode())
    return stem.encode()[:room].decode(errors="ignore").rstrip(" .") + dot + ending


def ending_of(name: str) -> str:
    """The ending that the desktop goes by, in small letters; empty when there is none."""
    stem, _, ending = name.rpartition(".")
    return ending.casefold() if stem else ""


def opening_name(name: str, head: bytes) -> str:
    """The name under which a copy may be opened. ``head``: its first bytes. Raises Refused for what could run.

    Text of a kind that is not known becomes ``.txt``: then an editor shows it.
    """
    harmless = harmless_name(name)
    ending = ending_of(harmless)
    if ending in RUN or could_run(head, is_text=ending in _TEXTS):
        raise Refused(
            tr("“{name}” is not opened from here.", name=one_line(name)),
            detail=tr("It is of a kind that can run as a program or an active page."),
            hint=tr("Save it, and open it only if you know who made it and why."),
        )
    if ending in OPENED:
        return harmless
    if _is_text(head):
        return harmless_name(f"{harmless[: _LONGEST - 4]}.txt")
    raise Refused(
        tr("“{name}” is not opened from here.", name=one_line(name)),
        detail=tr("What its kind does when it is opened is not known."),
        hint=tr("Save it, and open it with a program that you choose."),
    )


def could_run(head: bytes, *, is_text: bool = False) -> bool:
    """Whether a file that begins so could run or act, whatever it is called. ``is_text``: its name sends it to an
    editor, where a page's tags within do nothing."""
    begins = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if head.startswith(_PROGRAMS) or begins.startswith((b"#!", *_PAGES)):
        return True
    low = head.lower()
    return any(sign in low for sign in _ACTING) or (not is_text and any(sign in low for sign in _PAGES))


def _is_harmless(char: str) -> bool:
    return char in _SIGNS or unicodedata.category(char)[0] in "LNM"


def _is_text(head: bytes) -> bool:
    try:
        text = head.decode() if len(head) < HEAD_BYTES else head[:-4].decode(errors="ignore")
    except UnicodeDecodeError:
        return False
    return "\0" not in text and "\ufffd" not in text
