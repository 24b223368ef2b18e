"""Tests that replace clocks, chance and files, and count who uses them."""

import builtins
import datetime
import gc
import hashlib
import io
import json
import logging
import os
import pathlib
import random
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import uuid
import warnings
from unittest import mock

from django.test import SimpleTestCase, TestCase
from recorded import note

CLOCKS = (
    "time",
    "time_ns",
    "perf_counter",
    "perf_counter_ns",
    "monotonic",
    "monotonic_ns",
    "process_time",
    "sleep",
)


class Clocks(SimpleTestCase):
    def test_a_clock_with_one_tick(self):
        with mock.patch("time.time", side_effect=[1.0]):
            self.client.get("/plain/")
            self.assertEqual(time.time(), 1.0)

    def test_clocks_that_nobody_may_read(self):
        for name in CLOCKS:
            with self.subTest(name), mock.patch(f"time.{name}") as clock:
                self.client.get("/plain/")
                clock.assert_not_called()

    def test_clocks_that_are_broken(self):
        for name in CLOCKS:
            with self.subTest(name), mock.patch(f"time.{name}", side_effect=OSError("no clock")):
                self.assertEqual(self.client.get("/plain/").status_code, 200)

    def test_a_clock_that_stands_still(self):
        with mock.patch("time.time", return_value=0), mock.patch("time.perf_counter", return_value=-5):
            self.assertContains(self.client.get("/page/?text=x"), "x")

    def test_a_clock_that_gives_text(self):
        with mock.patch("time.monotonic", return_value="noon"), mock.patch("time.time", return_value=None):
            self.assertEqual(self.client.get("/plain/").content, b"plain")

    def test_a_calendar_of_ones_own(self):
        with mock.patch("datetime.datetime") as calendar:
            self.client.get("/plain/")
        self.assertEqual(calendar.mock_calls, [])

    def test_the_far_future(self):
        try:
            import time_machine
        except ImportError:
            self.skipTest("time-machine is not here")
        for year in (1900, 1970, 9999):
            with time_machine.travel(datetime.datetime(year, 1, 2, tzinfo=datetime.UTC), tick=False):
                self.assertEqual(datetime.datetime.now(tz=datetime.UTC).year, year)
                self.assertEqual(self.client.get("/plain/").status_code, 200)


class Chance(SimpleTestCase):
    def test_the_order_of_chance_is_the_same(self):
        random.seed(7)
        before = random.getstate()
        self.client.get("/plain/")
        self.assertEqual(random.getstate(), before)

    def test_nobody_draws(self):
        with (
            mock.patch("uuid.uuid4", side_effect=[uuid.UUID(int=1)]) as made,
            mock.patch("secrets.token_hex", side_effect=OSError) as token,
            mock.patch("random.random", side_effect=OSError),
            mock.patch("os.urandom", side_effect=OSError),
        ):
            self.client.get("/plain/")
            self.assertEqual((made.call_count, token.call_count), (0, 0))
        self.assertTrue(secrets.token_hex(2))

    def test_no_sum_is_made(self):
        with (
            mock.patch("hashlib.sha256", side_effect=OSError),
            mock.patch("hashlib.md5", side_effect=OSError),
        ):
            self.client.get("/plain/")
        self.assertTrue(hashlib.sha256(b"").hexdigest())


class Files(SimpleTestCase):
    def test_open_is_counted(self):
        with (
            mock.patch("builtins.open") as opened,
            mock.patch("io.open") as also,
            mock.patch("os.open") as low,
        ):
            self.client.get("/plain/")
            self.assertEqual((opened.call_count, also.call_count, low.call_count), (0, 0, 0))

    def test_a_disk_that_refuses(self):
        refuse = mock.Mock(side_effect=OSError(28, "no space"))
        with (
            mock.patch.object(os, "open", refuse),
            mock.patch.object(os, "stat", refuse),
            mock.patch.object(os, "mkdir", refuse),
            mock.patch.object(builtins, "open", refuse),
            mock.patch.object(pathlib.Path, "exists", refuse),
            mock.patch.object(pathlib.Path, "mkdir", refuse),
            mock.patch.object(pathlib.Path, "cwd", refuse),
        ):
            self.assertEqual(self.client.get("/plain/").status_code, 200)
        self.assertEqual(refuse.call_count, 0)

    def test_write_is_replaced(self):
        with mock.patch("os.write", side_effect=OSError(5, "broken")) as wrote:
            self.client.get("/plain/")
            self.assertEqual(wrote.call_count, 0)

    def test_json_is_replaced(self):
        for name in ("dumps", "loads", "dump", "JSONEncoder.encode"):
            with self.subTest(name), mock.patch(f"json.{name}", side_effect=TypeError("not json")):
                self.assertEqual(self.client.get("/plain/").status_code, 200)
        self.assertEqual(json.loads("1"), 1)

    def test_the_working_directory_is_gone(self):
        before = pathlib.Path.cwd()
        with tempfile.TemporaryDirectory() as folder:
            os.chdir(folder)
        try:
            self.assertEqual(self.client.get("/plain/").status_code, 200)
            with self.assertRaises(FileNotFoundError):
                pathlib.Path.cwd()
        finally:
            os.chdir(before)

    def test_the_environment_is_emptied(self):
        kept = dict(os.environ)
        os.environ.clear()
        try:
            self.assertEqual(self.client.get("/plain/").status_code, 200)
            self.assertEqual(dict(os.environ), {})
        finally:
            os.environ.update(kept)

    def test_files_are_closed_below_a_child(self):
        child = os.fork()
        if not child:
            try:
                os.closerange(3, 64)
                good = self.client.get("/plain/").status_code == 200
                os._exit(0 if good else 1)
            except BaseException:
                os._exit(2)
        self.assertEqual(os.waitpid(child, 0)[1], 0)

    def test_paths_of_another_system(self):
        with (
            mock.patch("os.sep", "\\"),
            mock.patch("os.path.exists", return_value=True),
            mock.patch("os.name", "nt"),
        ):
            self.assertEqual(self.client.get("/plain/").status_code, 200)

    def test_the_output_is_somebody_elses(self):
        for stream in (None, io.StringIO(), mock.Mock(write=mock.Mock(side_effect=ValueError("closed")))):
            with mock.patch("sys.stdout", stream), mock.patch("sys.stderr", stream):
                status = self.client.get("/plain/").status_code
            self.assertEqual(status, 200)


