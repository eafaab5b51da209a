"""Which tests a run holds (`--part`), and on which Qt platform. Owns no test outcome.

offscreen  all but real windows, benchmarks and campaigns (also what a plain `pytest` runs)
fast       offscreen without slow tests; real servers are skipped, so that they are counted as not run
window     only the tests of real windows, on a real X server
bench      only the benchmarks
campaign   only the long randomised runs, and every property test with many examples
"""

import os
from collections.abc import Callable

import pytest

PARTS: dict[str, Callable[[set[str]], bool]] = {
    "offscreen": lambda marks: not marks & {"xvfb", "bench", "campaign"},
    "fast": lambda marks: (
        not marks & {"xvfb", "bench", "campaign"} and ("slow" not in marks or "real_server" in marks)
    ),
    "window": lambda marks: "xvfb" in marks and not marks & {"bench", "campaign"},
    "bench": lambda marks: "bench" in marks,
    "campaign": lambda marks: bool(marks & {"campaign", "hypothesis"}) and not marks & {"xvfb", "bench"},
}

# A person's own desktop must not change what the tests draw.
FOREIGN_QT_SETTINGS = (
    "QT_SCALE_FACTOR",
    "QT_SCREEN_SCALE_FACTORS",
    "QT_FONT_DPI",
    "QT_STYLE_OVERRIDE",
    "QT_QPA_PLATFORMTHEME",
    "QT_LOGGING_RULES",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--part", choices=sorted(PARTS), default=None, help="which part of the tests to run")


def pytest_configure(config: pytest.Config) -> None:
    os.environ["QT_QPA_PLATFORM"] = "xcb" if config.getoption("--part") == "window" else "offscreen"
    for name in FOREIGN_QT_SETTINGS:
        os.environ.pop(name, None)


@pytest.hookimpl(trylast=True)  # after Hypothesis has marked its tests
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    part = config.getoption("--part")
    if part is None and config.getoption("-m"):
        return
    belongs = PARTS[part or "offscreen"]
    kept, left_out = [], []
    for item in items:
        marks = {mark.name for mark in item.iter_markers()}
        (kept if belongs(marks) else left_out).append(item)
        if part == "fast" and "real_server" in marks:
            item.add_marker(pytest.mark.skip(reason="needs real servers: left out by --fast"))
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = kept
