"""The start: hands the words of the command line to ``app.cli``. Must import nothing heavy."""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; gives its exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    if words == ["--version"]:
        from app import __version__

        sys.stdout.write(f"watchdesk {__version__}\n")
        return 0
    from app.cli.start import start

    return start(words)


if __name__ == "__main__":
    sys.exit(main())
