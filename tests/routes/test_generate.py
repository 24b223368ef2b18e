"""A1: endpoint factories are generated from the URLconf of an existing project."""

from __future__ import annotations

import json
import subprocess
import sys
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.contrib.auth.models import Group
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import get_token
from django.test import Client
from django.urls import include, path
from django.views.decorators.http import require_http_methods
from django.views.generic import CreateView, FormView, ListView, View
from rest_framework import routers, serializers, viewsets

from django_journey._routes.endpoints import Endpoint, Endpoints
from django_journey._routes.generate import generate
from django_journey.errors import ConfigurationError, StoryError


class PersonForm(forms.Form):
    first_name = forms.CharField(max_length=30)
    email = forms.EmailField()
    birthday = forms.DateField()
    age = forms.IntegerField(min_value=18, max_value=99)
    role = forms.ChoiceField(choices=[("", "-"), ("pupil", "Pupil"), ("tutor", "Tutor")])
    password1 = forms.CharField()
    password2 = forms.CharField()
    about = forms.CharField(widget=forms.Textarea)
    code = forms.CharField(max_length=6)
    agree = forms.BooleanField()
    nickname = forms.CharField(required=False)


class PhotoForm(forms.Form):
    title = forms.CharField(max_length=50)
    photo = forms.ImageField()
    group = forms.ModelChoiceField(Group.objects.all())


class NeedyForm(forms.Form):
    title = forms.CharField(max_length=50)

    def __init__(self, *args: Any, owner: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)


class StrictForm(forms.Form):
    city = forms.CharField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["city"].required = True


class SignUp(FormView):
    form_class = PersonForm
    success_url = "/done/"

    def render_to_response(self, context: dict[str, Any]) -> HttpResponse:
        return HttpResponse(f"<form method=post>{get_token(self.request)}{context['form']}</form>")


class Upload(FormView):
    form_class = PhotoForm

    def form_valid(self, form: PhotoForm) -> HttpResponse:
        return HttpResponseRedirect(f"/groups/{form.cleaned_data['group'].pk}/")


class GroupCreate(CreateView):
    model = Group
    fields = ["name"]
    template_name = "x.html"


class GroupList(ListView):
    model = Group


class Persons(View):
    """A JSON endpoint that uses a form in a method of its own."""

    def get(self, request: HttpRequest) -> JsonResponse:
        return JsonResponse({})

    def post(self, request: HttpRequest) -> JsonResponse:
        return self._save(json.loads(request.body))

    def patch(self, request: HttpRequest) -> JsonResponse:
        return self._save(json.loads(request.body))

    def _save(self, data: dict[str, Any]) -> JsonResponse:
        form = PersonForm(data)
        if not form.is_valid():
            return JsonResponse({"errors": form.errors}, status=400)
        return JsonResponse({"name": form.cleaned_data["first_name"]}, status=201)


@require_http_methods(["POST"])
def rename(request: HttpRequest, pk: int) -> HttpResponse:
    form = NeedyForm(request.POST, owner="x")
    return HttpResponse(form["title"].value())


def contact(request: HttpRequest) -> HttpResponse:
    form = StrictForm(request.POST or None)
    return HttpResponse(str(form.is_valid()))


def plain(request: HttpRequest, pk: int) -> HttpResponse:
    return HttpResponse("plain")


class GroupSerializer(serializers.ModelSerializer):
    size = serializers.IntegerField(min_value=0)
    shade = serializers.ChoiceField(choices=["re'd", "blue"])

    class Meta:
        model = Group
        fields = ["id", "name", "size", "shade"]


class GroupViewSet(viewsets.ModelViewSet):
    queryset = Group.objects.none()
    serializer_class = GroupSerializer


router = routers.SimpleRouter()
router.register("groups", GroupViewSet, basename="group")

urlpatterns = [
    path(
        "school/",
        include(
            (
                [
                    path("sign-up/", SignUp.as_view(), name="sign-up"),
                    path("upload/", Upload.as_view(), name="upload"),
                    path("groups/", GroupList.as_view(), name="group-list"),
                    path("groups/new/", GroupCreate.as_view(), name="group-create"),
                    path("persons/", Persons.as_view(), name="persons"),
                    path("rename/<int:pk>/", rename, name="rename"),
                    path("contact/", contact, name="contact"),
                    path("plain/<int:pk>/", plain, name="import"),
                    path("plain/<int:pk>/twice/", plain, name="import"),
                ],
                "school",
            )
        ),
    ),
    path("api/", include((router.urls, "api"))),
]

pytestmark = pytest.mark.urls(__name__)


def written(source: str, name: str, bases: type) -> type[Any]:
    module = types.ModuleType("generated")
    exec(compile(source, "generated.py", "exec"), module.__dict__)
    found = vars(module)[name]
    assert issubclass(found, bases)
    return found


@pytest.fixture
def school() -> Callable[..., Any]:
    cls = written(generate("school"), "SchoolApi", Endpoints)
    return lambda **options: cls(Client(), seed=8, **options)


