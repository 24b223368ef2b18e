"""Test cases that go their own way through unittest, and settings that change under them."""

import asyncio
import copy
import functools
import gc
import importlib
import os
import pickle
import subprocess
import sys
import threading
import unittest
from unittest import mock

from django.apps import apps
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.http import HttpResponse
from django.test import (
    AsyncClient,
    Client,
    LiveServerTestCase,
    SimpleTestCase,
    TestCase,
    modify_settings,
    override_settings,
    tag,
)
from django.urls import path
from recorded import note

urlpatterns = [path("elsewhere/", lambda request: HttpResponse("elsewhere"))]


def plus_one(get_response):
    def middleware(request):
        response = get_response(request)
        response.headers["X-Plus"] = str(int(response.headers.get("X-Plus", 0)) + 1)
        return response

    return middleware


class Settings(SimpleTestCase):
    @override_settings(ROOT_URLCONF="hostile_cases")
    def test_other_urls(self):
        self.assertContains(self.client.get("/elsewhere/"), "elsewhere")
        self.assertEqual(self.client.get("/plain/").status_code, 404)

    @override_settings(ROOT_URLCONF="no.such.module")
    def test_urls_that_can_not_be_imported(self):
        with self.assertRaises(ModuleNotFoundError):
            self.client.get("/plain/")

    @modify_settings(MIDDLEWARE={"append": "hostile_cases.plus_one"})
    def test_more_middleware(self):
        self.assertEqual(self.client.get("/plain/").headers["X-Plus"], "1")

    @override_settings(MIDDLEWARE=[])
    def test_no_middleware(self):
        self.assertFalse(hasattr(self.client.get("/plain/").wsgi_request, "session"))

    @override_settings(DEBUG=True)
    def test_debug(self):
        with mock.patch("logging.Logger.handle"):
            response = Client(raise_request_exception=False).get("/broken/")
        self.assertContains(response, "RuntimeError", status_code=500)
        note(self, "frames", response.content.count(b'class="frame '))

    @override_settings(TEMPLATES=[])
    def test_no_templates(self):
        self.assertEqual(self.client.get("/plain/").status_code, 200)

    @override_settings(LOGGING={"version": 1, "disable_existing_loggers": True}, LOGGING_CONFIG=None)
    def test_other_logging(self):
        self.assertEqual(self.client.get("/plain/").status_code, 200)

    @override_settings(INSTALLED_APPS=["django.contrib.contenttypes"])
    def test_other_apps(self):
        self.assertFalse(apps.is_installed("django.contrib.auth"))

    @override_settings(ALLOWED_HOSTS=["example.com"])
    def test_other_hosts(self):
        with mock.patch("logging.Logger.handle"):
            note(self, "status", self.client.get("/local/", headers={"host": "bad host"}).status_code)

    @override_settings(USE_I18N=False, USE_TZ=False, SECRET_KEY="other", JOURNEY="the project's own")
    def test_a_setting_called_journey(self):
        self.assertEqual(self.client.get("/plain/").status_code, 200)

    def test_settings_configure_in_a_process_of_its_own(self):
        script = (
            "from django.conf import settings; settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=['*'])\n"
            "import django; django.setup()\n"
            "from django.http import HttpResponse; from django.urls import path\n"
            "urlpatterns = [path('', lambda request: HttpResponse('here'))]\n"
            "from django.test import Client; print(Client().get('/').content)"
        )
        environment = {name: text for name, text in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
        done = subprocess.run(
            [sys.executable, "-c", script],
            capture_output=True,
            text=True,
            check=False,
            env=environment,
            cwd=os.path.dirname(__file__),
        )
        note(self, "said", (done.returncode, done.stdout, done.stderr[-300:]))


class OwnRun(TestCase):
    ran: list[str] = []

    def run(self, result=None):
        self.ran.append(self._testMethodName)
        return super().run(result)

    def test_it_ran_once(self):
        self.assertEqual(self.ran, ["test_it_ran_once"])
        self.assertEqual(self.client.get("/plain/").status_code, 200)


class OwnCall(SimpleTestCase):
    def __call__(self, result=None):
        self.called = True
        super().__call__(result)

    def test_it_was_called(self):
        note(self, "called", getattr(self, "called", False))


class OwnNames(SimpleTestCase):
    def id(self):
        return f"an own name.{self._testMethodName}"

    def __str__(self):
        return "neither here nor there"

    def shortDescription(self):
        return None

    def test_named(self):
        """It has a docstring

        of several lines.
        """
        self.assertEqual(self.id(), "an own name.test_named")


class Comparing(SimpleTestCase):
    def __eq__(self, other):
        return isinstance(other, Comparing)

    def __hash__(self):
        return 1

    def test_one(self):
        self.client.get("/plain/")

    def test_two(self):
        self.client.get("/plain/")


class Catchall(SimpleTestCase):
    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        return mock.Mock(name=name)

    def test_anything(self):
        self.assertIsInstance(self.anything_at_all, mock.Mock)


class Retried(SimpleTestCase):
    tries = 0

    def _callTestMethod(self, method):
        for _ in range(2):
            try:
                return method()
            except AssertionError:
                continue
        return method()

    def test_flaky(self):
        type(self).tries += 1
        self.client.get("/plain/")
        self.assertGreaterEqual(self.tries, 2)


class Outcomes(SimpleTestCase):
    def test_fails(self):
        self.assertEqual(self.client.get("/plain/").content, b"other")

    def test_errs(self):
        raise ValueError("an error")

    def test_exits(self):
        sys.exit(3)

    @unittest.expectedFailure
    def test_expected(self):
        self.fail("as expected")

    @unittest.expectedFailure
    def test_unexpected(self):
        self.client.get("/plain/")

    @unittest.skip("not today")
    def test_skipped(self):
        raise AssertionError

    def test_skips_itself(self):
        self.client.get("/plain/")
        self.skipTest("halfway")

    def test_subtests(self):
        for number in range(4):
            with self.subTest(number=number):
                self.client.get("/plain/")
                if number == 2:
                    self.skipTest("number two")
                self.assertNotEqual(number, 1)

    def test_cleanups_fail(self):
        self.addCleanup(self.fail, "in a cleanup")
        self.client.get("/plain/")

    def test_groups_of_errors(self):
        raise ExceptionGroup("several", [ValueError("one"), KeyError("two")])

    def test_an_error_without_words(self):
        from site_of_tests.views import Unspeakable

        with self.assertRaises(Unspeakable):
            raise Unspeakable

    @tag("slow")
    def test_tagged(self):
        self.client.get("/plain/")


class Fixtures(TestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.status = Client().get("/plain/").status_code
        cls.addClassCleanup(Client().get, "/plain/")

    @classmethod
    def setUpTestData(cls):
        cls.group = Group.objects.create(name="of the class")
        Client().get("/user/")

    def test_of_the_class(self):
        self.assertEqual((self.status, Group.objects.count()), (200, 1))

    def test_data_is_isolated(self):
        self.group.name = "changed"
        self.group.save()
        self.assertEqual(Group.objects.get().name, "changed")


class BrokenSetUp(SimpleTestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        raise RuntimeError("no class")

    def test_never(self):
        raise AssertionError


class SkippedSetUp(SimpleTestCase):
    @classmethod
    def setUpClass(cls):
        raise unittest.SkipTest("not this class")

    def test_never(self):
        raise AssertionError


class Asynchronous(TestCase):
    async def test_async_client(self):
        response = await AsyncClient().get("/slow/")
        self.assertEqual(response.content, b"0Task")

    async def test_gathered(self):
        done = await asyncio.gather(*(self.async_client.get("/local/") for _ in range(3)))
        self.assertEqual([each.json()["seen"] for each in done], ["/local/"] * 3)

    def test_run(self):
        async def ask():
            return (await AsyncClient().get("/plain/")).status_code

        self.assertEqual(asyncio.run(ask()), 200)

    def test_sync_client_async_view(self):
        self.assertEqual(self.client.get("/slow/").status_code, 200)


class Limits(SimpleTestCase):
    def test_recursion(self):
        self.client.get("/plain/")
        depth, frame = 0, sys._getframe()
        while frame:
            depth, frame = depth + 1, frame.f_back
        before = sys.getrecursionlimit()
        sys.setrecursionlimit(depth + 120)
        try:
            status = self.client.get("/plain/").status_code
        finally:
            sys.setrecursionlimit(before)
        self.assertEqual(status, 200)

    def test_too_deep(self):
        with self.assertRaises(RecursionError):
            self.client.get(f"/deep/?by={sys.getrecursionlimit()}")

    def test_trace_functions_stay(self):
        seen = []

        def trace(frame, event, value):
            seen.append(event)

        before = sys.gettrace()
        sys.settrace(trace)
        try:
            self.client.get("/plain/")
            kept = sys.gettrace() is trace
        finally:
            sys.settrace(before)
        self.assertTrue(kept and seen)

    def test_profile_functions_stay(self):
        before = sys.getprofile()
        sys.setprofile(lambda *facts: None)
        try:
            self.client.get("/plain/")
            kept = sys.getprofile() is not None
        finally:
            sys.setprofile(before)
        self.assertTrue(kept)

    def test_forks(self):
        child = os.fork()
        if not child:
            try:
                os._exit(0 if Client().get("/plain/").status_code == 200 else 1)
            except BaseException:
                os._exit(2)
        self.assertEqual(os.waitpid(child, 0)[1], 0)

    def test_local_values(self):
        from site_of_tests.views import storage

        self.client.get("/local/")
        self.assertEqual(storage.value, "/local/")
        del storage.value
        told = []
        thread = threading.Thread(target=lambda: told.append(getattr(storage, "value", None)))
        thread.start()
        thread.join()
        self.assertEqual(told, [None])

    def test_modules_are_loaded_again(self):
        from site_of_tests import views

        before = views.plain
        importlib.reload(views)
        self.assertIsNot(views.plain, before)
        self.assertEqual(self.client.get("/plain/").status_code, 200)

    def test_django_is_loaded_again(self):
        import django.http.response as loaded

        kept = dict(vars(loaded))
        try:
            importlib.reload(loaded)
            self.assertEqual(self.client.get("/plain/").status_code, 200)
        finally:
            vars(loaded).update(kept)

    def test_copies(self):
        response = self.client.get("/plain/")
        self.assertEqual(copy.copy(response).content, b"plain")
        self.assertEqual(copy.deepcopy(self.client.cookies), self.client.cookies)
        note(self, "pickled", len(pickle.loads(pickle.dumps(HttpResponse("x"))).content))

    def test_caches(self):
        with mock.patch.object(type(cache._connections[cache._alias]), "get", return_value=None) as asked:
            self.client.get("/plain/")
        self.assertEqual(asked.call_count, 0)

    def test_functions_are_replaced(self):
        with (
            mock.patch("functools.wraps", side_effect=OSError),
            mock.patch("functools.partial", functools.partial),
            mock.patch("traceback.format_exception", side_effect=OSError),
            mock.patch("traceback.extract_stack", side_effect=OSError),
            mock.patch("inspect.signature", side_effect=OSError),
            mock.patch("inspect.unwrap", side_effect=OSError),
            mock.patch("re.compile", side_effect=OSError),
        ):
            self.assertEqual(self.client.get("/plain/").status_code, 200)

    def test_callers_of_middleware_are_djangos(self):
        from site_of_tests.middleware import callers

        callers.clear()
        self.client.get("/plain/")
        note(self, "callers", callers)

    def test_nothing_is_on_the_garbage_list(self):
        self.client.get("/plain/")
        gc.collect()
        note(self, "garbage", len(gc.garbage))

    def test_the_state_of_the_process(self):
        import locale
        import warnings

        note(self, "path", [each.rpartition("/")[2] for each in sys.path if "site_of_tests" in each])
        note(self, "state", (sys.getrecursionlimit(), sys.getswitchinterval(), locale.getlocale()[1]))
        note(
            self,
            "hooks",
            (sys.excepthook is sys.__excepthook__, threading.excepthook is threading.__excepthook__),
        )
        note(self, "showwarning", warnings.showwarning.__module__)
        note(
            self,
            "environment",
            sorted(name for name in os.environ if "JOURNEY" not in name and "PYTEST" not in name),
        )


class Live(LiveServerTestCase):
    def test_over_a_socket(self):
        from urllib.request import urlopen

        with urlopen(self.live_server_url + "/plain/") as answer:
            self.assertEqual(answer.read(), b"plain")
            note(self, "headers", sorted(answer.headers.keys()))
