"""What the files of a project say is found without loading it."""

from __future__ import annotations

from pathlib import Path

import pytest

from django_journey._start.files import _existing_test_settings
from django_journey._start.project import Project, find_settings, manage_py
from django_journey.errors import ConfigurationError

MANAGE = 'os.environ.setdefault("DJANGO_SETTINGS_MODULE", "{}")\n'


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DJANGO_SETTINGS_MODULE", raising=False)


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_DOT_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


@pytest.mark.parametrize(
    "files",
    [
        {"manage_DOT_py": MANAGE.format("shop.settings")},
        {"src__manage_DOT_py": MANAGE.format("shop.settings")},
        {"pytest_DOT_ini": "[pytest]\nDJANGO_SETTINGS_MODULE = shop.settings\n"},
        {"setup_DOT_cfg": "[tool:pytest]\nDJANGO_SETTINGS_MODULE = shop.settings\n"},
        {"tox_DOT_ini": "[pytest]\naddopts = -q --ds=shop.settings\n"},
        {"pyproject_DOT_toml": '[tool.pytest.ini_options]\nDJANGO_SETTINGS_MODULE = "shop.settings"\n'},
        {"shop__wsgi_DOT_py": MANAGE.format("shop.settings")},
        {"shop__settings_DOT_py": ""},
    ],
)
def test_the_settings_are_found(files: dict[str, str], tmp_path: Path) -> None:
    assert find_settings(write(tmp_path, **files)) == "shop.settings"


def test_where_they_are_not_known_the_nearest_are_named(tmp_path: Path) -> None:
    write(tmp_path, a__settings_DOT_py="", b__settings__base_DOT_py="", b__settings__ci_DOT_py="")
    with pytest.raises(ConfigurationError) as raised:
        find_settings(tmp_path)
    assert raised.value.explanation.nearest == ("a.settings", "b.settings.base", "b.settings.ci")


def test_several_manage_py_below_are_none(tmp_path: Path) -> None:
    assert manage_py(write(tmp_path, a__manage_DOT_py="", b__manage_DOT_py="")) is None


def test_a_module_called_test_is_only_taken_if_it_holds_settings(tmp_path: Path) -> None:
    folder = write(tmp_path, shop__settings_DOT_py="", shop__test_DOT_py="from django.test import TestCase\n")
    assert not _existing_test_settings(folder / "shop/settings.py", "shop.settings")
    write(tmp_path, shop__test_DOT_py="from shop.settings import *\n")
    assert _existing_test_settings(folder / "shop/settings.py", "shop.settings") == "shop.test"


@pytest.mark.parametrize(
    ("files", "folder"),
    [
        ({}, "tests"),
        ({"tests__x_DOT_py": ""}, "tests"),
        ({"tests_DOT_py": ""}, "journeys"),
        (
            {"manage_DOT_py": "", "pytest_DOT_ini": "[pytest]\ntestpaths = spec\n", "spec__x_DOT_py": ""},
            "spec",
        ),
        ({"src__manage_DOT_py": ""}, "src/tests"),
    ],
)
def test_the_folder_for_tests(files: dict[str, str], folder: str, tmp_path: Path) -> None:
    assert Project.of(write(tmp_path, **files), "").tests == tmp_path / folder
