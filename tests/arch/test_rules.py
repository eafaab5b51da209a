"""The lint of rules.py over the whole program, and the proof that each of its rules bites."""

from pathlib import Path

import pytest

from tests.arch.lint import Rule, Source, find
from tests.arch.rules import RULES, empty_names

ROOT = Path(__file__).parents[2]
PLANTED = "app/ui/desk/planted.py"


@pytest.fixture(scope="module")
def sources() -> list[Source]:
    files = sorted((ROOT / "app").rglob("*.py"))
    return [Source.parse(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")) for path in files]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_the_program_keeps_the_rule(rule: Rule, sources: list[Source]) -> None:
    broken = [place for source in sources for place in find(rule, source)]
    assert not broken, f"{rule.name}: {rule.reason}. Broken at: {', '.join(broken)}"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_the_rule_bites_and_spares(rule: Rule) -> None:
    for snippet in rule.bites:
        assert find(rule, Source.parse(PLANTED, snippet)), f"not found: {snippet}"
        for glob in rule.allowed:
            assert not find(rule, Source.parse(glob.replace("*", "own"), snippet)), (
                f"not allowed in {glob}: {snippet}"
            )
    for snippet in rule.spares:
        assert not find(rule, Source.parse(PLANTED, snippet)), f"wrongly found: {snippet}"


@pytest.mark.parametrize("path", ["app/ui/kit/helpers.py", "app/storage/ticket_utils.py", "app/base/common.py"])
def test_a_module_named_for_nothing_is_found(path: str) -> None:
    assert list(empty_names(Source.parse(path, ""))) == [1]
