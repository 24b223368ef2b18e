"""What runs no test leaves the last report alone; a run that can't be traced runs; Ctrl-C still writes the report."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.runners.projects import Project

TESTS = """
def test_hello(client, db):
    assert client.get("/hello/ada/").status_code == 200
"""


@pytest.fixture
def traced(project: Project) -> Project:
    project.write("test_site.py", TESTS)
    done = project.pytest("--journey-report")
    assert done.returncode == 0, done.stdout
    return project


def files(folder: Path) -> dict[str, int]:
    return {str(path): path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}


def test_what_runs_no_test_leaves_the_last_report_alone(traced: Project) -> None:
    before = files(traced.folder / "journey-report")
    assert len(before) >= 3
    for arguments in (
        ["--collect-only"],
        ["--markers"],
        ["--help"],
        ["no_such_file.py"],
        ["--no-such-option"],
    ):
        traced.pytest("--journey-report", *arguments)
        assert files(traced.folder / "journey-report") == before, arguments


def test_a_folder_that_cannot_be_written_to_is_reported_and_the_tests_run(project: Project) -> None:
    project.write("test_site.py", TESTS)
    project.write("a_file", "")
    done = project.pytest("--journey-report=a_file/report")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed" in done.stdout
    assert "the tests are not traced: the report's folder can't be written to" in done.stdout
    assert "instead:" in done.stdout

    project.write(
        "tests.py",
        "from django.test import SimpleTestCase\nclass T(SimpleTestCase):\n    def test(self): pass",
    )
    done = project.manage("test", JOURNEY_REPORT="a_file/report")
    assert done.returncode == 0, done.stderr
    assert "the tests are not traced" in done.stderr


def test_two_runs_at_once_in_one_folder_leave_each_others_traces_alone(project: Project) -> None:
    project.write(
        "test_first.py",
        """
        import os, subprocess, sys

        def test_first(client, db):
            other = {name: value for name, value in os.environ.items() if name != "JOURNEY_RUN"}
            arguments = ["-m", "pytest", "-p", "no:randomly", "--journey-report=journey-report", "second.py"]
            done = subprocess.run([sys.executable, *arguments], env=other, capture_output=True, text=True)
            assert done.returncode == 0, done.stdout
            assert "test_first" not in done.stdout
            assert client.get("/hello/ada/").status_code == 200
        """,
    )
    project.write("second.py", "def test_second(client): assert client.get('/plain/').status_code == 200\n")
    done = project.pytest("--journey-report=journey-report", "test_first.py")
    assert done.returncode == 0, done.stdout
    assert "(1 test ran)" in done.stdout
    names = {
        path.name.split("-")[1]: project.trace_of(path.name.split("-")[1])
        for path in (project.folder / "journey-report" / "trace").glob("*.jsonl")
    }
    assert sorted(names.values()) == [["test_first"], ["test_second"]]
    html = (project.folder / "journey-report" / "index.html").read_text()
    assert "test_first" in html
    assert "test_second" not in html


@pytest.mark.skipif(os.name == "nt", reason="no signals")
@pytest.mark.parametrize("runner", ["pytest", "unittest"])
def test_ctrl_c_with_a_request_in_flight_writes_the_report(project: Project, runner: str) -> None:
    project.write(
        "slow_urls.py",
        """
        import signal, sys
        from django.urls import path

        def slow(request):
            signal.signal(signal.SIGINT, signal.default_int_handler)  # as in a terminal; unittest's own waits
            sys.__stdout__.write("in flight")
            sys.__stdout__.flush()
            signal.pause()

        urlpatterns = [path("slow/", slow)]
        """,
    )
    project.write(
        "test_slow.py",
        """
        from django.test import TestCase, override_settings

        @override_settings(ROOT_URLCONF="slow_urls")
        class Slow(TestCase):
            def test_slow(self):
                self.client.get("/slow/")
        """,
    )
    command = (
        ["-m", "pytest", "-s", "-p", "no:randomly", "-p", "no:cacheprovider"]
        if runner == "pytest"
        else ["manage.py", "test"]
    )
    running = subprocess.Popen(
        [sys.executable, *command],
        cwd=project.folder,
        env=project.environment({"JOURNEY_REPORT": "journey-report"}),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    said = b""
    assert running.stdout is not None
    while not said.endswith(b"in flight"):
        piece = running.stdout.read(1)
        assert piece, said.decode()
        said += piece
    running.send_signal(signal.SIGINT)
    rest = running.communicate()[0].decode()
    assert running.returncode != 0
    assert "The shape of the suite" in rest, rest
    assert "Exception ignored" not in rest
    assert "Error in atexit" not in rest
    (test,) = project.trace().tests
    assert [request.url for request in test.requests] == ["/slow/"]
    assert (project.folder / "journey-report" / "index.html").exists()
