"""The trace on disk: complete after a kill, one run at a time, one file for each process, no secrets."""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
import threading
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest

from django_journey._trace.record import run_id
from django_journey._trace.record.events import (
    SCHEMA,
    Failure,
    Noted,
    QueryShape,
    QuerySummary,
    RequestServed,
    RunFinished,
    RunStarted,
    StepStarted,
    StoredSnapshot,
    TestFinished,
    TestStarted,
)
from django_journey._trace.record.recorder import PageSnapshot
from django_journey._trace.record.trace_file import TraceFile
from django_journey._trace.record.trace_folder import check, clear, prepare, trace_folder
from django_journey._trace.record.trace_reader import read
from django_journey._trace.secrets.redactor import MASK, Redactor
from django_journey.errors import ConfigurationError


@pytest.fixture
def redactor() -> Redactor:
    return Redactor()


@pytest.fixture
def store(tmp_path: Path, redactor: Redactor) -> TraceFile:
    return TraceFile(tmp_path, "run", redactor=redactor, worker="gw1", runner="pytest", django="5.2")


def test_each_event_is_in_the_file_as_soon_as_it_is_written(store: TraceFile, tmp_path: Path) -> None:
    started, *rest = read(tmp_path)
    assert isinstance(started, RunStarted)
    assert (started.run, started.schema, started.process) == ("run", SCHEMA, os.getpid())
    assert (started.worker, started.runner, started.django) == ("gw1", "pytest", "5.2")
    assert rest == []

    store.write(TestStarted(at=1.5, test="t", name="t"))
    assert list(read(tmp_path))[1:] == [TestStarted(at=1.5, test="t", name="t")]


def test_an_event_reads_back_as_it_was_written(store: TraceFile, tmp_path: Path) -> None:
    failure = Failure(type="x.Y", message="m", nearest=("a", "b"), traceback="tb")
    events = [
        RequestServed(
            at=1.0,
            test="t",
            request=2,
            kwargs={"slug": "ä"},
            templates=("a.html",),
            queries=QuerySummary(
                count=2, milliseconds=1.5, shapes=(QueryShape("SELECT 1", 2, 1.5, "other"),)
            ),
            failure=failure,
        ),
        TestFinished(at=2.0, test="t", outcome="failed", failure=failure),
        Noted(at=3.0, test="t", topic="task", title="x", data={"n": [1, None, {"deep": True}]}),
    ]
    for event in events:
        store.write(event)
    assert list(read(tmp_path))[1:] == events


def test_anything_that_is_noted_can_be_written(store: TraceFile, tmp_path: Path) -> None:
    store.write(
        Noted(
            at=1.0,
            topic="x",
            title="\udcff",
            data={"path": Path("/a"), "look": StoredSnapshot(url="/"), "s": {1}},
        )
    )
    (noted,) = [event for event in read(tmp_path) if isinstance(event, Noted)]
    assert noted.data == {"path": "/a", "look": {"url": "/"}, "s": [1]}


def test_a_torn_last_line_is_left_out_and_reported(store: TraceFile, tmp_path: Path) -> None:
    store.write(TestStarted(at=1.0, test="t", name="t"))
    with store.path.open("a") as file:
        file.write('{"kind":"test-finished","test":"t","outco')
    reading = read(tmp_path)
    assert [event.kind for event in reading] == ["run-started", "test-started"]
    assert reading.troubles == [f"{store.path.name}, line 3 is torn: its process was killed"]


def test_unknown_and_damaged_lines_are_left_out_and_reported(store: TraceFile, tmp_path: Path) -> None:
    with store.path.open("a") as file:
        file.write('{"kind":"from-the-future","x":1}\nnot json\n[1]\n{"kind":"noted"}\n')
    store.write(TestStarted(at=1.0, test="t", name="t"))
    reading = read(tmp_path)
    assert [event.kind for event in reading] == ["run-started", "test-started"]
    assert [trouble.partition(", line ")[2][:2] for trouble in reading.troubles] == ["2:", "3 ", "4 ", "5:"]
    assert "unknown kind of event 'from-the-future'" in reading.troubles[0]


def test_fields_that_this_version_does_not_know_are_ignored(store: TraceFile, tmp_path: Path) -> None:
    with store.path.open("a") as file:
        file.write('{"kind":"test-started","test":"t","name":"t","new":1}\n')
    assert len(read(tmp_path)) == 2


