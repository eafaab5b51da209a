"""What holds for every test: where it runs, what it may touch, and what it must leave clean.

Each rule is a small plug-in in `tests/plugins`; this file only names them.
"""

pytest_plugins = [
    "tests.plugins.parts",
    "tests.plugins.tally",
    "tests.plugins.seeds",
    "tests.plugins.home",
    "tests.plugins.logs",
    "tests.plugins.collector",
    "tests.plugins.leaks",
    "tests.plugins.peers",
]