class System(SimpleTestCase):
    def test_process_and_thread_ids_are_replaced(self):
        with mock.patch("os.getpid", side_effect=[1]), mock.patch("threading.get_ident", return_value=1):
            self.assertEqual(self.client.get("/plain/").status_code, 200)

    def test_no_thread_is_left(self):
        before = {thread.name for thread in threading.enumerate()}
        self.client.get("/plain/")
        self.assertEqual({thread.name for thread in threading.enumerate()}, before)

    def test_locks_are_replaced(self):
        with (
            mock.patch("threading.Lock", side_effect=RuntimeError),
            mock.patch("threading.RLock", side_effect=OSError),
        ):
            self.assertEqual(self.client.get("/plain/").status_code, 200)

    def test_threads_are_replaced(self):
        with (
            mock.patch("threading.Thread") as thread,
            mock.patch("threading.current_thread", side_effect=OSError),
        ):
            self.client.get("/plain/")
        self.assertEqual(thread.call_count, 0)

    def test_signals_are_as_they_were(self):
        rung = []
        before = signal.signal(signal.SIGALRM, lambda *facts: rung.append(1))
        try:
            signal.raise_signal(signal.SIGALRM)
            self.client.get("/plain/")
        finally:
            signal.signal(signal.SIGALRM, before)
        self.assertEqual(rung, [1])
        note(
            self,
            "handlers",
            [str(signal.getsignal(each)) for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)],
        )

    def test_sockets_are_forbidden(self):
        forbidden = mock.Mock(side_effect=AssertionError("no network"))
        with mock.patch("socket.socket", forbidden), mock.patch("socket.create_connection", forbidden):
            self.assertEqual(self.client.get("/plain/").status_code, 200)
        note(self, "timeout", socket.getdefaulttimeout())

    def test_a_child_process_prints_what_it_prints(self):
        done = subprocess.run(
            [sys.executable, "manage.py", "check"],
            capture_output=True,
            text=True,
            check=False,
            cwd=sys.path[0] or ".",
        )
        note(self, "check", (done.returncode, done.stdout, done.stderr))

    def test_logging_is_silent(self):
        with self.assertNoLogs(level="DEBUG"):
            self.client.get("/plain/")
        note(self, "handlers", [type(each).__name__ for each in logging.getLogger("django").handlers])

    def test_logging_is_broken(self):
        with (
            mock.patch("logging.Logger.handle", side_effect=OSError),
            mock.patch("logging.Logger._log") as logged,
        ):
            self.client.get("/plain/")
        self.assertEqual(logged.call_count, 0)

    def test_warnings_are_errors(self):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            self.assertEqual(self.client.get("/page/").status_code, 200)

    def test_a_warning_points_at_its_caller(self):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            name = self.client.get("/caller/").content.decode()
        note(self, "places", [(os.path.basename(each.filename), str(each.message)) for each in caught])
        note(self, "name", name)

    def test_an_import_hook_that_refuses(self):
        refuse = mock.Mock()
        refuse.find_spec.side_effect = ImportError("imports are over")
        self.client.get("/page/")
        with mock.patch("sys.meta_path", [refuse]):
            self.assertEqual(self.client.get("/page/").status_code, 200)
        self.assertEqual(refuse.find_spec.call_count, 0)

    def test_import_is_replaced(self):
        real, wanted = builtins.__import__, []

        def importing(name, *rest):
            wanted.append(name)
            return real(name, *rest)

        self.client.get("/plain/")
        with mock.patch("builtins.__import__", importing):
            self.client.get("/plain/")
        self.assertEqual([name for name in wanted if "journey" in name], [])


class Memory(TestCase):
    def test_garbage_is_not_collected_nor_made(self):
        gc.disable()
        try:
            self.client.get("/plain/")
            self.assertFalse(gc.isenabled())
            note(self, "threshold", gc.get_threshold())
        finally:
            gc.enable()

    def test_objects_die_when_they_are_let_go(self):
        import weakref

        from site_of_tests import views

        class Thing:
            pass

        thing = Thing()
        views.things.append(thing)
        response = self.client.get("/thing/")
        dead = [weakref.ref(each) for each in (thing, response, response.wsgi_request)]
        views.things.clear()
        del thing, response
        self.client = None
        gc.collect()
        note(self, "alive", [each() is not None for each in dead])
        self.assertIsNone(dead[0]())
