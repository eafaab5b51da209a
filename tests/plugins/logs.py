"""A log record at WARNING or above that nobody announced fails the test; so does an announced one that never came."""

import logging
import re
from collections.abc import Callable, Iterator

import pytest

ExpectLog = Callable[[int, str], None]


class _Records(logging.Handler):
    """Keeps what was logged, and which patterns the test announced."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.seen: list[logging.LogRecord] = []
        self.expected: list[tuple[int, str]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.seen.append(record)

    def complaints(self) -> list[str]:
        """One line for each stray record and each announced record that did not come."""
        stray = [record for record in self.seen if not any(_fits(record, *wanted) for wanted in self.expected)]
        absent = [wanted for wanted in self.expected if not any(_fits(record, *wanted) for record in self.seen)]
        return [f"stray log record: {r.levelname} {r.name}: {r.getMessage()}" for r in stray] + [
            f"expected log record did not come: {logging.getLevelName(level)} /{pattern}/"
            for level, pattern in absent
        ]


def _fits(record: logging.LogRecord, level: int, pattern: str) -> bool:
    return record.levelno == level and re.search(pattern, record.getMessage()) is not None


@pytest.fixture(autouse=True)
def log_records(request: pytest.FixtureRequest) -> Iterator[_Records]:
    root, records = logging.getLogger(), _Records()
    level, handlers, disabled = root.level, list(root.handlers), logging.root.manager.disable
    root.addHandler(records)
    yield records
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.disable(disabled)
    complaints = records.complaints()
    if complaints and not getattr(request.node, "has_failed", False):
        pytest.fail("\n".join(complaints), pytrace=False)


@pytest.fixture
def expect_log(log_records: _Records) -> ExpectLog:
    """`expect_log(logging.WARNING, "pattern")`: such a record must come, and is then no stray."""

    def expect(level: int, pattern: str) -> None:
        log_records.expected.append((level, pattern))

    return expect
