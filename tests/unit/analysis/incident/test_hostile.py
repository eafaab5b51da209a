"""Archives made to harm or to mislead: each is refused in bounded time, naming what is wrong. No one is unpacked."""

import json
import random
import struct
import time
import unicodedata
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from app.analysis.incident import form
from tests.unit.analysis.incident.sample import BASE, checked, incident_bytes, packed, parts_of, resealed

WHOLE = incident_bytes()
PARTS = parts_of(WHOLE)
EACH = 10
LONGEST_S = 5.0
Made = tuple[bytes, str]
"""An archive, and what its refusal has to name."""
NAMES = (
    "../../outside.txt", "/etc/passwd", "..\\..\\outside.txt", "C:/outside.txt", "data/attachments/../../../x",
    "data/attachments/./x", "data/attachments//x", "data/attachments/con", "data/attachments/NUL.txt",
    "data/attachments/lpt1.log", "data/attachments/x.", "data/attachments/x ", "data/attachments/a:b",
    "data/attachments/a\u202egpj.exe", "data/attachments/a\nb", "data/attachments/e\u0301",
    "data/attachments/" + "x" * 300,
    "data/attachments/-rf", "data/attachments/%2e%2e", "data/attachments/a\x7f", "~/x", "data/attachments/aux.tar.gz",
)  # fmt: skip


def slip(chance: random.Random) -> Made:
    name = chance.choice(NAMES)
    bare = name if name.startswith(("/", "C:", "~")) or chance.random() < 0.3 else BASE + name
    return packed([*PARTS.items(), (bare, b"x")]), ""


def bomb(chance: random.Random) -> Made:
    part = chance.choice(["data/timeline.jsonl", "index.html", "data/attachments/0001-x", "data/incident.json"])
    return packed([*without(part), (BASE + part, bytes(chance.randint(2, 40) * 1_000_000))]), part


def many_bombs(chance: random.Random) -> Made:
    """Each one small enough, all together too large."""
    content = b"".join(chance.randbytes(300) + bytes(9_000) for _ in range(2_000))
    item = (zlib.compressobj(9, zlib.DEFLATED, -15), content)
    raw = item[0].compress(content) + item[0].flush()
    extra = [(f"{BASE}data/attachments/{n:04}-x", raw, 8, len(content), zlib.crc32(content)) for n in range(30)]
    return assembled([*plain_parts(PARTS), *extra]), "data/attachments/"


def overlap(chance: random.Random) -> Made:
    """Two entries of the directory share the bytes of one part."""
    start, entries = directory_of(WHOLE)
    twice = bytearray(entries[chance.randrange(len(entries))])
    name = bytes(twice[46:])
    twice[46:] = name[:-1] + b"~"
    return with_directory(WHOLE[:start], [*entries, bytes(twice)]), ""


def duplicate(chance: random.Random) -> Made:
    name = chance.choice([name for name in PARTS if name.startswith(BASE + "data/")])
    twin = chance.choice([name, name.upper(), name.replace("j", "J"), name.replace("data", "Data")])
    return packed_twice([*PARTS.items(), (twin, b"{}\n")]), ""


def same_by_normal_form(chance: random.Random) -> Made:
    pair = chance.choice([("ﬁle", "file"), ("Straße", "STRASSE"), ("ｘ", "x"), ("é", "É")])
    names = [f"{BASE}data/attachments/{unicodedata.normalize('NFC', name)}" for name in pair]
    return packed([*PARTS.items(), *((name, b"x") for name in names)]), "data/attachments/"


def file_as_folder(chance: random.Random) -> Made:
    name = chance.choice(sorted(PARTS))
    return packed([*PARTS.items(), (f"{name}/inner", b"x")]), ""


def lying_size(chance: random.Random) -> Made:
    """Headers, both of them, that tell of more or less than there is."""
    parts = plain_parts(PARTS)
    place = chance.randrange(len(parts))
    name, raw, method, size, crc = parts[place]
    parts[place] = (name, raw, method, max(0, size + chance.choice([-1, 1, -7, 1_000, 40_000])), crc)
    return assembled(parts), name.removeprefix(BASE) if size else ""


