"""``watchdesk review FILE``: one incident file, read where it lies. Opens no profile and fetches nothing."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, Final

import msgspec

from app.analysis.incident.form import PARTS, TimelineRow
from app.analysis.incident.reading import Incident, Verdict, open_incident, verify
from app.analysis.incident.signature import checker
from app.base.errors import EnvironmentTrouble, NotFound
from app.base.text import one_line, tr
from app.cli.command import DONE, NOT_SOUND, Command
from app.cli.context import Context

_SHOWN: Final = 200


def review(context: Context) -> int:
    """Read an incident file, every byte of which is verified first. Needs no profile, no account and no network.

    --verify only tells whether it is sound. Exit code 4: it is not; each error names the part. Without --json it is
    told in lines.

    Keys (--verify): valid signature (state key) redaction (profile version masked left_out) parts[] (name size_bytes
    sha256 state) errors[].
    signature.state: none, valid, invalid, not checked. key: the SHA-256 of the public key. A sound signature says
    that the holder of that key made the file; --signed-by KEY holds it against the one that you know.

    Keys: format version made_at made_with made_by subject title since_at until_at counts redaction signature
    tickets[] timeline[] problems[] states[] samples[] articles[] attachments[], whose keys the JSON Schema in
    resources/incident tells.
    """
    with _opened(context.args.file.expanduser()) as file:
        verdict = verify(file, context.cancel, checker(context.args.signed_by))
        if context.args.verify:
            context.answer(_verdict_document(verdict), lambda: _verdict_lines(verdict))
        elif verdict.valid:
            _tell(context, open_incident(file), verdict)
        for error in verdict.errors:
            context.say(error)
    return DONE if verdict.valid else NOT_SOUND


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except FileNotFoundError:
        raise NotFound(
            tr("There is no file {path}.", path=path), hint=tr("Look at its name."), concerns=str(path)
        ) from None
    except OSError as error:
        raise EnvironmentTrouble(
            tr("{path} cannot be read.", path=path), detail=f"{error.strerror}.", concerns=str(path)
        ) from error


def _verdict_document(verdict: Verdict) -> dict[str, Any]:
    return {
        "valid": verdict.valid,
        "signature": dict(verdict.signature),
        "redaction": None if verdict.head is None else msgspec.to_builtins(verdict.head.redaction),
        "parts": [
            {"name": part.name, "size_bytes": part.size_bytes, "sha256": part.sha256 or None, "state": part.state}
            for part in verdict.parts
        ],
        "errors": list(verdict.errors),
    }


def _verdict_lines(verdict: Verdict) -> Iterator[str]:
    if not verdict.valid:
        yield tr("The file is not sound: do not rely on it.")
        return
    yield tr("The file is sound: {n} parts are as they were written.", n=len(verdict.parts))
    yield tr("Signature: {state}", state=verdict.signature["state"])
    if verdict.head is not None:
        yield tr("Redaction profile: {profile}", profile=one_line(verdict.head.redaction.profile))


def _tell(context: Context, incident: Incident, verdict: Verdict) -> None:
    if not context.json:
        context.answer(None, lambda: _lines(incident, verdict))
        return
    told = msgspec.to_builtins(incident.head) | {"signature": dict(verdict.signature)}
    context.out.write("{\n" + ",\n".join(f"  {json.dumps(key)}: {_json(value)}" for key, value in told.items()))
    for kind in PARTS:
        context.out.write(f",\n  {json.dumps(kind)}: [")
        before = "\n    "
        for row in incident.rows(kind):
            context.out.write(before + _json(msgspec.to_builtins(row)))
            before = ",\n    "
        context.out.write("]")
    context.out.write("\n}\n")


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _lines(incident: Incident, verdict: Verdict) -> Iterator[str]:
    head = incident.head
    yield one_line(f"{head.subject}  {head.title}")
    yield tr("Written {at} by {by}; from {since} until {until}", at=head.made_at, by=one_line(head.made_by),
             since=head.since_at, until=head.until_at)  # fmt: skip
    yield from _verdict_lines(verdict)
    yield ", ".join(f"{number} {kind}" for kind, number in head.counts.items())
    for place, row in enumerate(incident.rows("timeline")):
        if place == _SHOWN:
            yield tr("… and {n} more; --json tells all.", n=head.counts["timeline"] - _SHOWN)
            return
        if isinstance(row, TimelineRow):
            what = f"{row.field}: {row.old or '–'} → {row.new or '–'}" if row.field else row.text or ""
            yield one_line(f"{row.at}  {row.kind:<10} {row.by or ''}  {what}")


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", type=Path, help="the incident file")
    parser.add_argument("--signed-by", metavar="KEY", help="the SHA-256 of the public key that must have signed it")
    parser.add_argument("--verify", action="store_true", help="only tell whether it is sound")


COMMANDS: Final = (Command("review", "Read and verify an incident file", review, _arguments),)
