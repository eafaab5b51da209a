"""Randomness of property tests: new in each run, printed, and repeatable with `--hypothesis-seed=N`."""

import os

import pytest
from hypothesis import HealthCheck, settings

EXAMPLES = {None: 25, "fast": 5, "campaign": 2_000}
MOST = 5_000


def thorough(times: int) -> settings:
    """For a property with more room than most: so many times the examples of this run."""
    return settings(max_examples=min(MOST, settings().max_examples * times))


def pytest_configure(config: pytest.Config) -> None:
    part = config.getoption("--part")
    settings.register_profile(
        "watchdesk",
        max_examples=EXAMPLES.get(part, EXAMPLES[None]),
        deadline=None,
        derandomize=False,
        print_blob=True,
        # Our autouse fixtures hold no state that one example could leave for the next.
        # Making a hostile answer is slow, and meant to be.
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
    settings.load_profile("watchdesk")
    # Chosen before Hypothesis reads the option; xdist hands the controller's choice to its workers.
    if config.option.hypothesis_seed is None:
        config.option.hypothesis_seed = int.from_bytes(os.urandom(4))


def pytest_report_header(config: pytest.Config) -> str:
    return f"property tests: --hypothesis-seed={config.option.hypothesis_seed}"