@pytest.mark.parametrize(
    ("other", "advice"), [(1, "--upgrade"), (-1, r"instead: +run the tests again")], ids=["newer", "older"]
)
def test_another_schema_is_refused_with_the_way_out(
    store: TraceFile, tmp_path: Path, other: int, advice: str
) -> None:
    lines = store.path.read_text().splitlines()
    lines[0] = json.dumps(json.loads(lines[0]) | {"schema": SCHEMA + other})
    store.path.write_text("\n".join(lines))
    with pytest.raises(
        ConfigurationError, match=rf"(?s)schema {SCHEMA + other};.*schema {SCHEMA}\n.*{advice}"
    ):
        read(tmp_path)


def test_a_folder_without_a_trace_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="pytest --journey-report="):
        read(tmp_path)


def test_the_traces_own_folder_can_be_read_too(store: TraceFile, tmp_path: Path) -> None:
    assert len(read(tmp_path / "trace")) == len(read(tmp_path)) == 1


def test_an_equal_page_is_stored_once_without_its_secrets(store: TraceFile, tmp_path: Path) -> None:
    html = '<input type="hidden" name="csrfmiddlewaretoken" value="{}">'
    first = store.store_page(PageSnapshot(url="/a", title="A", html=html.format("one"), picture=b"png"))
    second = store.store_page(PageSnapshot(url="/b", html=html.format("two")))
    assert (first.url, first.title) == ("/a", "A")
    assert first.page == second.page
    assert (tmp_path / "trace" / "pages" / f"{first.page}.html").read_text() == html.format(MASK)
    assert (tmp_path / "trace" / "pictures" / f"{first.screenshot}.png").read_bytes() == b"png"
    assert len(list((tmp_path / "trace").rglob("*.*"))) == 3


def test_a_page_without_html_has_its_url(store: TraceFile) -> None:
    assert store.store_page(PageSnapshot(url="/a")) == StoredSnapshot(url="/a")


def test_a_secret_that_becomes_known_later_is_scrubbed_from_the_test_so_far(
    store: TraceFile, redactor: Redactor, tmp_path: Path
) -> None:
    store.write(Noted(at=1.0, topic="x", title="hush-hush before"))
    store.mark()
    store.write(StepStarted(at=2.0, test="t", step=1, verb="fill", what='Nickname = "hush-hush" ü'))
    store.write(StepStarted(at=2.5, test="t", step=2, verb="click", what="Go"))
    redactor.hide("hush-hush")
    store.write(StepStarted(at=3.0, test="t", step=3, verb="see", what="hush-hush"))

    reading = read(tmp_path)
    assert reading.troubles == []
    steps = [event.what for event in reading if isinstance(event, StepStarted)]
    assert steps == [f'Nickname = "{MASK}" ü', "Go", MASK]
    assert store.path.read_text().count("hush-hush") == 1  # of the test before, which did not hide it


def test_what_identifies_a_test_is_never_masked(store: TraceFile, redactor: Redactor, tmp_path: Path) -> None:
    redactor.hide("excursion")
    store.write(TestStarted(at=1.0, test="a::excursion", name="a::excursion", title="A excursion"))
    (event,) = [event for event in read(tmp_path) if isinstance(event, TestStarted)]
    assert (event.test, event.name, event.title) == ("a::excursion", "a::excursion", f"A {MASK}")


def test_a_closed_file_ignores_later_events(store: TraceFile, tmp_path: Path) -> None:
    store.close()
    store.write(Noted(at=1.0, topic="x", title="late"))
    store.close()
    kinds = [event.kind for event in read(tmp_path)]
    assert kinds == ["run-started", RunFinished.kind]