def lying_local(chance: random.Random) -> Made:
    """The part's own header says something else than the directory."""
    raw = bytearray(WHOLE)
    place = WHOLE.index(b"PK\3\4", chance.randrange(len(WHOLE) // 2))
    raw[place + chance.choice([4, 6, 8, 10, 14, 18, 22, 26, 28, 31])] ^= 1 << chance.randrange(8)
    return bytes(raw), ""


def link(chance: random.Random) -> Made:
    kind = chance.choice([0o120777, 0o040755, 0o020666, 0o060666, 0o010644, 0o140755])
    item = zipfile.ZipInfo(BASE + "data/attachments/0001-x")
    item.create_system, item.external_attr = 3, kind << 16
    return packed([*PARTS.items(), (item, b"/etc/passwd")]), "data/attachments/0001-x"


def wrong_hash(chance: random.Random) -> Made:
    """A part that was changed by somebody who did not know the manifests."""
    name = chance.choice([name for name in PARTS if name.endswith((".html", "bag-info.txt", "tickets.jsonl"))])
    content = PARTS[name].replace(b"INC-1", b"INC-2")
    return packed((PARTS | {name: content}).items()), name.removeprefix(BASE)


def wrong_manifest(chance: random.Random) -> Made:
    name = BASE + chance.choice([form.MANIFEST, form.TAG_MANIFEST])
    lines = PARTS[name].splitlines(keepends=True)
    broken = chance.choice(
        [lines[1:], [*lines, lines[0]], [*lines, b"0" * 64 + b"  data/gone\n"], [b"x" + lines[0], *lines[1:]], []]
    )
    return packed((PARTS | {name: b"".join(broken)}).items()), ""


def missing(chance: random.Random) -> Made:
    name = chance.choice(sorted(PARTS))
    return packed([each for each in PARTS.items() if each[0] != name]), name.removeprefix(BASE)


def surplus(chance: random.Random) -> Made:
    part = chance.choice(["run.sh", "data/x.jsonl", "fetch.txt", "data/attachments/0009-x", "data/incident.json.bak"])
    parts = PARTS | {BASE + part: b"x"}
    return packed((resealed(parts) if chance.random() < 0.5 else parts).items()), part


def outside_the_folder(chance: random.Random) -> Made:
    name = chance.choice(["index.html", "other/index.html", "x"])
    return packed([*PARTS.items(), (name, b"x")]), name


def newer(chance: random.Random) -> Made:
    told = json.loads(PARTS[BASE + form.HEAD]) | {"version": chance.randint(2, 10_000), "novelty": {"a": [1]}}
    return packed(resealed(PARTS | {BASE + form.HEAD: json.dumps(told).encode()}).items()), form.HEAD


def other_head(chance: random.Random) -> Made:
    told = json.loads(PARTS[BASE + form.HEAD])
    heads: list[bytes] = [
        b"", b"null", b"[]", b"{}", b"[" * 100_000, b'{"a":' * 50_000, b"\xff\xfe", b"1" * 9_000,
        json.dumps(told | {"format": "other"}).encode(), json.dumps(told | {"version": 0}).encode(),
        json.dumps(told | {"version": "1"}).encode(), json.dumps(told | {"counts": {"timeline": 11}}).encode(),
        json.dumps(told | {"made_at": "yesterday"}).encode(), json.dumps(told | {"version": 1e400}).encode(),
    ]  # fmt: skip
    return packed(resealed(PARTS | {BASE + form.HEAD: chance.choice(heads)}).items()), ""


def bad_rows(chance: random.Random) -> Made:
    kind = chance.choice(list(form.PARTS))
    name = BASE + form.part_of(kind)
    row = (PARTS[name].splitlines() or [b"{}"])[0]
    bad: list[bytes] = [
        b"{}\n", b"null\n", b"\n", row, b"[" * 100_000 + b"\n", row[:-1] + b',"more":1}\n', b"\xff\n",
        b"{" * 9 + b"\n", row[:-1] + b',"at":1}\n', b'{"a":1e999}\n', b'"\\ud800"\n',
        row.replace(b'"', b"'") + b"x\n", b"x" * 4_100_000,
    ]  # fmt: skip
    return packed(resealed(PARTS | {name: PARTS[name] + chance.choice(bad)}).items()), form.part_of(kind)


def method(chance: random.Random) -> Made:
    chosen = chance.choice([zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
    return packed(PARTS.items(), chosen), ""


def flagged(chance: random.Random) -> Made:
    """Encrypted, streamed, patched: bits that no part may have, in both headers."""
    bit = 1 << chance.choice([0, 3, 5, 6, 13])
    start, entries = directory_of(WHOLE)
    raw, listed = bytearray(WHOLE[:start]), []
    for line in entries:
        changed = bytearray(line)
        changed[8:10] = struct.pack("<H", bit)
        offset = struct.unpack_from("<L", line, 42)[0]
        raw[offset + 6 : offset + 8] = struct.pack("<H", bit)
        listed.append(bytes(changed))
    return with_directory(bytes(raw), listed), ""


def extra_field(chance: random.Random) -> Made:
    item = zipfile.ZipInfo(BASE + "data/attachments/0001-x")
    item.extra = struct.pack("<HH", chance.choice([1, 0x5455, 0x7075]), 8) + bytes(8)
    return packed([*PARTS.items(), (item, b"x")]), "data/attachments/0001-x"


def around(chance: random.Random) -> Made:
    """Something before, between or behind."""
    junk = chance.randbytes(chance.randint(1, 400))
    place = chance.choice([0, len(WHOLE), WHOLE.index(b"PK\1\2")])
    return WHOLE[:place] + junk + WHOLE[place:], "the file"


def cut(chance: random.Random) -> Made:
    return WHOLE[: chance.randrange(len(WHOLE))], ""


def too_many(chance: random.Random) -> Made:
    extra = [(f"{BASE}data/attachments/{n}", b"") for n in range(10_001 + chance.randrange(9))]
    return packed([*PARTS.items(), *extra], zipfile.ZIP_STORED), "the file"


def zip64(chance: random.Random) -> Made:
    """Counts and sizes that mean: look elsewhere."""
    end = WHOLE.rindex(b"PK\5\6")
    raw = bytearray(WHOLE)
    place, mark = chance.choice([(8, b"\xff\xff\xff\xff"), (12, b"\xff\xff\xff\xff"), (16, b"\xff\xff\xff\xff")])
    raw[end + place : end + place + 4] = mark
    return bytes(raw), "the file"


def foreign_comment(chance: random.Random) -> Made:
    end = WHOLE.rindex(b"PK\5\6")
    comment = chance.randbytes(20) if chance.random() < 0.5 else b"watchdesk incident seal sha256=" + b"0" * 64
    return WHOLE[: end + 20] + struct.pack("<H", len(comment)) + comment, "the file"


def other_thing(chance: random.Random) -> Made:
    things = [b"", b"x", b"PK\5\6" + bytes(18), b"PK\5\6" * 6, chance.randbytes(3_000), b"%PDF-1.4", bytes(100_000)]
    return chance.choice(things), ""


def other_bag(chance: random.Random) -> Made:
    text = chance.choice([b"BagIt-Version: 0.97\nTag-File-Character-Encoding: UTF-8\n", b"", b"\xff\xfe", b"BagIt"])
    return packed(resealed(PARTS | {BASE + form.BAGIT: text}).items()), form.BAGIT


def attachment_lie(chance: random.Random) -> Made:
    """A row that tells of a file that is not there, or not so."""
    told = {
        "ticket": "INC-1", "name": "x", "sha256": "0" * 64, "size_bytes": 1, "at": "2026-11-23T10:00:00Z", "by": "a",
        "part": chance.choice(["data/attachments/0001-x", "data/timeline.jsonl", "../../x", "index.html"]),
    }  # fmt: skip
    head = json.loads(PARTS[BASE + form.HEAD])
    head["counts"]["attachments"] = 1
    parts = PARTS | {
        BASE + form.part_of("attachments"): json.dumps(told).encode() + b"\n",
        BASE + form.HEAD: json.dumps(head).encode(),
    }
    if chance.random() < 0.5:
        parts |= {BASE + "data/attachments/0001-x": b"y"}
    return packed(resealed(parts).items()), ""


HOSTILE: tuple[Callable[[random.Random], Made], ...] = (
    slip, bomb, overlap, duplicate, same_by_normal_form, file_as_folder, lying_size, lying_local, link, wrong_hash,
    wrong_manifest, missing, surplus, outside_the_folder, newer, other_head, bad_rows, method, flagged, extra_field,
    around, cut, zip64, foreign_comment, other_thing, other_bag, attachment_lie,
)  # fmt: skip
COSTLY: tuple[Callable[[random.Random], Made], ...] = (many_bombs, too_many)


@pytest.mark.parametrize("made", HOSTILE, ids=lambda made: made.__name__)
def test_it_is_refused_by_name(made: Callable[[random.Random], Made]) -> None:
    for seed in range(EACH + EACH // 2):
        refused(*made(random.Random(f"{made.__name__} {seed}")), seed)


@pytest.mark.parametrize("made", COSTLY, ids=lambda made: made.__name__)
def test_a_large_one_is_refused_by_name(made: Callable[[random.Random], Made]) -> None:
    refused(*made(random.Random(made.__name__)), 0)


def refused(raw: bytes, named: str, seed: int) -> None:
    began = time.perf_counter()
    verdict = checked(raw)
    took_s = time.perf_counter() - began
    assert not verdict.valid, f"seed {seed}"
    assert any(named in error for error in verdict.errors), (seed, named, verdict.errors)
    assert all(": " in error and error.isprintable() for error in verdict.errors), (seed, verdict.errors)
    assert took_s < LONGEST_S


def test_there_are_four_hundred() -> None:
    assert len(HOSTILE) * (EACH + EACH // 2) + len(COSTLY) >= 400


def test_a_flipped_bit_is_found_anywhere() -> None:
    chance = random.Random(5)
    places = chance.sample(range(len(WHOLE)), 600)
    missed = [place for place in places if checked(flipped(WHOLE, place, 1 << chance.randrange(8))).valid]
    assert not missed


def test_a_changed_byte_is_found_everywhere() -> None:
    chance = random.Random(6)
    missed = [place for place in range(len(WHOLE)) if checked(flipped(WHOLE, place, chance.randint(1, 255))).valid]
    assert not missed


def test_a_thousand_fuzzed_files_are_refused() -> None:
    for seed in range(1_000):
        chance = random.Random(f"fuzz {seed}")
        raw = fuzzed(WHOLE, chance)
        began = time.perf_counter()
        assert raw == WHOLE or not checked(raw).valid, f"seed {seed}"
        assert time.perf_counter() - began < LONGEST_S, f"seed {seed}"


def test_fuzzed_parts_in_a_sound_archive_end_in_a_verdict() -> None:
    """The manifests fit, so that what is in the parts is really read."""
    outcomes = set()
    for seed in range(600):
        chance = random.Random(f"part {seed}")
        name = chance.choice([name for name in sorted(PARTS) if PARTS[name]])
        parts = PARTS | {name: fuzzed(PARTS[name], chance)}
        keeps = name.removeprefix(BASE) in (form.MANIFEST, form.TAG_MANIFEST)
        verdict = checked(packed((parts if keeps else resealed(parts)).items(), zipfile.ZIP_STORED))
        assert all(": " in error for error in verdict.errors)
        outcomes.add((name, verdict.valid))
    assert len(outcomes) > len(PARTS) * 0.7


def test_nothing_is_written_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    monkeypatch.chdir(inner)
    for name in NAMES:
        checked(packed([*PARTS.items(), (BASE + name, b"x"), (name, b"x")]))
    assert sorted(tmp_path.rglob("*")) == [tmp_path / "a", inner]


def fuzzed(whole: bytes, chance: random.Random) -> bytes:
    raw = bytearray(whole)
    for _ in range(chance.randint(1, 12)):
        fuzz(raw, chance)
    return bytes(raw)


def fuzz(raw: bytearray, chance: random.Random) -> None:
    """One change: a byte, a cut, a copy, a number that means much."""
    place = chance.randrange(len(raw))
    match chance.randrange(5):
        case 0:
            raw[place] = chance.randrange(256)
        case 1:
            del raw[place : place + chance.randint(1, 40)]
        case 2:
            raw[place:place] = raw[place : place + chance.randint(1, 400)]
        case 3:
            raw[place : place + 4] = chance.choice(
                [b"\xff\xff\xff\xff", bytes(4), b"PK\1\2", b"PK\5\6", b"\xff\x7f\0\0"]
            )
        case _:
            raw[place:place] = chance.randbytes(chance.randint(1, 40))
    if not raw:
        raw += b"x"


def flipped(raw: bytes, place: int, mask: int) -> bytes:
    changed = bytearray(raw)
    changed[place] ^= mask
    return bytes(changed)


def without(part: str) -> list[tuple[str, bytes]]:
    return [(name, content) for name, content in PARTS.items() if name != BASE + part]


def packed_twice(parts: list[tuple[str, bytes]]) -> bytes:
    """Names may repeat."""
    return assembled([(name, raw, 0, len(raw), zlib.crc32(raw)) for name, raw in parts])


Raw = tuple[str, bytes, int, int, int]
"""Name, packed bytes, method, size, check sum."""


def plain_parts(parts: dict[str, bytes]) -> list[Raw]:
    packed_parts = []
    for name, content in parts.items():
        pack = zlib.compressobj(6, zlib.DEFLATED, -15)
        packed_parts.append((name, pack.compress(content) + pack.flush(), 8, len(content), zlib.crc32(content)))
    return packed_parts


def assembled(parts: list[Raw]) -> bytes:
    """An archive with exactly these headers."""
    raw, listed = b"", []
    for name, content, method_, size, crc in parts:
        text = name.encode()
        shared = struct.pack("<2B4H3L2H", 20, 0, 0x800, method_, 0, 33, crc, len(content), size, len(text), 0)
        listed.append(
            b"PK\1\2" + bytes([20, 3]) + shared + struct.pack("<3H2L", 0, 0, 0, 0o100600 << 16, len(raw)) + text
        )
        raw += b"PK\3\4" + shared + text + content
    return with_directory(raw, listed)


def with_directory(raw: bytes, entries: list[bytes]) -> bytes:
    listed = b"".join(entries)
    return (
        raw + listed + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, len(entries), len(entries), len(listed), len(raw), 0)
    )


def directory_of(raw: bytes) -> tuple[int, list[bytes]]:
    """Where the directory begins, and its entries."""
    end = raw.rindex(b"PK\5\6")
    _, _, count, length, start = struct.unpack_from("<2H H2L", raw, end + 6)
    place, entries = start, []
    for _ in range(count):
        size = 46 + struct.unpack_from("<H", raw, place + 28)[0]
        entries.append(raw[place : place + size])
        place += size
    assert place == start + length
    return start, entries


def test_the_hand_made_archive_is_a_good_one() -> None:
    """Else what is made of it would be refused for another reason."""
    start, entries = directory_of(WHOLE)
    assert checked(assembled(plain_parts(PARTS))).errors == ()
    assert checked(with_directory(WHOLE[:start], entries)).errors == ()
    assert checked(packed(resealed(PARTS).items())).errors == ()
