"""The shells complete the subcommands and their options."""

from __future__ import annotations

import subprocess

import pytest
from django.core.management import call_command, load_command_class

from django_journey._runners.main import MANAGED


@pytest.mark.parametrize(
    ("words", "completed"),
    [
        ("manage.py journey loo", ["look"]),
        ("python -m django_journey look --j", ["--json"]),
        ("python manage.py journey init --dr", ["--dry-run"]),
        ("python other.py loo", []),
    ],
)
def test_bash_completes(words: str, completed: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    call_command("journey", "completion", "bash")
    line = (
        f"{capsys.readouterr().out}\nCOMP_WORDS=({words}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); "
        '_django_journey; printf "%s\\n" "${COMPREPLY[@]}"'
    )
    done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=True)
    assert done.stdout.split() == completed


def test_python_m_takes_every_subcommand_of_manage_py() -> None:
    parser = load_command_class("django_journey", "journey").create_parser("manage.py", "journey")
    (commands,) = (action.choices for action in parser._actions if isinstance(action.choices, dict))
    assert {*MANAGED, "report"} == set(commands)
