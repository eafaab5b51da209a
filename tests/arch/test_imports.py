"""Who may import whom: the contracts of .importlinter hold and bite, and each room uses only its own libraries."""

import ast
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# What each room may use beside the standard library. A room that is absent here may use nothing.
ROOM_LIBRARIES = {
    "query": {"lark"},
    "settings": {"msgspec", "tomli_w", "platformdirs"},
    "analysis": {"numpy", "markdown_it", "nh3", "yaml", "msgspec", "cryptography", "xlsxwriter"},
    "ports": {"msgspec"},
    "domain": {"msgspec"},
    "usecases": {"msgspec", "yaml", "numpy"},
    "actions": {"msgspec"},
    "storage": {"sqlalchemy", "alembic", "msgspec", "numpy"},
    "connectors": {"requests", "urllib3", "truststore", "msgspec", "numpy", "yaml"},
    "workstation": {"keyring", "platformdirs", "msgspec"},
    "ui": {"PySide6", "shiboken6", "pyqtgraph", "numpy", "msgspec"},
    "bootstrap": {"PySide6", "msgspec", "platformdirs"},
    "cli": {"msgspec", "platformdirs", "yaml"},
}
DISTRIBUTIONS = {"PySide6": "pyside6-essentials", "shiboken6": "pyside6-essentials", "yaml": "pyyaml"}
DISTRIBUTIONS |= {"markdown_it": "markdown-it-py", "tomli_w": "tomli-w", "urllib3": "requests"}

# Beside the HTTP layer: reading of payloads, and the pace of tries.
SHARED_BY_CONNECTORS = {"payload", "pacing"}

BROKEN_HOUSE = {
    "base/clock.py": "import app.domain.ticket",  # upwards
    "domain/ticket.py": "",
    "ui/kit/theme.py": "import app.ui.desk.window",  # upwards inside ui
    "ui/desk/window.py": "import app.storage.tables",  # a sibling
    "storage/tables.py": "import app.usecases.work\nimport PySide6.QtCore",
    "usecases/work.py": "import sqlalchemy.orm\nimport requests",
}


def lint(folder: Path) -> str:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--config", str(ROOT / ".importlinter")]
    done = subprocess.run([*command, "--no-cache"], cwd=folder, capture_output=True, text=True, check=False)
    return f"{done.stdout}\nexit {done.returncode}"


def test_the_house_keeps_its_contracts() -> None:
    output = lint(ROOT)
    assert "0 broken" in output, output
    assert output.endswith("exit 0"), output


def build(house: dict[str, str], folder: Path) -> None:
    for name, text in house.items():
        path = folder / "app" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    for package in [folder / "app", *(path for path in (folder / "app").rglob("*") if path.is_dir())]:
        (package / "__init__.py").touch()


def test_every_contract_bites(tmp_path: Path) -> None:
    build(BROKEN_HOUSE, tmp_path)
    output = lint(tmp_path)
    assert "Contracts: 0 kept, 6 broken" in output, output


def test_a_room_on_no_floor_is_found(tmp_path: Path) -> None:
    build({"base/clock.py": "", "ui/kit/theme.py": "", "loft/attic.py": ""}, tmp_path)
    output = lint(tmp_path)
    assert "loft" in output, output
    assert not output.endswith("exit 0"), output


def third_party(path: Path) -> Iterator[str]:
    """The libraries that a file imports, wherever in it, type-checking blocks included."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and not node.level and node.module:
            names = [node.module]
        for name in names:
            top = name.partition(".")[0]
            if top != "app" and top not in sys.stdlib_module_names:
                yield top


def program_files() -> list[Path]:
    return sorted((ROOT / "app").rglob("*.py"))


def test_each_room_uses_only_its_own_libraries() -> None:
    foreign = []
    for path in program_files():
        room = path.relative_to(ROOT / "app").parts[0].removesuffix(".py")
        foreign += [
            f"{path.relative_to(ROOT)}: {name}"
            for name in third_party(path)
            if name not in ROOM_LIBRARIES.get(room, set())
        ]
    assert not foreign, "a room uses a library that is not its own: " + ", ".join(foreign)


def test_every_library_is_declared() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    declared = project["dependencies"] + extras["signature"] + extras["reports"]
    names = {name.partition(">")[0].partition("<")[0].partition("=")[0].strip().lower() for name in declared}
    used = {name for path in program_files() for name in third_party(path)}
    missing = {name for name in used if DISTRIBUTIONS.get(name, name).lower() not in names}
    assert not missing, f"imported but not declared in pyproject.toml: {sorted(missing)}"


def connector_imports() -> dict[str, set[str]]:
    """For each file or folder directly in connectors: which of its siblings it imports."""
    folder = ROOT / "app" / "connectors"
    found: dict[str, set[str]] = {}
    for path in sorted(folder.rglob("*.py")):
        name = path.relative_to(folder).parts[0].removesuffix(".py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("app.connectors"):
                parts = (node.module or "").split(".")[2:]
                found.setdefault(name, set()).update(parts[:1] or {alias.name for alias in node.names})
            elif isinstance(node, ast.Import):
                tops = {alias.name.split(".")[2] for alias in node.names if alias.name.startswith("app.connectors.")}
                found.setdefault(name, set()).update(tops)
        found.setdefault(name, set()).discard(name)
    return found


def http_layer(siblings: dict[str, set[str]]) -> set[str]:
    """The HTTP layer and all that it imports beside it: what every connector may use."""
    layer, waiting = set(), ["http"]
    while waiting:
        name = waiting.pop()
        if name not in layer:
            layer.add(name)
            waiting += siblings.get(name, set())
    return layer


def test_connectors_do_not_see_each_other() -> None:
    siblings = connector_imports()
    if "http" not in siblings:
        pytest.skip("there is no HTTP layer yet")
    may_use = http_layer(siblings) | SHARED_BY_CONNECTORS
    seen = {name: sorted(used - may_use) for name, used in siblings.items() if used - may_use}
    assert not seen, f"a connector imports its sibling: {seen}"
