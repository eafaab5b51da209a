"""Counts outcomes over several pytest runs: as a plug-in it writes one tally a run, as a script it adds them up.

A test that needs real servers and was skipped, for whatever reason, counts as not run.
"""

import json
import sys
from pathlib import Path

import pytest

WEIGHT = {"passed": 0, "skipped": 1, "failed": 2}


class Tally:
    """The outcome of each test by its id; a later failure (of a fixture's end, say) outweighs an earlier pass."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.outcomes: dict[str, str] = {}
        self.not_run: set[str] = set()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        before = self.outcomes.get(report.nodeid)
        if report.when == "call" or report.outcome != "passed":
            self.outcomes[report.nodeid] = max(before or "passed", report.outcome, key=WEIGHT.__getitem__)
        if report.skipped and "real_server" in report.keywords:
            self.not_run.add(report.nodeid)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.outcomes[report.nodeid] = "failed"

    def pytest_sessionfinish(self) -> None:
        counted = {name: list(self.outcomes.values()).count(name) for name in WEIGHT}
        self.path.write_text(json.dumps({**counted, "not_run": len(self.not_run)}), encoding="utf-8")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--tally", default=None, help="write the counts of outcomes to this file")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--tally") and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Tally(Path(config.getoption("--tally"))), "tally-of-outcomes")


def total(paths: list[Path]) -> dict[str, int]:
    """The sum of the tallies at `paths`; a run that died early left none and is missing from the sum."""
    tallies = [json.loads(path.read_text(encoding="utf-8")) for path in paths if path.exists()]
    return {key: sum(tally[key] for tally in tallies) for key in ("passed", "failed", "skipped", "not_run")}


def main() -> None:
    counted = total([Path(name) for name in sys.argv[1:]])
    print("tests: {passed} passed, {failed} failed, {skipped} skipped".format(**counted))
    print("not run: {not_run} tests need real servers".format(**counted))


if __name__ == "__main__":
    main()
