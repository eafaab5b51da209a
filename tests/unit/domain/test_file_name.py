"""Names from outside made harmless, and which kinds may be opened."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.errors import Refused
from app.domain.file_name import HEAD_BYTES, OPENED, RUN, ending_of, harmless_name, opening_name

NAMES = [
    ("gateway.log", "gateway.log"),
    ("../../etc/passwd", "passwd"),
    ("..\\..\\Windows\\win.ini", "win.ini"),
    ("C:\\Temp\\trace.txt", "trace.txt"),
    ("a\nb\x00c\x1b[31m.txt", "a_b_c_[31m.txt"),
    ("invoice\u202egpj.exe", "invoice_gpj.exe"),
    ("", "attachment"),
    ("..", "attachment"),
    ("...", "attachment"),
    ("/", "attachment"),
    (".bashrc", "bashrc"),
    ("--help", "help"),
    ("NUL", "_NUL"),
    ("con.txt", "_con.txt"),
    ("report.exe. ", "report.exe"),
    ("a:b*c?d|e<f>g\"h'.pdf", "a_b_c_d_e_f_g_h_.pdf"),
    ("Störung ✓ 日本.png", "Störung _ 日本.png"),
    ("$(reboot);`x`.txt", "_(reboot)__x_.txt"),
]


@pytest.mark.parametrize(("name", "harmless"), NAMES)
def test_a_name_becomes_harmless(name: str, harmless: str) -> None:
    assert harmless_name(name) == harmless


def test_a_long_name_keeps_its_ending() -> None:
    made = harmless_name("ä" * 300 + ".log")
    assert made.endswith("ä.log")
    assert len(made.encode()) <= 120


@given(st.text())
def test_any_name_is_one_visible_file_in_its_folder(name: str) -> None:
    made = harmless_name(name)
    assert made.strip(" .") == made != ""
    assert not set(made) & set("/\\:*?\"<>|'`$;&!~\n\0")
    assert not made.startswith("-")
    assert len(made.encode()) <= 120
    assert all(unicodedata.category(char)[0] != "C" for char in made)
    assert harmless_name(made) == made


@pytest.mark.parametrize(
    ("name", "head", "opens_as"),
    [
        ("gateway.log", b"14:21:07 pool_exhausted\n", "gateway.log"),
        ("page.log", b"14:21 answered <html><script>x</script>\n", "page.log"),
        ("shot.PNG", b"\x89PNG\r\n\x1a\n", "shot.PNG"),
        ("messages", b"Nov 12 kernel: eth0 up\n", "messages.txt"),
        ("core.2031.trace", "Spur: größer\n".encode(), "core.2031.trace.txt"),
        ("empty.txt", b"", "empty.txt"),
        ("../up.csv", b"a,b\n", "up.csv"),
    ],
)  # fmt: skip
def test_what_only_shows_is_opened_under_a_harmless_name(name: str, head: bytes, opens_as: str) -> None:
    assert opening_name(name, head) == opens_as


@pytest.mark.parametrize(
    ("name", "head"),
    [
        ("run.sh", b"echo\n"), ("x.desktop", b"\n"), ("a.exe", b""), ("a.jar", b"PK"), ("a.html", b""),
        ("a.svg", b""), ("A.HTML", b""), ("invoice.pdf.exe", b""), ("notes.exe ", b""), ("evil\u202etxt.sh", b""),
        ("notes.txt", b"#!/bin/sh\nrm -r x\n"), ("notes.txt", b"\x7fELF\x02\x01"), ("photo.png", b"MZ\x90"),
        ("notes", b"#!/usr/bin/env python3\n"), ("notes.txt", b"[Desktop Entry]\nExec=x\n"),
        ("notes", b"<!DOCTYPE html><script>"), ("notes", b"\xef\xbb\xbf \n<svg onload=x>"), ("a.txt", b"<html>"),
        ("a.zip", b"PK\x03\x04 META-INF/MANIFEST.MF"), ("a.docx", b"PK word/vbaProject.bin"),
        ("note", b"see <script>alert(1)</script>"), ("Main.log", b"\xca\xfe\xba\xbe\x00\x00\x00\x41"),
    ],
)  # fmt: skip
def test_what_could_run_is_refused_by_name_or_content(name: str, head: bytes) -> None:
    with pytest.raises(Refused) as refused:
        opening_name(name, head)
    assert "is not opened from here. It is of a kind that can run" in refused.value.sentence()


def test_bytes_of_an_unknown_kind_are_refused() -> None:
    with pytest.raises(Refused) as refused:
        opening_name("dump.q7x", b"\x00\x01\x02\xff" * 10)
    assert "is not known. Save it" in refused.value.sentence()


def test_long_text_is_text_also_where_its_beginning_is_cut_within_a_letter() -> None:
    head = ("x" + "ä" * HEAD_BYTES).encode()[:HEAD_BYTES]
    assert opening_name("notes", head) == "notes.txt"


def test_no_ending_is_in_both_tables() -> None:
    assert not OPENED & RUN
    assert ending_of("a.b.TXT") == "txt"
    assert ending_of("txt") == ""
