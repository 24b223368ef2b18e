"""Tests that notice when contexts, bodies, forms, sessions or mails of a view are read."""

import contextvars
import threading
from unittest import mock

from django.contrib.auth.models import Group, User
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.core.signals import request_finished, request_started
from django.db import connection, connections, transaction
from django.http import HttpResponse
from django.test import (
    Client,
    RequestFactory,
    SimpleTestCase,
    TestCase,
    TransactionTestCase,
    override_settings,
)
from django.test.signals import template_rendered
from django.test.utils import CaptureQueriesContext
from django.utils.functional import SimpleLazyObject, lazystr
from django.views import View
from recorded import note
from site_of_tests import converters, views


class Touchy:
    """Whoever touches it gets an error."""

    def __getattribute__(self, name):
        raise AssertionError(f"somebody looked at {name}")

    def __eq__(self, other):
        raise AssertionError("somebody compared it")

    __hash__ = None

    def __bool__(self):
        raise AssertionError("somebody asked whether it is true")

    def __repr__(self):
        raise AssertionError("somebody printed it")

    def __len__(self):
        raise AssertionError("somebody measured it")

    def __iter__(self):
        raise AssertionError("somebody went through it")


class Contexts(TestCase):
    def setUp(self):
        views.evaluated.clear()
        views.order.clear()
        views.things.clear()
        converters.asked.clear()

    def test_a_lazy_user_is_not_loaded(self):
        self.client.force_login(User.objects.create_user("ada"))
        with self.assertNumQueries(0):
            self.client.get("/user/")

    def test_lazy_objects_are_not_made(self):
        with self.assertNumQueries(0):
            self.client.get("/lazily/")
        self.assertEqual(views.evaluated, [])
        self.assertEqual(Group.objects.count(), 0)

    def test_touchy_things_are_not_touched(self):
        views.things.append(Touchy())
        self.assertEqual(self.client.get("/thing/").status_code, 200)

    def test_a_generator_is_not_consumed(self):
        views.things.append(iter([1, 2]))
        self.client.get("/thing/")
        self.assertEqual(list(views.things[-1]), [1, 2])

    def test_a_thing_that_says_it_is_everything(self):
        views.things.append(mock.MagicMock(spec=None))
        self.client.get("/thing/")
        note(self, "calls", views.things[-1].mock_calls)

    def test_a_class_that_lies_about_itself(self):
        class Liar:
            looked = 0

            @property
            def __class__(self):
                type(self).looked += 1
                return str

        views.things.append(Liar())
        self.client.get("/thing/")
        self.assertEqual(Liar.looked, 0)

    def test_a_form_is_not_cleaned(self):
        self.client.post("/form/", {"title": ""})
        self.assertEqual(views.evaluated, [])

    def test_messages_are_kept(self):
        self.client.get("/message/")
        response = self.client.get("/page/")
        self.assertEqual([str(each) for each in response.context["messages"]], ["kept"])

    def test_the_session_is_not_opened(self):
        with self.assertNumQueries(0):
            response = self.client.get("/plain/")
        self.assertNotIn("Vary", response.headers)
        self.assertFalse(response.wsgi_request.session.accessed)

    def test_a_stream_is_read_when_it_is_read(self):
        response = self.client.get("/stream/")
        self.assertEqual(views.order, [])
        self.assertEqual(response.getvalue(), b"012")
        self.assertEqual(views.order, ["part 0", "part 1", "part 2", "closed"])

    def test_a_body_is_read_once(self):
        response = self.client.post("/raw/", b"body of a request", content_type="text/plain")
        self.assertEqual(response.content.decode(), "b'bod' RawPostDataException")

    def test_callbacks_come_in_order(self):
        self.client.get("/later/")
        self.assertEqual(views.order, ["rendered False", "callback"])

    def test_facts_of_a_response(self):
        for path in ("/plain/", "/page/", "/moved/", "/callable/"):
            response = self.client.get(path)
            request = response.wsgi_request
            note(
                self,
                path,
                (type(response).__name__, sorted(vars(response)), sorted(response.headers.items())),
            )
            note(self, path, (sorted(vars(request)), sorted(request.META), len(response.templates or ())))
            note(self, path, str(response.resolver_match))

    def test_the_views_are_themselves(self):
        self.assertIs(self.client.get("/plain/").resolver_match.func, views.plain)
        self.assertIs(type(self.client.get("/callable/").resolver_match.func), views.Callable)

    def test_a_converter_is_asked_as_often_as_django_asks(self):
        self.client.get("/group/staff/")
        note(self, "asked", converters.asked)

    def test_a_link_in_a_mail_is_not_resolved(self):
        with self.assertNumQueries(0):
            self.client.get("/mail/")
        self.assertEqual(converters.asked, [])
        self.assertEqual(len(mail.outbox), 1)

    def test_resolve_and_reverse_are_replaced(self):
        with mock.patch("django.urls.resolve") as resolve, mock.patch("django.urls.base.resolve") as again:
            self.client.get("/plain/")
        self.assertEqual((resolve.call_count, again.call_count), (0, 0))

    def test_render_is_replaced(self):
        with mock.patch("site_of_tests.views.render", return_value=HttpResponse("mine")) as rendered:
            self.assertEqual(self.client.get("/page/").content, b"mine")
        rendered.assert_called_once()

    def test_templates_are_replaced(self):
        with mock.patch("django.template.base.Template.render", return_value="mine") as rendered:
            self.assertEqual(self.client.get("/page/").content, b"mine")
        self.assertEqual(rendered.call_count, 1)

    def test_the_template_signal_is_sent_once(self):
        heard = []

        def hear(sender, template, context, **facts):
            heard.append((template.name, sorted(context.flatten())))

        template_rendered.connect(hear)
        try:
            self.client.get("/page/")
        finally:
            template_rendered.disconnect(hear)
        note(self, "heard", heard)


