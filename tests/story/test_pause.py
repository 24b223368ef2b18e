"""A story can be stopped at a step, to look at it and to try what comes next."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from django_journey import Journey
from django_journey._story.verbs import prompt
from django_journey.errors import StoryError
from tests.story.verbs.test_prompt import typing

# In a browser, what a page offers is asked of Playwright, and page.pause() is its own.
pytestmark = pytest.mark.journey(driver="inprocess")


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Type lines into the next prompts, as in a terminal."""
    ask = prompt.ask

    def lines(*words: str) -> None:
        monkeypatch.setattr(prompt, "is_terminal", lambda: True)
        monkeypatch.setattr(prompt, "ask", lambda names, banner: ask(names, banner, typing(*words)))

    return lines


def test_the_prompt_knows_the_test_and_what_can_be_done(
    journey: Journey, ada: Any, typed: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    journey.terminal = nullcontext
    author = journey.actor(ada)
    author.visit("/in/")
    typed('author.fill("Name", "ada")', "look()", "assert page is author.page and journey")
    journey.pause()
    said = capsys.readouterr()
    assert author.page.get_by_label("Name").input_value() == "ada"
    assert 'author.fill("Password", "…")' in said.err
    assert 'textbox "Name": ada' in said.out
    assert said.out.endswith(
        'to paste into the test:\n\nauthor.fill("Name", "ada")\nassert page is author.page and journey\n\n'
    )


def test_a_page_is_paused_by_its_own_call(journey: Journey, typed: Any) -> None:
    journey.terminal = nullcontext
    visitor, other = journey.visitor(), journey.visitor()
    visitor.visit("/in/")
    other.visit("/")
    typed("assert page.url.endswith('/in/')", "page.goto('/')")
    visitor.page.pause()
    assert visitor.page.url == "http://testserver/"


def test_without_a_terminal_a_pause_says_so_and_a_page_goes_on(journey: Journey) -> None:
    visitor = journey.visitor()
    visitor.visit("/in/")
    with pytest.raises(StoryError, match="no terminal"):
        journey.pause()
    with pytest.warns(UserWarning, match=r"page\.pause\(\) waits for a person"):
        visitor.page.pause()


STORY = """
def test_a_story(journey):
    print("captured")
    journey.visitor().visit("/in/")
    journey.pause()
    assert journey.actors[0].page.url.endswith("/?typed=1")
"""


def test_pytest_gives_the_terminal_to_the_prompt(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(
        "import pytest\n\n@pytest.fixture(autouse=True)\n"
        "def shop(settings):\n    settings.ROOT_URLCONF = 'tests.site.shop'\n"
    )
    (tmp_path / "test_it.py").write_text(STORY)
    root = Path(__file__).parent.parent.parent
    ours, theirs = pty.openpty()
    words = ["-q", "-p", "no:randomly", "-p", "no:cacheprovider", "-c", str(root / "pyproject.toml")]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    running = subprocess.Popen(
        [sys.executable, "-m", "pytest", *words, "--rootdir", str(root), str(tmp_path)],
        cwd=root, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True,
        env=environment | {"TERM": "dumb"},
    )  # fmt: skip
    os.close(theirs)
    answers = [b"visitor.visit('/', query={'typed': '1'})\n", b"exit()\n"]
    said = b""
    try:
        while piece := os.read(ours, 4096):
            said += piece
            if answers and said.endswith(b">>> "):
                os.write(ours, answers.pop(0))
    except OSError:  # the other end was closed
        pass
    finally:
        running.kill()
        os.close(ours)
    assert running.wait() == 0, said.decode()
    assert b"Typed here, to paste into the test:" in said
