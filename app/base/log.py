"""The program's log: one JSON object per line, rotating, owner-only, secrets blanked.

An error's trace is kept with its words; where these may be a ticket's, use ``lanes.note_bug`` instead.
"""

from __future__ import annotations

import json
import logging
import logging.handlers
import re
from pathlib import Path

from app.base.clock import to_iso

# Last net only: secrets travel as `Secret` values that have no text form.
_SECRET = re.compile(r"(?i)(password|passwd|secret|token|api[-_]?key|authorization)(\"?\s*[=:]\s*\"?)([^\s\"&,;]+)")


def redact(text: str) -> str:
    """Values that follow a secret's name are blanked."""
    return _SECRET.sub(r"\1\2***", text)


class JsonLines(logging.Formatter):
    """``{"at", "level", "logger", "lane", "message", "trace"}``."""

    def format(self, record: logging.LogRecord) -> str:
        entry = {
            "at": to_iso(int(record.created * 1000)),
            "level": record.levelname,
            "logger": record.name,
            "lane": record.threadName,
            "message": redact(record.getMessage()),
        }
        if record.exc_info:
            entry["trace"] = redact(self.formatException(record.exc_info))
        return json.dumps(entry, ensure_ascii=False)


def start(path: Path, level: int = logging.INFO) -> logging.Handler:
    """Log into a file, 5 MB kept twice. Raises OSError when the folder cannot be written."""
    handler = logging.handlers.RotatingFileHandler(path, maxBytes=5_000_000, backupCount=1, encoding="utf-8")
    path.chmod(0o600)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(level)
    return handler