class Requests(TestCase):
    def test_signals_come_once(self):
        heard = []

        def started(**facts):
            heard.append("started")

        def finished(**facts):
            heard.append("finished")

        request_started.connect(started)
        request_finished.connect(finished)
        try:
            self.client.get("/plain/")
        finally:
            request_started.disconnect(started)
            request_finished.disconnect(finished)
        self.assertEqual(heard, ["started", "finished"])
        note(self, "receivers", (len(request_started.receivers), len(request_finished.receivers)))

    def test_signals_are_cut(self):
        with mock.patch.object(request_started, "receivers", []):
            self.assertEqual(self.client.get("/plain/").status_code, 200)

    def test_errors_are_themselves(self):
        with self.assertRaises(RuntimeError) as caught:
            self.client.get("/broken/")
        error = caught.exception
        note(
            self, "error", (error.args, error.__context__, error.__cause__, getattr(error, "__notes__", None))
        )
        note(self, "attributes", sorted(vars(error)))

    def test_an_error_comes_from_its_view(self):
        try:
            self.client.get("/broken/")
        except RuntimeError as error:
            trace = error.__traceback__
            while trace.tb_next:
                trace = trace.tb_next
            self.assertEqual(trace.tb_frame.f_code.co_name, "broken")

    def test_an_error_that_can_not_be_printed(self):
        with self.assertRaises(views.Unspeakable):
            self.client.get("/broken/?unspeakable=1")

    def test_an_error_becomes_a_page(self):
        client = Client(raise_request_exception=False)
        with self.assertLogs("django.request", "ERROR") as logs:
            response = client.get("/broken/")
        self.assertEqual(response.status_code, 500)
        note(self, "logs", [line.partition("\n")[0] for line in logs.output])

    def test_a_view_that_leaves(self):
        with self.assertRaises(SystemExit):
            self.client.get("/leaves/")

    def test_middleware_and_view_see_the_same_context(self):
        told = self.client.get("/local/").json()
        self.assertEqual((told["seen"], told["thread"]), ("/local/", threading.current_thread().name))

    def test_contexts_are_the_tests_own(self):
        mine = contextvars.ContextVar("mine", default=0)
        mine.set(1)
        context = contextvars.copy_context()
        self.assertEqual(context.run(lambda: self.client.get("/local/").json()["seen"]), "/local/")
        self.assertEqual(contextvars.Context().run(lambda: self.client.get("/plain/").status_code), 200)
        self.assertEqual(mine.get(), 1)

    def test_requests_of_threads(self):
        statuses = []
        threads = [
            threading.Thread(target=lambda: statuses.append(Client().get("/plain/").status_code))
            for _ in range(3)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(statuses, [200] * 3)

    def test_a_client_of_ones_own(self):
        class Mine(Client):
            def request(self, **request):
                response = super().request(**request)
                response.mine = sorted(request)
                return response

            def get(self, *arguments, **keywords):
                return super().get(*arguments, **keywords)

        note(self, "request", Mine().get("/plain/").mine)

    def test_a_handler_of_ones_own(self):
        client = Client()
        client.handler = lambda environ: HttpResponse("mine")
        with self.assertRaises(AttributeError):
            client.get("/plain/")

    def test_client_request_is_replaced(self):
        with mock.patch.object(Client, "request", autospec=True, return_value=HttpResponse("mine")) as asked:
            self.assertEqual(self.client.get("/plain/").content, b"mine")
        self.assertEqual(asked.call_count, 1)

    def test_signatures_and_names_are_djangos(self):
        import inspect

        from django.core.handlers.base import BaseHandler
        from django.core.handlers.wsgi import WSGIHandler
        from django.db.backends.utils import CursorWrapper
        from django.template.base import Template

        for thing in (
            *(Client.get, Client.request, Client.post, BaseHandler.get_response, BaseHandler._get_response),
            *(WSGIHandler.__call__, CursorWrapper.execute, CursorWrapper.executemany, Template.render),
            *(mail.EmailMessage.send, mail.send_mail, TestCase.__call__, TestCase.run, TestCase.setUpClass),
        ):
            note(self, thing.__qualname__, (str(inspect.signature(thing)), thing.__module__, thing.__doc__))

    def test_a_view_is_called_without_a_request(self):
        class Page(View):
            def get(self, request):
                return HttpResponse(type(self).__name__)

        request = RequestFactory().get("/")
        self.assertEqual(Page.as_view()(request).content, b"Page")
        note(self, "facts", sorted(vars(request)))

    def test_odd_requests(self):
        note(self, "method", self.client.generic("PROPFIND", "/plain/").status_code)
        note(self, "bytes", self.client.post("/raw/", b"\xff\xfe\x00", content_type="x/y").content)
        note(self, "path", self.client.get("/pl%C3%A4in%ff/").status_code)
        note(self, "query", self.client.get("/page/?text=%ff&text=%80").status_code)
        note(self, "header", self.client.get("/plain/", headers={"x-odd": "ä"}).status_code)

    def test_cookies_stay(self):
        self.client.cookies["taste"] = "sweet"
        cookies = self.client.cookies
        self.client.get("/plain/")
        self.assertIs(self.client.cookies, cookies)


class Databases(TestCase):
    databases = {"default", "other"}

    def test_the_same_statements(self):
        with CaptureQueriesContext(connection) as queries:
            Group.objects.create(name="one")
            self.client.get("/user/")
            list(Group.objects.using("default").filter(name="one"))
        note(self, "sql", [query["sql"] for query in queries])

    def test_no_wrapper_is_left(self):
        note(self, "wrappers", [(each.alias, len(each.execute_wrappers)) for each in connections.all()])

    def test_a_cursor_is_djangos(self):
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            note(self, "cursor", (type(cursor).__name__, sorted(vars(cursor)), cursor.fetchone()))

    def test_the_cursor_is_replaced(self):
        cursor = mock.MagicMock()
        cursor.__enter__.return_value.fetchone.return_value = (7,)
        with mock.patch.object(connection, "cursor", return_value=cursor), connection.cursor() as made:
            made.execute("SELECT 2")
            self.assertEqual(made.fetchone(), (7,))
        note(self, "calls", len(cursor.mock_calls))

    def test_a_wrapper_of_ones_own(self):
        seen = []

        def watch(execute, sql, params, many, context):
            seen.append(sql)
            return execute(sql, params, many, context)

        with connection.execute_wrapper(watch):
            self.client.get("/group/staff/")
        note(self, "seen", seen)

    def test_commit_hooks(self):
        with self.captureOnCommitCallbacks(execute=True) as callbacks:
            transaction.on_commit(lambda: self.client.get("/plain/"))
        self.assertEqual(len(callbacks), 1)

    def test_lazy_parameters(self):
        name = SimpleLazyObject(lambda: "lazy")
        Group.objects.create(name=str(name))
        self.assertEqual(Group.objects.filter(name=lazystr("lazy")).count(), 1)

    def test_a_statement_that_fails(self):
        with (
            self.assertRaisesMessage(Exception, "no such table"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute("SELECT * FROM nothing_of_the_kind")

    def test_parameters_that_can_not_be_printed(self):
        class Quiet(str):
            __slots__ = ()

            def __repr__(self):
                raise AssertionError("somebody printed it")

        self.assertEqual(Group.objects.filter(name=Quiet("x")).count(), 0)


class NoDatabase(SimpleTestCase):
    def test_the_database_is_forbidden(self):
        self.assertEqual(self.client.get("/plain/").status_code, 200)
        with self.assertRaisesMessage(Exception, "Database queries to 'default' are not allowed"):
            Group.objects.count()


class Committed(TransactionTestCase):
    def test_rows_are_committed(self):
        Group.objects.create(name="committed")
        self.assertFalse(connection.in_atomic_block)
        self.client.get("/user/")


class OwnBackend(BaseEmailBackend):
    sent: list[object] = []

    def send_messages(self, messages):
        self.sent.extend(messages)


class CountingMail(mail.EmailMessage):
    made = 0

    def message(self, **policy):
        type(self).made += 1
        return super().message(**policy)

    def __getattr__(self, name):
        raise AttributeError(f"there is no {name}")


class Mails(SimpleTestCase):
    def test_a_mail_is_made_as_often_as_django_makes_it(self):
        CountingMail("Subject", lazystr("body"), None, ["a@example.com"]).send()
        note(self, "made", CountingMail.made)
        self.assertEqual(len(mail.outbox), 1)

    @override_settings(EMAIL_BACKEND="hostile_pages.OwnBackend")
    def test_a_backend_that_says_nothing(self):
        told = mail.send_mail("Subject", "body", None, ["a@example.com"])
        note(self, "told", (told, len(OwnBackend.sent), len(mail.outbox)))

    def test_the_connection_is_replaced(self):
        with mock.patch("django.core.mail.get_connection") as made:
            mail.EmailMessage("Subject", "body", None, ["a@example.com"], connection=made()).send()
        note(self, "calls", len(made.mock_calls))
