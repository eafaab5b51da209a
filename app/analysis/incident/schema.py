"""Writes the JSON Schema of the incident file, resources/incident/incident-1.schema.json, from the types of ``form``.

Run ``python -m app.analysis.incident.schema`` after a change; a test holds the file in step.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import msgspec

from app.analysis.incident.form import HEAD, PARTS, VERSION, Head, part_of

PATH: Final = Path(__file__).parents[3] / "resources" / "incident" / f"incident-{VERSION}.schema.json"
_ABOUT: Final = (
    "What the parts of a Watchdesk incident file hold. The file is a ZIP of one folder, a BagIt bag (RFC 8493). Each "
    "line of data/KIND.jsonl is one object of the definition named in x-parts; data/incident.json is one object. "
    "Attachments lie in data/attachments/ under the names that their rows tell."
)


def schema() -> dict[str, Any]:
    """The whole schema."""
    shown, definitions = msgspec.json.schema_components([Head, *PARTS.values()], ref_template="#/$defs/{name}")
    parts = {HEAD: shown[0]} | dict(zip(map(part_of, PARTS), shown[1:], strict=True))
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:watchdesk:incident:{VERSION}",
        "title": f"Watchdesk incident file, format {VERSION}",
        "description": _ABOUT,
        "x-parts": parts,
        "anyOf": list(parts.values()),
        "$defs": definitions,
    }


def render_schema() -> str:
    """The file's text."""
    return json.dumps(schema(), indent=2) + "\n"


def main() -> None:
    """Write the file."""
    PATH.parent.mkdir(parents=True, exist_ok=True)
    PATH.write_text(render_schema(), encoding="utf-8")


if __name__ == "__main__":
    main()
