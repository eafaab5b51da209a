"""The repository speaks of the product alone: no machine's paths, no registries, no word of how it was made."""

import re
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


def tracked_texts() -> list[tuple[str, str]]:
    """Path and text of every tracked or new file that git does not ignore and that is text."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    texts = []
    for name in filter(None, listed.stdout.decode().split("\0")):
        path = ROOT / name
        try:
            texts.append((name, path.read_text(encoding="utf-8")))
        except (UnicodeDecodeError, FileNotFoundError):
            continue
    return texts


@pytest.mark.parametrize("name", sorted(BANNED))
def test_no_tracked_file_holds(name: str) -> None:
    found = [
        f"{path}: {match.group()!r}" for path, text in tracked_texts() for match in re.finditer(BANNED[name], text)
    ]
    assert not found, f"{name}: {found[:20]}"


@pytest.mark.parametrize("name", sorted(BANNED))
def test_what_is_looked_for_is_found(name: str) -> None:
    assert re.search(BANNED[name], PLANTED[name])
    assert not re.search(
        BANNED[name], "~/work/notes, a user's root folder; the SSH session; /usr/lib; agents on hosts"
    )
