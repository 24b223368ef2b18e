"""What a project has: its settings, its tests' configuration, its folders; read from its files alone."""

from __future__ import annotations

import configparser
import importlib.util
import os
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django_journey.errors import ConfigurationError, Explanation

__all__ = ["Project", "find_settings", "manage_py"]

_NAMED = re.compile(r"DJANGO_SETTINGS_MODULE[\"']\s*,\s*[\"']([\w.]+)[\"']")
_NEVER = frozenset({"node_modules", "site-packages", "__pycache__", "venv", "env", "build", "dist"})
#: pytest's configuration files in the order in which pytest looks for them, with the section that it reads.
_CONFIGS = (
    ("pytest.ini", "pytest"),
    (".pytest.ini", "pytest"),
    ("pyproject.toml", "tool.pytest.ini_options"),
    ("tox.ini", "pytest"),
    ("setup.cfg", "tool:pytest"),
)
_CI = (
    ".github/workflows/*.y*ml", ".gitlab-ci.yml", ".circleci/config.yml", "azure-pipelines.yml", ".travis.yml",
    "Jenkinsfile", "bitbucket-pipelines.yml", ".woodpecker.y*ml", ".forgejo/workflows/*.y*ml",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Project:
    """What the files of a project say.

    Args:
        root: The folder in which the tests are run.
        settings: The settings module that the project runs with.
        manage: Its ``manage.py``, if there is one.
        config: The file with pytest's settings, if there is one, with the name of the section.
        values: What that section says.
        uses_pytest: Whether pytest and pytest-django are installed.
    """

    root: Path
    settings: str
    manage: Path | None
    config: tuple[Path, str] | None
    values: dict[str, Any]
    uses_pytest: bool

    @classmethod
    def of(cls, root: Path, settings: str) -> Project:
        """Read the project in a folder."""
        config, values = _pytest_config(root)
        pytest = all(importlib.util.find_spec(name) for name in ("pytest", "pytest_django"))
        return cls(root, settings, manage_py(root), config, values, pytest)

    @property
    def tested_settings(self) -> str:
        """The settings module that pytest is told to use, or an empty text."""
        options = self.values.get("addopts", "")
        option = re.search(r"--ds[= ](\S+)", " ".join(options) if isinstance(options, list) else str(options))
        return option[1] if option else str(self.values.get("DJANGO_SETTINGS_MODULE", ""))

    @property
    def tests(self) -> Path:
        """The folder for new tests."""
        said = self.values.get("testpaths", "")
        for name in said if isinstance(said, list) else str(said).split():
            if (self.root / name).is_dir():
                return self.root / name
        base = self.manage.parent if self.manage else self.root
        for folder in (self.root / "tests", base / "tests"):
            if folder.is_dir():
                return folder
        taken = (base / "tests.py").exists()
        return base / ("journeys" if taken else "tests")

    @property
    def has_git(self) -> bool:
        """Whether the project is kept in git."""
        return any((folder / ".git").exists() for folder in (self.root, *self.root.parents[:2]))

    @property
    def ci(self) -> list[Path]:
        """The files that say what its CI runs."""
        return sorted(path for pattern in _CI for path in self.root.glob(pattern))

    def shown(self, path: Path) -> str:
        """Return a path as a person in the project's folder writes it."""
        return str(path.relative_to(self.root)) if path.is_relative_to(self.root) else str(path)


def manage_py(root: Path) -> Path | None:
    """Return the project's ``manage.py``: in the folder itself, or the only one in the folders below."""
    if (root / "manage.py").is_file():
        return root / "manage.py"
    below = [folder / "manage.py" for folder in _folders(root, depth=2) if (folder / "manage.py").is_file()]
    return below[0] if len(below) == 1 else None


def find_settings(root: Path) -> str:
    """Return the settings module that the project's files name.

    Args:
        root: The project's folder.

    Raises:
        ConfigurationError: None is named, or several are.
    """
    named = os.environ.get("DJANGO_SETTINGS_MODULE", "")
    manage = manage_py(root)
    if not named and manage is not None and (found := _NAMED.search(manage.read_text(encoding="utf-8"))):
        named = found[1]
    if not named:
        config, values = _pytest_config(root)
        named = Project(root, "", manage, config, values, False).tested_settings
    if named:
        return named
    below = list(_folders(root, depth=2))
    servers = [
        file for folder in below for name in ("wsgi.py", "asgi.py") if (file := folder / name).is_file()
    ]
    said = {found[1] for file in servers if (found := _NAMED.search(file.read_text(encoding="utf-8")))}
    files = [
        *(folder / "settings.py" for folder in below),
        *(file for folder in below if folder.name == "settings" for file in sorted(folder.glob("*.py"))),
    ]
    plain = {_dotted(root, file) for file in files if file.is_file() and file.name != "__init__.py"}
    names = sorted(said or plain)
    if len(names) == 1:
        return names[0]
    raise ConfigurationError(
        Explanation(
            "which settings module the project has is not known",
            where=f"the folder {root}: its manage.py, pytest's settings, wsgi.py",
            nearest=tuple(names),
            instead="DJANGO_SETTINGS_MODULE=shop.settings python -m django_journey …, "
            "in the folder of the project's manage.py",
        )
    )


def _folders(root: Path, *, depth: int) -> Iterator[Path]:
    for child in sorted(root.iterdir()):
        if child.is_dir() and not child.name.startswith(".") and child.name not in _NEVER:
            if (child / "pyvenv.cfg").exists():
                continue
            yield child
            if depth > 1:
                yield from _folders(child, depth=depth - 1)


def _dotted(root: Path, file: Path) -> str:
    return ".".join(file.relative_to(root).with_suffix("").parts)


def _pytest_config(root: Path) -> tuple[tuple[Path, str] | None, dict[str, Any]]:
    """Return pytest's configuration file with its section, and what it says."""
    for name, section in _CONFIGS:
        path = root / name
        if not path.is_file():
            continue
        if path.suffix == ".toml":
            tool = tomllib.loads(path.read_text(encoding="utf-8")).get("tool", {}).get("pytest", {})
            said: dict[str, Any] | None = tool.get("ini_options")
        else:
            parser = configparser.ConfigParser(interpolation=None, strict=False)
            parser.optionxform = str  # type: ignore[method-assign, assignment]
            parser.read_string(path.read_text(encoding="utf-8"))
            said = dict(parser[section]) if parser.has_section(section) else None
        if said is not None:
            return (path, section), said
    return None, {}
