"""The house's floors: who may import whom, one outside library to one room, no circles, nothing too long.

Every import counts: also those inside functions and under ``TYPE_CHECKING``.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SRC = ROOT / "src"
PACKAGE = SRC / "django_journey"

# The folders of the package from the ground up; those in one row do not import each other.
FLOORS = (
    ("errors",),
    ("_adapters",),
    ("_dom", "_trace"),
    ("_routes",),
    ("_drivers", "_report"),
    ("_world",),
    ("_pages",),
    ("_story",),
    ("_explore",),
    ("_start",),
    ("_runners",),
    ("_convert",),
    # What users import, and what Django and Python start.
    (
        "management",
        "apps",
        "endpoints",
        "explore",
        "faults",
        "files",
        "interpreters",
        "reports",
        "runner",
        "services",
        "types",
        "__main__",
    ),
)

# The rooms within a folder from the ground up; "" holds the folder's own files.
ROOMS = {
    "_dom": (("tree",), ("forms",), ("css",), ("rendering",), ("aria",), ("query",)),
    "_pages": (
        ("http",),
        ("navigation",),
        ("behaviours",),
        ("behaviours.htmx.version_1",),
        ("behaviours.htmx", "behaviours.bootstrap"),
        ("behaviours.htmx.version_4",),
        ("actions",),
        ("locator",),
        ("",),
        ("assertions",),
    ),
    "_trace": (("safety", "secrets"), ("record",), ("failures",), ("hooks",), ("",)),
    "_world": (
        ("files", "server", "network"),
        ("database", "snapshots", "services", "tasks", "network.child_start"),
        ("",),
    ),
    "_drivers": (("",), ("browser",)),
    "_explore": (("site", "forms"), ("findings", "access"), ("map",), ("",)),
    "_story": (("verbs",), ("",), ("checkpoints",)),
    "_runners": (("shared",), ("pytest", "unittest"), ("",)),
}

FORBIDDEN = {
    "_dom": {"django", "pytest", "httpx", "playwright", "requests", "socket", "urllib.request"},
    "_report": {"django_journey._pages", "django_journey._drivers", "django_journey._world", "pytest"},
    "_world": {"django_journey._pages", "pytest"},
    "_drivers": {"django_journey._story", "pytest"},
    "_trace": {"pytest"},
    "_routes": {"pytest"},
    "_pages": {"pytest"},
    "_story": {"pytest", "playwright"},
    "_explore": {"pytest", "playwright"},
    "_start": {"pytest", "playwright"},
}

# One outside library, one room: these modules alone may import it.
ROOMS_OF_LIBRARIES = {
    "hypothesis": {"django_journey._explore.submissions"},
    "model_bakery": {"django_journey._explore.site.rows"},
    "turbohtml": {"django_journey._dom.tree.parser"},
    "playwright": {
        "django_journey._adapters.playwright",
        "django_journey._drivers.browser",
        "django_journey._pages.assertions.expect",
    },
    "httpx": {"django_journey._drivers.http", "django_journey._world.services"},
    "pytest": {"django_journey._runners"},
    "celery": {"django_journey._world.tasks"},
    "time_machine": {"django_journey._world.clock"},
    "libcst": {"django_journey._convert"},
    "selenium": set(),
}

LONGEST_MODULE, LONGEST_FUNCTION, LARGEST_FOLDER = 420, 44, 16


def module_name(path: Path) -> str:
    parts = path.relative_to(SRC).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


PATHS = {module_name(path): path for path in sorted(PACKAGE.rglob("*.py"))}


def imports_of(path: Path) -> set[str]:
    """Return each module that a file imports, wherever in it the import stands."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                found.add(full if full in PATHS else node.module)
    return found


MODULES = {module: imports_of(path) for module, path in PATHS.items()}


def folder_of(module: str) -> str:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else ""


def room_of(module: str) -> str:
    """Return the room within the folder: ``tree`` for ``django_journey._dom.tree.parser``."""
    path = PATHS[module]
    return ".".join(path.parent.relative_to(PACKAGE).parts[1:])


def within(module: str, prefix: str) -> bool:
    return module == prefix or module.startswith(prefix + ".")


def height(rows: tuple[tuple[str, ...], ...], name: str) -> int | None:
    return next((number for number, row in enumerate(rows) if name in row), None)


@pytest.mark.parametrize("module", [module for module in MODULES if folder_of(module)])
def test_a_module_imports_only_from_floors_below(module: str) -> None:
    folder = folder_of(module)
    floor = height(FLOORS, folder)
    assert floor is not None, f"{module} stands on no floor: name its folder in FLOORS"
    climbing = [
        name
        for name in MODULES[module]
        if within(name, "django_journey")
        and folder_of(name) not in ("", folder)
        and (height(FLOORS, folder_of(name)) or 0) >= floor
    ]
    assert not climbing, f"{module} climbs up to {climbing}"


@pytest.mark.parametrize("module", [module for module in MODULES if folder_of(module) in ROOMS])
def test_a_room_imports_only_from_rooms_below_it_in_its_folder(module: str) -> None:
    if PATHS[module].name == "__init__.py" and not room_of(module):
        return
    folder, room = folder_of(module), room_of(module)
    rows = ROOMS[folder]
    floor = height(rows, room)
    assert floor is not None, f"{module} is in no known room: name {room!r} in ROOMS"
    climbing = [
        name
        for name in MODULES[module]
        if name in PATHS
        and folder_of(name) == folder
        and room_of(name) != room
        and (height(rows, room_of(name)) or 0) >= floor
    ]
    assert not climbing, f"{module} climbs up to {climbing}"


@pytest.mark.parametrize("module", MODULES)
def test_a_room_keeps_out_what_does_not_belong_there(module: str) -> None:
    forbidden = FORBIDDEN.get(folder_of(module), set())
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


def test_no_circle_of_imports() -> None:
    """The front door is left out: it names what it hands on under ``TYPE_CHECKING``."""
    edges = {
        module: [name for name in imported if name in MODULES and name not in (module, "django_journey")]
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


def sources() -> list[Path]:
    return [
        path
        for path in [*PACKAGE.rglob("*.py"), *(ROOT / "demo").rglob("*.py")]
        if "migrations" not in path.parts
    ]


def test_modules_stay_readable_in_length() -> None:
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in sources()}
    assert not {path: lines for path, lines in lengths.items() if lines > LONGEST_MODULE}


def test_functions_stay_readable_in_length() -> None:
    """Their docstrings are not counted."""
    too_long = []
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                continue
            body = node.body[1:] if ast.get_docstring(node) and len(node.body) > 1 else node.body
            lines = (node.end_lineno or 0) - body[0].lineno + 1
            if lines > LONGEST_FUNCTION:
                too_long.append(f"{path.relative_to(ROOT)}: {node.name} has {lines} lines")
    assert not too_long


def test_folders_stay_readable_in_number_of_files() -> None:
    """``__init__.py`` is not counted."""
    counts: dict[str, int] = {}
    for path in PACKAGE.rglob("*.py"):
        if path.name != "__init__.py":
            folder = str(path.parent.relative_to(SRC))
            counts[folder] = counts.get(folder, 0) + 1
    assert not {folder: number for folder, number in counts.items() if number > LARGEST_FOLDER}


def test_each_class_has_a_name_of_its_own() -> None:
    found: dict[str, list[str]] = {}
    for name, path in PATHS.items():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef):
                found.setdefault(node.name, []).append(name)
    assert {name: modules for name, modules in found.items() if len(modules) > 1} == {}
