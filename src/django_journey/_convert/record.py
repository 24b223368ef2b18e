"""``journey record``: serves the site on a scratch database, starts Playwright's codegen, converts what it writes."""

from __future__ import annotations

import shlex
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django_journey.errors import ConfigurationError, Explanation, MissingExtra

__all__ = ["check_libcst", "fixture_data", "record", "recorded", "stories_of_scripts"]

_PASSWORD = "journey"


def record(options: dict[str, Any], write: Callable[[str], object]) -> int:
    """Record a story, and return the exit status: 1 if the story fails without a browser.

    Args:
        options: The parsed arguments.
        write: Writes a line.

    Raises:
        ConfigurationError: Nothing was recorded, or the file exists.
        MissingExtra: A library is missing.
    """
    command = shlex.split(options["codegen"]) or _codegen()
    check_libcst("record")
    from django_journey._convert.codegen import script_of
    from django_journey._convert.trial import tried

    output: Path | None = options["output"]
    if output is not None and output.exists():
        raise ConfigurationError(
            Explanation(f"{output} exists", instead="name another file, or delete it first")
        )
    with _scratch_database():
        script, data = recorded(command, options, write)
        story, error = tried(script_of(script, options["name"]), data)
    if output is None:
        write(story)
    else:
        output.write_text(story, encoding="utf-8")
        write(f"Wrote {output}")
    write(f"The story fails without a browser: {error}" if error else "The story passes without a browser.")
    return 1 if error else 0


def stories_of_scripts(files: Sequence[Path], fixtures: Sequence[str]) -> list[tuple[Path, str, str, str]]:
    """Return each script of codegen with its source, its story and why that fails.

    Args:
        files: The scripts.
        fixtures: The fixtures that the stories load.
    """
    from django_journey._convert.codegen import script_of
    from django_journey._convert.trial import tried

    found = []
    with _scratch_database():
        for file in files:
            source = file.read_text(encoding="utf-8")
            story, error = tried(script_of(source), fixture_data(fixtures))
            found.append((file, source, story, error))
    return found


def check_libcst(what: str) -> None:
    """Raise ``MissingExtra`` where libcst is not installed, which a command needs."""
    if find_spec("libcst") is None:
        raise MissingExtra(what, extra="convert", library="libcst")


def _codegen() -> list[str]:
    if find_spec("playwright") is None:
        raise MissingExtra("record", extra="browser", library="Playwright")
    return [sys.executable, "-m", "playwright", "codegen"]


@contextmanager
def _scratch_database() -> Any:
    from django_journey._explore.command import explored_database

    with explored_database(on_this=False):
        yield


def recorded(
    command: Sequence[str], options: dict[str, Any], write: Callable[[str], object]
) -> tuple[str, Any]:
    """Serve the site, run codegen on it, and undo what happened; return its script, and the rows that were there."""
    from django_journey._explore.command import walking
    from django_journey._story.addresses import address_of

    with walking() as journey, tempfile.TemporaryDirectory() as folder:
        data, people = _data(options["fixture"])
        data = _signed_in(data, people, options["role"])
        file = Path(folder) / "script.py"
        arguments = ["--target", "python-pytest", "-o", str(file)]
        if data.signed_in:
            actor = journey.actor(_user(people, options["role"]))
            actor.context.storage_state(path=Path(folder) / "state.json")
            arguments.append(f"--load-storage={Path(folder) / 'state.json'}")
        url = journey.live_url + address_of(options["target"], (), {})
        write(f"Serving {url}; close the window to end the recording.")
        for role, user in people.items():
            write(f"  {role}: {user.get_username()}, password {_PASSWORD}")
        subprocess.run([*command, *arguments, url], check=False)
        return (file.read_text(encoding="utf-8") if file.exists() else ""), data


def _data(fixtures: Sequence[str]) -> tuple[Any, dict[str, Any]]:
    """Make the rows of a recording: fixtures, or those that ``site_data`` makes, whose people can log in."""
    from django_journey._convert.codegen import StoryData
    from django_journey._explore.support import site_data

    if fixtures:
        from django.core.management import call_command

        call_command("loaddata", *fixtures, verbosity=0)
        return fixture_data(fixtures), {}
    people = site_data()
    for user in people.values():
        user.set_password(_PASSWORD)
        user.save()
    users = {user.get_username(): f"people[{role!r}]".replace("'", '"') for role, user in people.items()}
    imports = ("from django_journey.explore import site_data",)
    return StoryData(imports, ("people = site_data()",), users), people


def fixture_data(fixtures: Sequence[str]) -> Any:
    """Return the first lines of a story that loads fixtures."""
    from django_journey._convert.codegen import StoryData
    from django_journey._convert.targets import quoted

    if not fixtures:
        return StoryData()
    names = ", ".join(map(quoted, fixtures))
    line = f'call_command("loaddata", {names}, verbosity=0)'
    return StoryData(("from django.core.management import call_command",), (line,))


def _signed_in(data: Any, people: dict[str, Any], role: str) -> Any:
    from dataclasses import replace

    if not role:
        return data
    name = _user(people, role).get_username()
    if name in data.users:
        return replace(data, signed_in=data.users[name])
    imports = (*data.imports, "from django.contrib.auth import get_user_model")
    return replace(data, imports=imports, signed_in=f'get_user_model().objects.get_by_natural_key("{name}")')


def _user(people: dict[str, Any], role: str) -> Any:
    from django_journey._explore.site.people import named_people

    return people[role] if role in people else named_people([role])[role]
