"""A small disk of its own (a tmpfs) that never outlives the process that mounted it, even when that is killed."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# The end of its input is the end of whoever mounted: a killed run would else leave a folder that nobody can remove.
_KEEPER = """
mount -t tmpfs -o size="$2" tmpfs "$1" 2>/dev/null || { echo refused; exit 0; }
echo mounted
read -r _
umount -l "$1"
"""


@contextmanager
def mounted(folder: Path, size: str) -> Iterator[bool]:
    """Meanwhile ``folder`` is a disk of ``size`` (as ``3m``); False where mounting is not allowed."""
    keeper = subprocess.Popen(
        ["sh", "-c", _KEEPER, "sh", str(folder), size],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    assert keeper.stdin is not None
    assert keeper.stdout is not None
    try:
        yield keeper.stdout.readline() == "mounted\n"
    finally:
        keeper.stdin.close()
        keeper.stdout.close()
        assert keeper.wait(10) == 0
