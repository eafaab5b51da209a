"""The locks agree with pyproject.toml and with each other, and the scripts beside them at least parse."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
DECLARED = {"requirements.txt": PROJECT["dependencies"] + EXTRAS["reports"]}
DECLARED["requirements-test.txt"] = DECLARED["requirements.txt"] + EXTRAS["test"]
SCRIPTS = ["packaging/run", "packaging/test", "packaging/lock", "packaging/environment.sh", ".ci/run"]


def locked(name: str) -> dict[str, set[str]]:
    """For each package in a lock, the entries for it: version, condition and hashes (several for several Pythons)."""
    text = (ROOT / "packaging" / name).read_text(encoding="utf-8")
    entries = re.split(r"\n(?=\S)", re.sub(r" \\\n\s+", " ", text).strip())
    found: dict[str, set[str]] = {}
    for entry in entries:
        found.setdefault(entry.partition("==")[0], set()).add(entry)
    return found


@pytest.mark.parametrize("name", sorted(DECLARED))
def test_every_requirement_is_locked_within_its_bounds(name: str) -> None:
    lock = locked(name)
    for text in DECLARED[name]:
        wanted = Requirement(text)
        entries = lock.get(wanted.name.lower(), set())
        versions = {re.match(r"\S+?==(\S+)", entry).group(1) for entry in entries}  # type: ignore[union-attr]
        assert versions, f"{wanted.name} is not in {name}: run packaging/lock"
        assert all(version in wanted.specifier for version in versions), (
            f"{text} against {versions}: run packaging/lock"
        )


@pytest.mark.parametrize("name", sorted(DECLARED))
def test_every_locked_package_has_its_hashes(name: str) -> None:
    bare = [entry for entries in locked(name).values() for entry in entries if "--hash=sha256:" not in entry]
    assert not bare


def test_the_run_lock_is_part_of_the_test_lock() -> None:
    run, test = locked("requirements.txt"), locked("requirements-test.txt")
    assert {name: entries for name, entries in run.items() if test.get(name) != entries} == {}


@pytest.mark.parametrize("name", SCRIPTS)
def test_the_script_parses_and_may_be_run(name: str) -> None:
    path = ROOT / name
    subprocess.run(["bash", "-n", path], check=True)
    assert path.suffix == ".sh" or path.stat().st_mode & 0o111
