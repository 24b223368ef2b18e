"""The house's floors: who may import whom, one outside library to one room, and no circles."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

SRC = Path(__file__).parent.parent / "src"
PACKAGE = SRC / "django_journey"

FLOORS = {
    "errors": 1,
    "dom": 2,
    "trace": 2,
    "routes": 2,
    "drivers": 3,
    "world": 3,
    "report": 3,
    "pages": 4,
    "management": 6,  # the command starts things, as the runners do
    "story": 5,
    "runners": 6,
    "apps": 6,
    "__main__": 6,
}

FORBIDDEN_ROOMS = {
    "dom": {"django", "pytest", "httpx", "playwright", "requests", "socket", "urllib.request"},
    "report": {"django_journey.pages", "django_journey.drivers", "django_journey.world", "pytest"},
    "world": {"django_journey.pages", "pytest"},
    "drivers": {"django_journey.story", "pytest"},
    "trace": {"pytest"},
    "routes": {"pytest"},
    "pages": {"pytest"},
    "story": {"pytest", "playwright"},
}

# One outside library, one room: these modules alone may import it.
ROOMS_OF_LIBRARIES = {
    "turbohtml": {"django_journey.dom.parser"},
    "playwright": {"django_journey.drivers.browser", "django_journey.pages.expect"},
    "httpx": {"django_journey.drivers.http", "django_journey.world.services"},
    "pytest": {"django_journey.runners"},
    "celery": {"django_journey.world.tasks"},
    "time_machine": {"django_journey.world.clock"},
    "selenium": set(),
}


def module_name(path: Path) -> str:
    parts = path.relative_to(SRC).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(path: Path) -> dict[str, bool]:
    """Each imported module, and whether it is imported when the module loads (also under TYPE_CHECKING)."""
    found: dict[str, bool] = {}

    def walk(node: ast.AST, top: bool) -> None:
        for child in ast.iter_child_nodes(node):
            inside = top and not isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
            if isinstance(child, ast.Import):
                for alias in child.names:
                    found[alias.name] = found.get(alias.name, False) or top
            elif isinstance(child, ast.ImportFrom) and child.module:
                for alias in child.names:
                    full = f"{child.module}.{alias.name}"
                    name = (
                        full if (SRC / Path(*full.split("."))).with_suffix(".py").exists() else child.module
                    )
                    found[name] = found.get(name, False) or top
            walk(child, inside)

    walk(ast.parse(path.read_text()), True)
    return found


MODULES = {module_name(path): imports_of(path) for path in sorted(PACKAGE.rglob("*.py"))}


def room_of(module: str) -> str:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else ""


def within(module: str, prefix: str) -> bool:
    return module == prefix or module.startswith(prefix + ".")


@pytest.mark.parametrize("module", MODULES)
def test_a_module_imports_only_from_its_own_floor_or_below(module: str) -> None:
    floor = FLOORS.get(room_of(module))
    if floor is None:
        assert module == "django_journey", f"{module} stands on no floor: name it in FLOORS"
        return
    climbing = [
        name
        for name in MODULES[module]
        if within(name, "django_journey") and room_of(name) and FLOORS[room_of(name)] > floor
    ]
    assert not climbing, f"{module} climbs up to {climbing}"


@pytest.mark.parametrize("module", MODULES)
def test_a_room_keeps_out_what_does_not_belong_there(module: str) -> None:
    forbidden = FORBIDDEN_ROOMS.get(room_of(module), set())
    found = [name for name in MODULES[module] for outside in forbidden if within(name, outside)]
    assert not found, f"{module} imports {found}"


@pytest.mark.parametrize("library", ROOMS_OF_LIBRARIES)
def test_an_outside_library_is_known_to_one_room_alone(library: str) -> None:
    rooms = ROOMS_OF_LIBRARIES[library]
    strangers = [
        module
        for module, imported in MODULES.items()
        if any(within(name, library) for name in imported) and not any(within(module, room) for room in rooms)
    ]
    assert not strangers, f"{library} is also imported by {strangers}"


def test_no_circle_of_imports_when_modules_load() -> None:
    edges = {
        module: [name for name, top in imported.items() if top and name in MODULES and name != module]
        for module, imported in MODULES.items()
    }
    done: set[str] = set()

    def visit(module: str, trail: tuple[str, ...]) -> None:
        if module in done:
            return
        assert module not in trail, "circle: " + " -> ".join([*trail[trail.index(module) :], module])
        for name in edges[module]:
            visit(name, (*trail, module))
        done.add(module)

    for module in edges:
        visit(module, ())


def test_modules_and_functions_stay_readable_in_length() -> None:
    too_long = []
    for path in [*PACKAGE.rglob("*.py"), *(SRC.parent / "demo").rglob("*.py")]:
        if "migrations" in path.parts:
            continue
        lines = len(path.read_text().splitlines())
        if lines > 420:
            too_long.append(f"{path.relative_to(SRC.parent)}: {lines} lines")
    assert not too_long, too_long
