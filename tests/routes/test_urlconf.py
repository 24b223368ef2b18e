"""A1: the project's URLs as data, and names with their nearest neighbours."""

from __future__ import annotations

import functools
import sys
import types
from collections.abc import Iterator

import pytest
from django.conf.urls.i18n import i18n_patterns
from django.http import HttpRequest, HttpResponse
from django.test.utils import override_script_prefix
from django.urls import include, path, re_path, register_converter, reverse, set_urlconf
from django.urls.converters import get_converters
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.generic import CreateView, TemplateView, View

from django_journey._routes.url_names import Parameter, UrlRoute, nearest, resolve_name, routes, url_for
from django_journey.errors import StoryError


def show(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse()


@csrf_exempt
@require_POST
def publish(request: HttpRequest, slug: str) -> HttpResponse:
    return HttpResponse()


class Thing(View):
    http_method_names = ["get", "delete", "options"]

    def get(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    def put(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    def delete(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse()


class Called:
    def __call__(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse()


class YearConverter:
    regex = "[0-9]{4}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: object) -> str:
        return f"{int(str(value)):04}"


ARTICLES = (
    [
        path("", show, name="article-list"),
        path("<slug:slug>/", show, name="article-detail"),
        path("<slug:slug>/publish/", publish, name="article-publish"),
        path("new/", CreateView.as_view(), name="article-create"),
    ],
    "newsroom",
)


@pytest.fixture(autouse=True)
def urlconf(settings, monkeypatch) -> Iterator[str]:
    if "year4" not in get_converters():
        register_converter(YearConverter, "year4")
    module = types.ModuleType("routes_of_the_test")
    module.urlpatterns = [
        path("", TemplateView.as_view(), name="home"),
        path("articles/", include(ARTICLES)),
        path("drafts/", include(ARTICLES, namespace="drafts")),
        path("thing/<int:pk>/", Thing.as_view(), name="thing"),
        path("called/", Called(), name="called"),
        path("partial/", functools.partial(show, flavour="x"), name="partial"),
        path("many/", require_http_methods(["GET", "PUT", "HEAD"])(show), name="many"),
        path("read/", require_GET(show), name="read"),
        path("nameless/", show),
        path("year/<year4:year>/", show, name="year"),
        path("same/<int:pk>/", show, name="same"),
        path("same/<int:pk>/<slug:slug>/", show, name="same"),
        re_path(r"^old/(?P<year>[0-9]{4})/(?P<slug>[\w-]+(?:x|\)))/$", show, name="old"),
        re_path(r"^group/(\d+)/([a-z]+)/$", show, name="group"),
        re_path(r"^pre/(?P<lang>\w\w)/", include([path("page/<uuid:key>/", show, name="inner")])),
        *i18n_patterns(path("about/", show, name="about")),
    ]
    monkeypatch.setitem(sys.modules, module.__name__, module)
    settings.ROOT_URLCONF = module.__name__
    yield module.__name__
    set_urlconf(None)


def route(name: str) -> UrlRoute:
    return next(route for route in routes() if route.name == name)


def refusal(name: str, **kwargs: object) -> StoryError:
    with pytest.raises(StoryError) as caught:
        url_for(name, **kwargs)
    return caught.value


def test_a1_routes_have_name_pattern_parameters_and_view() -> None:
    """A1: routes have name pattern parameters and view."""
    found = route("newsroom:article-detail")
    assert found.pattern == "articles/<slug:slug>/"
    assert found.parameters == (Parameter("slug", "slug"),)
    assert found.namespaces == ("newsroom",)
    assert found.app_names == ("newsroom",)
    assert found.view.endswith(".show")
    assert route("drafts:article-detail").pattern == "drafts/<slug:slug>/"
    assert route("drafts:article-detail").app_names == ("newsroom",)


def test_every_named_route_is_the_one_that_reverse_knows() -> None:
    samples = {
        "int": 7,
        "slug": "a-b",
        "uuid": "0b7f4d0e-0f8c-4d6e-9d58-6a1f4dfd5a5c",
        "year4": 2024,
        r"\w\w": "en",
    }
    checked = 0
    for found in routes():
        if not found.name or any(parameter.converter not in samples for parameter in found.parameters):
            continue
        kwargs = {parameter.name: samples[parameter.converter] for parameter in found.parameters}
        assert url_for(found.name, **kwargs) == reverse(found.name, kwargs=kwargs)
        checked += 1
    assert checked >= 18


@pytest.mark.parametrize(
    ("name", "methods"),
    [
        ("newsroom:article-publish", ("POST",)),
        ("many", ("GET", "PUT")),
        ("read", ("GET",)),
        ("thing", ("GET", "DELETE")),
        ("newsroom:article-create", ("GET", "POST", "PUT")),
        ("newsroom:article-list", ()),
        ("called", ()),
    ],
)
def test_a1_methods_are_known_if_the_view_declares_them(name: str, methods: tuple[str, ...]) -> None:
    """A1: methods are known if the view declares them."""
    assert route(name).methods == methods


def test_views_are_named_as_django_names_them() -> None:
    assert route("home").view == "django.views.generic.base.TemplateView"
    assert route("called").view == f"{__name__}.Called"
    assert route("partial").view == f"{__name__}.show"
    assert route("newsroom:article-publish").view == f"{__name__}.publish"


def test_regular_expressions_give_their_groups() -> None:
    assert route("old").parameters == (Parameter("year", "[0-9]{4}"), Parameter("slug", r"[\w-]+(?:x|\))"))
    assert route("group").parameters == (Parameter("", r"\d+"), Parameter("", "[a-z]+"))
    assert route("inner").parameters == (Parameter("lang", r"\w\w"), Parameter("key", "uuid"))
    assert route("inner").pattern == "^pre/(?P<lang>\\w\\w)/page/<uuid:key>/"


def test_own_converters_and_languages() -> None:
    assert route("year").parameters == (Parameter("year", "year4"),)
    with translation.override("de"):
        assert route("about").pattern == "de/about/"
        assert url_for("about") == "/de/about/"


def test_several_urlconfs() -> None:
    other = types.ModuleType("other_routes")
    other.urlpatterns = [path("elsewhere/", show, name="elsewhere")]
    sys.modules[other.__name__] = other
    try:
        assert [found.name for found in routes("other_routes")] == ["elsewhere"]
        assert resolve_name("elsewhere", {}, urlconf="other_routes") == "/elsewhere/"
        assert nearest("elswhere", "other_routes") == ["elsewhere"]
        set_urlconf("other_routes")
        assert url_for("elsewhere") == "/elsewhere/"
        assert "the URLconf other_routes" in str(refusal("home"))
    finally:
        set_urlconf(None)
        del sys.modules[other.__name__]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("article-detail", "drafts:article-detail"),
        ("newsroom:article_detail", "newsroom:article-detail"),
        ("newsrooms:article-detail", "newsroom:article-detail"),
        ("newsroom:article-detial", "newsroom:article-detail"),
        ("newsroom:detail-article", "newsroom:article-detail"),
        ("Home", "home"),
    ],
)
def test_the_nearest_names_come_first(written: str, meant: str) -> None:
    assert nearest(written)[0] == meant


def test_nothing_is_called_near_that_is_not() -> None:
    assert nearest("zzzz") == []
    assert refusal("zzzz").explanation.nearest == ()


def test_an_unknown_name_says_which_names_there_are() -> None:
    explanation = refusal("newsroom:article-lst").explanation
    assert explanation.sought == "no URL is named 'newsroom:article-lst'"
    assert explanation.where == "the URLconf routes_of_the_test"
    assert explanation.nearest[0] == "'newsroom:article-list': articles/"
    assert explanation.instead == '"newsroom:article-list"'


def test_missing_and_surplus_arguments_are_named_with_what_is_wanted() -> None:
    explanation = refusal("newsroom:article-detail", pk=3).explanation
    assert explanation.sought == "the URL 'newsroom:article-detail' with pk=3"
    assert explanation.nearest == ("articles/<slug:slug>/ wants slug (slug); does not take pk",)
    assert explanation.instead == '"newsroom:article-detail", slug=…'


def test_a_value_that_does_not_fit_its_converter_is_named() -> None:
    assert "can't be written with pk='three' as int" in str(refusal("thing", pk="three"))


def test_names_do_not_follow_a_script_prefix_that_was_left_behind(settings) -> None:
    with override_script_prefix("/ingress/"):
        assert url_for("read") == "/read/"
        assert reverse("read") == "/ingress/read/"
    settings.FORCE_SCRIPT_NAME = "/app"
    assert url_for("read") == "/app/read/"


def test_all_routes_of_a_name_are_listed() -> None:
    explanation = refusal("same", slug="x").explanation
    assert len(explanation.nearest) == 2
    assert explanation.instead == '"same", pk=…, slug=…'


def test_a_name_that_a_url_argument_has_too_is_no_trouble() -> None:
    assert url_for("same", pk=1, slug="name") == "/same/1/name/"