def test_a1_generated_source_is_clean_and_formatted(tmp_path: Path) -> None:
    """A1: generated source is clean and formatted."""
    for target in ("school", "api", "classroom", "accounts", "newsroom"):
        urlconf = None if target in {"school", "api"} else "config.urls"
        (tmp_path / f"{target}.py").write_text(generate(target, urlconf), encoding="utf-8")
    ruff = [sys.executable, "-m", "ruff"]
    for command in (
        ["check", "--isolated", "--select", "E,F,W,I,N,D,B,UP,RUF", "--ignore", "D203,D213"],
        ["format", "--isolated", "--check"],
    ):
        done = subprocess.run([*ruff, *command, str(tmp_path)], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def test_a1_every_endpoint_of_an_app_has_its_method(school: Callable[..., Any]) -> None:
    """A1: every endpoint of an app has its method."""
    names = {name for name, value in vars(type(school())).items() if isinstance(value, Endpoint)}
    assert names == {
        *("get_sign_up", "post_sign_up", "get_upload", "post_upload", "list_group", "open_create_group"),
        *("create_group", "get_persons", "post_persons", "patch_persons", "post_rename", "get_contact"),
        *("post_contact", "get_import", "get_import_2"),
    }


def test_a1_generated_endpoints_can_be_called_with_nothing_but_their_defaults(
    school: Callable[..., Any],
) -> None:
    """A1: generated endpoints can be called with nothing but their defaults."""
    api = school()
    assert api.post_persons(expect=201).json()["name"].isalpha()
    assert api.post_persons(first_name="smartie", expect=201).json() == {"name": "smartie"}
    assert api.post_persons(age=3, expect=400).json()["errors"]["age"]
    assert api.post_sign_up().headers["Location"] == "/done/"
    assert api.post_contact().content == b"True"
    assert len(api.post_rename(pk=4).content) > 5
    assert api.get_import(pk=1).content == b"plain"


def test_a1_values_fit_their_fields() -> None:
    """A1: values fit their fields."""
    source = generate("school")
    for line in (
        '"first_name": fake.first_name,',
        '"email": fake.email,',
        '"birthday": fake.date_of_birth(minimum_age=18, maximum_age=80),',
        '"age": fake.pyint(min_value=18, max_value=99),',
        '"role": "pupil",',
        '"about": fake.paragraph,',
        '"code": fake.lexify(text="??????"),',
        '"agree": True,',
        'optional=("nickname",),',
        '"city": fake.city,',
        '"name": fake.unique.name,',
    ):
        assert line in source, line
    passwords = [line.split(": ")[1] for line in source.splitlines() if '"password' in line and ": " in line]
    assert len(set(passwords)) == 1


@pytest.mark.django_db
def test_a_reference_is_one_of_the_rows_that_are_there(school: Callable[..., Any]) -> None:
    Group.objects.all().delete()
    with pytest.raises(StoryError, match=r"existing\('auth.Group'\): there is no row to choose from"):
        school().post_upload()
    group = Group.objects.create(name="Choir")
    assert school().post_upload(expect=302).headers["Location"] == f"/groups/{group.pk}/"


def test_a1_serializers_of_django_rest_framework_are_read() -> None:
    """A1: serializers of django rest framework are read."""
    source = generate("api")
    cls = written(source, "ApiApi", Endpoints)
    names = [name for name, value in vars(cls).items() if isinstance(value, Endpoint)]
    assert names == [
        "list_group",
        "create_group",
        "get_group",
        "replace_group",
        "change_group",
        "delete_group",
    ]
    declared = cls.create_group.declared
    assert declared.kind == "json"
    assert list(declared.body) == ["name", "size", "shade"], "the read-only id is not sent"
    assert declared.body["shade"] == "re'd"
    assert cls.change_group.declared.optional == ("name", "size", "shade")


def test_each_endpoint_names_its_path_and_view() -> None:
    source = generate("school")
    assert f"    # /school/rename/<int:pk>/\n    # answered by {__name__}.rename\n" in source


def test_an_app_is_known_by_its_label_too() -> None:
    assert "class ClassroomApi(Endpoints):" in generate("classroom", "config.urls")


def test_an_unknown_app_is_refused_with_those_that_have_urls() -> None:
    with pytest.raises(ConfigurationError) as caught:
        generate("shcool")
    assert caught.value.explanation.nearest[0] == "school"
    assert caught.value.explanation.instead == "python manage.py journey endpoints school"


@pytest.mark.django_db
@pytest.mark.urls("config.urls")
def test_a1_the_demos_classroom_is_driven_by_generated_endpoints() -> None:
    """A1: the demos classroom is driven by generated endpoints."""
    from accounts.factories import UserFactory
    from classroom.factories import ClassroomFactory

    classroom = ClassroomFactory(teacher=UserFactory())
    client = Client()
    client.force_login(classroom.teacher)
    teacher = written(generate("classroom"), "ClassroomApi", Endpoints)(
        client, classroom_pk=classroom.pk, seed=2
    )
    student = teacher.post_students(first_name="smartie", last_name="pants", expect=201).json()
    assert student["name"] == "Smartie Pants"
    assert teacher.get_students().json()["count"] == 1
    teacher.delete_student(pk=student["id"], expect=204)
    assert teacher.get_students().json()["count"] == 0
