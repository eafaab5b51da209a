"""The repository speaks of the product alone: no machine's paths, no registries, no word of how it was made."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# A bracket around one letter keeps this file from holding what it looks for.
BANNED = {
    "a path of one machine": r"(?<![\w.~-])/(?:wor[k]|roo[t]|User[s])/\w",
    "a package registry": r"pyp[i]\.org|files\.pythonhoste[d]|registry\.npmj[s]|deb\.debia[n]\.org",
    "an index line in a lock": r"(?m)^--(?:extra-)?index-ur[l]|^--find-link[s]",
    "how it was made": r"(?i)\b(?:claud[e]|anthropi[c]|chatgp[t]|opena[i]|copilo[t]|code[x])\b"
    r"|language mode[l]|\bA[I][- ](?:generat|assist|writ)|coding agen[t]|sub-?agen[t]",
    "a working session": r"(?i)\b(?:in|to|by|for|from) (?:an? |the )?(?:later|next|previous|earlier) sessio[n]\b"
    r"|\bthe brie[f]\b",
}
PLANTED = {
    "a path of one machine": "see /{}/main/app".format("work"),
    "a package registry": "https://{}.org/simple".format("pypi"),
    "an index line in a lock": "--{} x".format("index-url"),
    "how it was made": "written by {}e".format("Claud"),
    "a working session": "left to the {} session".format("next"),
}


def file_names() -> list[str]:
    """Every file that git tracks or would; of a tree without git, every file outside its dot folders."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    if shutil.which("git") and (ROOT / ".git").exists():
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        return [name for name in listed.stdout.split("\0") if name]
    names = [path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*") if path.is_file()]
    return [name for name in names if not name.startswith(".") and "/__pycache__/" not in name]


def readable_texts() -> list[tuple[str, str]]:
    """Path and text of every such file that is text."""
    texts = []
    for name in file_names():
        try:
            texts.append((name, (ROOT / name).read_text(encoding="utf-8")))
        except (UnicodeDecodeError, FileNotFoundError):
            continue  # an image or a font; or a file just deleted
    return texts


@pytest.mark.parametrize("name", sorted(BANNED))
def test_no_tracked_file_holds(name: str) -> None:
    found = [
        f"{path}: {match.group()!r}" for path, text in readable_texts() for match in re.finditer(BANNED[name], text)
    ]
    assert not found, f"{name}: {found[:20]}"


@pytest.mark.parametrize("name", sorted(BANNED))
def test_what_is_looked_for_is_found(name: str) -> None:
    assert re.search(BANNED[name], PLANTED[name])
    assert not re.search(
        BANNED[name], "~/work/notes, a user's root folder; the SSH session; /usr/lib; agents on hosts"
    )