def test_threads_write_whole_lines(store: TraceFile, tmp_path: Path) -> None:
    def write(number: int) -> None:
        for index in range(50):
            store.write(Noted(at=1.0, topic="x", title=f"{number}-{index}" * 200))

    threads = [threading.Thread(target=write, args=[number]) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    reading = read(tmp_path)
    assert (len(reading), reading.troubles) == (201, [])


def run_in_fork(target: Callable[..., object], *arguments: object) -> multiprocessing.process.BaseProcess:
    child = multiprocessing.get_context("fork").Process(target=target, args=arguments)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # an xdist worker has threads of its own
        child.start()
    child.join()
    return child


def _write_in_child(store: TraceFile) -> None:
    store.write(Noted(at=2.0, topic="x", title="from the child"))


def test_a_forked_child_goes_on_in_a_file_of_its_own(store: TraceFile, tmp_path: Path) -> None:
    child = run_in_fork(_write_in_child, store)
    store.write(Noted(at=3.0, topic="x", title="from the parent"))

    assert child.exitcode == 0
    assert store.path.read_text().count("from the") == 1
    (other,) = [path for path in (tmp_path / "trace").glob("*.jsonl") if path != store.path]
    assert other.name == f"trace-run-{child.pid}-gw1.jsonl"
    kinds = [json.loads(line)["kind"] for line in other.read_text().splitlines()]
    assert kinds == ["run-started", "noted", "run-finished"]


def test_a_new_run_takes_the_former_ones_place(store: TraceFile, tmp_path: Path) -> None:
    store.store_page(PageSnapshot(url="/", html="<p>", picture=b"x"))
    kept = tmp_path / "trace" / "notes.txt"
    kept.write_text("somebody's own")
    clear(tmp_path)
    assert [path for path in (tmp_path / "trace").rglob("*") if path.is_file()] == [kept]


def test_a_folder_with_other_things_is_refused(tmp_path: Path) -> None:
    (tmp_path / "tests.py").write_text("")
    with pytest.raises(ConfigurationError, match="contains other files and no report"):
        clear(tmp_path)
    with pytest.raises(ConfigurationError, match="is a file"):
        check(tmp_path / "tests.py")
    assert (tmp_path / "tests.py").exists()


class TestRuns:
    """Which run a process belongs to."""

    @pytest.fixture(autouse=True)
    def no_run(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv(run_id.VARIABLE, "")
        monkeypatch.delenv(run_id.VARIABLE)

    def test_the_environment_names_a_run_until_it_ends(self, tmp_path: Path) -> None:
        assert run_id.current_run() is None
        run = run_id.begin(tmp_path / "with:colon")
        assert run_id.current_run() == run
        assert run.leader == os.getpid()
        assert run.alive
        run_id.end(run)
        assert run_id.current_run() is None

    def test_another_processs_run_is_not_ended(self, tmp_path: Path) -> None:
        run = run_id.begin(tmp_path / "report")
        run_id.end(run_id.TraceRun(run.name, run.leader + 1, run.folder))
        assert run_id.current_run() == run

    @pytest.mark.parametrize("text", ["", "a", "a:b:c", "a:1:", ":1:/x"])
    def test_a_variable_of_another_form_names_no_run(
        self, text: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv(run_id.VARIABLE, text)
        assert run_id.current_run() is None

    def test_a_run_whose_leader_is_gone_is_over(self, tmp_path: Path) -> None:
        child = run_in_fork(int)
        assert not run_id.TraceRun("run", child.pid or 0, tmp_path).alive


def test_a_full_disk_costs_what_did_not_fit_and_nothing_else(store: TraceFile, tmp_path: Path) -> None:
    resource = pytest.importorskip("resource")
    store.write(TestStarted(at=1.0, test="t", name="t"))
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (store.path.stat().st_size + 10, before[1]))
    try:
        store.write(Noted(at=2.0, topic="x", title="lost"))
        store.write(Noted(at=3.0, topic="x", title="lost too"))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    store.close()
    reading = read(tmp_path)
    assert reading.troubles == []
    assert [event.kind for event in reading] == ["run-started", "test-started", "run-finished"]
    assert (reading.events[-1].dropped, reading.events[-1].reason) == (2, "OSError: the disk is full")


def test_a_file_that_is_gone_is_counted_and_changes_nothing(
    store: TraceFile, redactor: Redactor, tmp_path: Path
) -> None:
    shutil.rmtree(tmp_path / "trace")
    store.mark()
    redactor.hide("zebra-crossing-9")
    store.write(Noted(at=1.0, topic="x", title="lost"))
    store.close()
    assert store.dropped.first == "OSError: the trace was removed"


def test_closed_descriptors_and_those_that_took_their_numbers_are_left_alone(
    store: TraceFile, tmp_path: Path
) -> None:
    os.close(store._file)
    lowest = os.open(tmp_path / "other", os.O_RDWR | os.O_CREAT)
    assert lowest < store._file
    other = os.dup2(lowest, store._file)
    os.close(lowest)
    store.mark()  # as each test does when it begins
    store.write(Noted(at=1.0, topic="x", title="goes on"))
    store.close()
    assert os.fstat(other).st_size == 0
    os.close(other)
    assert [event.kind for event in read(tmp_path)] == ["run-started", "noted", "run-finished"]


def test_traces_are_their_owners_alone_and_in_no_repository(tmp_path: Path, redactor: Redactor) -> None:
    prepare(tmp_path / "report")
    store = TraceFile(tmp_path / "report", "run", redactor=redactor)
    store.store_page(PageSnapshot(url="/", html="<p>"))
    trace = tmp_path / "report" / "trace"
    assert (trace / ".gitignore").read_text() == "*\n"
    modes = {path.relative_to(trace).suffix: path.stat().st_mode & 0o777 for path in trace.rglob("*.*")}
    assert modes == {".jsonl": 0o600, ".html": 0o600, "": 0o600}
    assert {path.stat().st_mode & 0o777 for path in (trace, trace / "pages")} == {0o700}


def test_an_active_run_keeps_its_files_and_is_not_read(tmp_path: Path, redactor: Redactor) -> None:
    over = run_in_fork(int).pid
    prepare(tmp_path)
    for leader, title in ((os.getppid(), "going"), (over, "over")):
        other = TraceFile(tmp_path, f"20200101T000000.{leader}.ab", redactor=Redactor())
        other.store_page(PageSnapshot(url="/", html=f"<p>{title}"))
    (tmp_path / "trace" / "trace-x.jsonl").mkdir()
    (tmp_path / "trace" / "pages" / "half.part").write_text("")

    prepare(tmp_path)
    trace = tmp_path / "trace"
    assert [path.name.split(".")[1] for path in trace.glob("trace-2*")] == [str(os.getppid())]
    assert len(list((trace / "pages").iterdir())) == 3  # whose they are is not known

    mine = TraceFile(tmp_path, "20200102T000000.1.ab", redactor=redactor)
    assert {event.run for event in read(tmp_path)} == {mine.run}
    assert {event.run for event in read(tmp_path, f"20200101T000000.{os.getppid()}.ab")} != {mine.run}


def test_a_page_that_cannot_be_stored_costs_only_the_page(store: TraceFile, tmp_path: Path) -> None:
    (tmp_path / "trace" / "pages").write_text("a file where the folder should be")
    assert store.store_page(PageSnapshot(url="/a", title="A", html="<p>")) == StoredSnapshot(
        url="/a", title="A"
    )
    assert store.dropped.count == 1


def test_what_any_test_hid_is_masked_in_the_whole_trace_when_the_run_ends(
    store: TraceFile, redactor: Redactor, tmp_path: Path
) -> None:
    store.write(Noted(at=1.0, test="a", topic="x", title="uses pw-of-all-4711"))
    store.mark()
    redactor.hide("pw-of-all-4711")
    redactor.end_test()
    store.mark()
    store.write(Noted(at=2.0, test="b", topic="x", title="uses pw-of-all-4711 too"))
    store.close()
    titles = [event.title for event in read(tmp_path) if isinstance(event, Noted)]
    assert titles == [f"uses {MASK}", f"uses {MASK} too"]


def test_a_stored_page_loses_what_turns_out_to_be_a_secret_later(
    store: TraceFile, redactor: Redactor, tmp_path: Path
) -> None:
    def kept(text: str) -> Path:
        return (
            trace_folder(tmp_path)
            / "pages"
            / f"{store.store_page(PageSnapshot(url='/', html=f'<p>{text}</p>')).page}.html"
        )

    store.mark()
    first = kept("first k7x9-later and pw-of-all-4711")
    assert "k7x9-later" in first.read_text()
    redactor.hide("k7x9-later")
    redactor.hide("long-" * 12)
    redactor.end_test()
    store.mark()
    assert "k7x9-later" not in first.read_text()
    assert "pw-of-all-4711" in first.read_text()
    second = kept("second k7x9-later")
    redactor.hide("pw-of-all-4711")
    store.close()
    for page in (first, second):
        assert "k7x9-later" not in page.read_text()
        assert "pw-of-all-4711" not in page.read_text()
        assert MASK in page.read_text()
