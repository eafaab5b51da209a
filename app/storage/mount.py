"""Which file system a folder lies on; SQLite cannot keep its promises on one that is reached over a network."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from app.base.errors import NetworkFolder
from app.base.text import tr

_MOUNTS: Final = Path("/proc/self/mounts")
_NETWORK: Final = frozenset({
    "9p", "acfs", "afs", "beegfs", "ceph", "cifs", "coda", "davfs", "drvfs", "fuse.ceph", "fuse.davfs2",
    "fuse.gcsfuse", "fuse.glusterfs", "fuse.rclone", "fuse.s3fs", "fuse.sshfs", "glusterfs", "gpfs", "lustre",
    "ncpfs", "nfs", "nfs4", "orangefs", "pvfs2", "smb3", "smbfs",
})  # fmt: skip


def network_kind(folder: Path, mounts: str) -> str:
    """The kind of network file system that a folder lies on, or empty. ``mounts``: as in /proc/self/mounts."""
    target = folder.resolve()
    best, kind = -1, ""
    for line in mounts.splitlines():
        parts = line.split(" ")
        if len(parts) < 3:
            continue
        point = Path(parts[1].encode("latin-1", "replace").decode("unicode_escape"))
        # A later line hides an earlier one on the same point.
        if target.is_relative_to(point) and len(point.parts) >= best:
            best, kind = len(point.parts), parts[2]
    return kind if kind in _NETWORK else ""


def refuse_network_folder(path: Path, mounts: Path = _MOUNTS) -> None:
    """Raises NetworkFolder when the file would lie on a network file system. ``mounts``: the system's table."""
    if path.drive.startswith("\\\\"):
        kind = "UNC"
    else:
        kind = network_kind(path.parent, mounts.read_text("utf-8", "replace")) if mounts.exists() else ""
    if kind:
        raise NetworkFolder(
            tr("{folder} is on a network drive ({kind}).", folder=path.parent, kind=kind),
            detail=tr("A database there can be damaged without anybody noticing."),
            hint=tr("Choose a profile folder on this computer’s own disk with --data-dir."),
            concerns=str(path.parent),
        )
