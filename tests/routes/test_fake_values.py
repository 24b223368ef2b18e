"""A1: generated values honour what fields, forms, serializers and models accept."""

from __future__ import annotations

import datetime
import decimal
import json
import logging
import types
from collections.abc import Callable
from typing import Any

import pytest
from django import forms
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import ValidationError
from django.core.validators import FileExtensionValidator, MaxLengthValidator, RegexValidator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.test import Client
from django.urls import path
from rest_framework import serializers, viewsets
from rest_framework.decorators import api_view
from rest_framework.response import Response

from django_journey._routes import field_values
from django_journey._routes.endpoints import Endpoints, existing, fake, post
from django_journey._routes.fake_values import FakeValues
from django_journey._routes.recipes import recipe, sample
from django_journey._routes.url_names import routes
from django_journey._routes.view_inputs import guess
from django_journey.errors import ExpectationError, StoryError


def not_a_weekday(value: datetime.date) -> None:
    if value <= datetime.date.today():
        raise ValidationError("in the future, please")


def no_capital(value: str) -> None:
    if value != value.lower():
        raise ValidationError("small letters only")


FIELDS: dict[str, forms.Field] = {
    "phone": forms.CharField(max_length=11, validators=[RegexValidator(r"^\d{10}$")]),
    "plate": forms.CharField(validators=[RegexValidator(r"^[A-Z]{2}-\d{3,4}[a-z]?$")]),
    "due": forms.DateField(validators=[not_a_weekday]),
    "written": forms.DateField(input_formats=["%d|%m|%Y"]),
    "price": forms.DecimalField(min_value=decimal.Decimal("0.01"), max_digits=4, decimal_places=2),
    "share": forms.FloatField(min_value=0.2, max_value=0.8),
    "depth": forms.IntegerField(max_value=-20),
    "pin": forms.CharField(min_length=4, max_length=4, validators=[RegexValidator(r"^\d+$")]),
    "handle": forms.CharField(max_length=8, validators=[no_capital]),
    "email": forms.EmailField(max_length=40),
    "motto": forms.CharField(min_length=40, max_length=80),
    "colours": forms.MultipleChoiceField(choices=[("r", "Red"), ("g", "Green")]),
    "size": forms.ChoiceField(choices=[("Small", [("s", "S")]), ("l", "L")]),
    "data": forms.JSONField(),
    "short": forms.CharField(validators=[MaxLengthValidator(3)]),
}


@pytest.mark.parametrize("name", FIELDS)
def test_a1_two_hundred_values_of_two_hundred_are_accepted(name: str) -> None:
    """A1: validators, lengths, choices, bounds and formats are honoured."""
    source = recipe(name, FIELDS[name])
    fake_values = FakeValues(5)
    for _ in range(200):
        value = sample(source, fake_values)
        FIELDS[name].clean(value.isoformat() if hasattr(value, "isoformat") else value)


def test_what_nothing_generated_satisfies_is_needed() -> None:
    def never(value: str) -> None:
        raise ValidationError("no")

    assert recipe("secret", forms.CharField(validators=[never])) == "needed"


def test_a_file_has_an_extension_that_is_allowed() -> None:
    field = forms.FileField(validators=[FileExtensionValidator(["csv", "tsv"])])
    assert sample(recipe("table", field), FakeValues(1))["name"] == "file.csv"


class RoomForm(forms.Form):
    size = forms.IntegerField(min_value=3, max_value=4)


inside = types.ModuleType("rooms")
vars(inside)["RoomForm"] = RoomForm


class SignUpForm(forms.ModelForm):
    when = forms.SplitDateTimeField()
    born = forms.DateField(widget=forms.SelectDateWidget(years=range(1980, 1990)))
    nickname = forms.CharField(required=False)

    class Meta:
        model = get_user_model()
        fields = ("username", "email")

    def clean_username(self) -> str:
        if not self.cleaned_data["username"].startswith("fake") and "-" not in self.cleaned_data["username"]:
            raise ValidationError("a name with a hyphen")
        return str(self.cleaned_data["username"])

    def clean(self) -> dict[str, Any]:
        if not self.cleaned_data.get("nickname"):
            self.add_error("nickname", "wanted after all")
        return self.cleaned_data


@pytest.mark.django_db
def test_a1_the_whole_form_is_tried() -> None:
    """A1: what only ``clean`` or the model refuses is seen, and what only ``clean`` requires is sent."""
    required, optional, files = field_values.of_form(SignUpForm)
    assert set(required) == {
        *("username", "when_0", "when_1", "born_year", "born_month", "born_day", "nickname")
    }
    assert optional == ("email",)
    assert files is False
    fake_values = FakeValues(3)
    for _ in range(200):
        form = SignUpForm({name: sample(source, fake_values) for name, source in required.items()})
        assert form.is_valid(), form.errors
        form.save()


def test_unique_values_differ_and_say_when_there_are_no_more() -> None:
    fake_values = FakeValues(9)
    made = [fake_values.resolve(fake.unique.numerify(text="#")) for _ in range(10)]
    assert sorted(made) == sorted("0123456789")
    with pytest.raises(StoryError, match="no new value in 1000 tries"):
        fake_values.resolve(fake.unique.numerify(text="#"))
    assert len({fake_values.resolve(fake.numerify(text="#")) for _ in range(30)}) <= 10


@pytest.mark.django_db
def test_the_same_seed_chooses_the_same_rows_and_matches_the_same_text() -> None:
    for number in range(9):
        Group.objects.create(name=f"group {number}")
    recipes = [existing("auth.Group", "name"), fake.matching("[A-Z]{3}"), existing("auth.Group")]
    assert FakeValues(4).resolve(recipes) == FakeValues(4).resolve(recipes)
    assert len({tuple(FakeValues(seed).resolve(recipes)) for seed in range(9)}) > 4


class PermissionSerializer(serializers.ModelSerializer):
    class Meta:
        model = Permission
        fields = ("name", "codename", "content_type")


class GroupSerializer(serializers.ModelSerializer):
    leader = PermissionSerializer()
    words = serializers.ListField(child=serializers.SlugField(), allow_empty=False)

    class Meta:
        model = Group
        fields = ("name", "permissions", "leader", "words")


class Groups(viewsets.ModelViewSet):
    queryset = Group.objects.all()

    def get_serializer_class(self) -> type[serializers.BaseSerializer]:
        return GroupSerializer if self.action == "create" else PermissionSerializer


@api_view(["POST"])
def permit(request: Any) -> Response:
    serializer = PermissionSerializer(data=request.data)
    serializer.is_valid(raise_exception=True)
    return Response(serializer.data)


def open_group(request: HttpRequest) -> HttpResponse:
    """A view without a form: fields read by name, a model behind them."""
    if request.method == "POST":
        group = Group.objects.create(name=request.POST["name"])
        group.permissions.set(request.POST.getlist("permissions"))
        return redirect("/done/")
    return HttpResponse("a page without a form")


def push(request: HttpRequest) -> JsonResponse:
    data = json.loads(request.body)
    return JsonResponse({"name": data["name"], "toast": data["toast"], "size": data.get("size")})


def named_through_its_module(request: HttpRequest) -> HttpResponse:
    form = inside.RoomForm(request.POST)
    return HttpResponse(str(form.is_valid()))


def picky(request: HttpRequest) -> HttpResponse:
    if request.method == "POST" and request.POST["title"]:
        return HttpResponse(
            "<form><div><input name=title><ul class=errorlist><li>Too dull</li></ul></div><input name=b></form>"
        )
    return HttpResponse("<form></form>")


urlpatterns = [
    path("groups/", Groups.as_view({"post": "create", "delete": "destroy"}), name="groups"),
    path("permit/", permit, name="permit"),
    path("open/", open_group, name="open"),
    path("push/", push, name="push"),
    path("picky/", picky, name="picky"),
    path("through/", named_through_its_module, name="through"),
]
pytestmark = pytest.mark.urls(__name__)


@pytest.fixture
def route() -> Callable[[str], Any]:
    known = {route.name: route for route in routes(__name__)}
    return known.__getitem__


def test_what_ends_is_after_what_began() -> None:
    for field in (forms.DateTimeField(), forms.DateField()):
        fake_values = FakeValues(2)
        began, ended = recipe("starts_at_start", field), recipe("end", field)
        assert all(sample(began, fake_values) < sample(ended, fake_values) for _ in range(50))


class SpanSerializer(serializers.Serializer):
    start = serializers.DateTimeField()
    room = serializers.CharField(required=False)

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        if not data.get("room"):
            raise serializers.ValidationError({"room": "wanted after all"})
        return data


@pytest.mark.django_db
def test_a1_the_whole_serializer_is_tried() -> None:
    """A1: what only the serializer's ``validate`` requires is sent."""
    required, optional = field_values.of_serializer(SpanSerializer)
    assert (set(required), optional) == ({"start", "room"}, ())


class LoudSerializer(serializers.Serializer):
    start = serializers.DateTimeField()

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        logging.getLogger("django.db.models").warning("Got a database error")
        return data


@pytest.mark.django_db
def test_what_django_logs_while_values_are_tried_is_not_shown(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("WARNING", "django.db.models")
    field_values.of_serializer(LoudSerializer)
    assert caplog.messages == []
    logging.getLogger("django.db.models").warning("heard again")
    assert caplog.messages == ["heard again"]


class ReadAndCreate(viewsets.ModelViewSet):
    http_method_names = ["get", "post"]
    serializer_class = PermissionSerializer


def test_a_method_that_a_view_set_does_not_allow_is_no_endpoint() -> None:
    view = ReadAndCreate.as_view({"get": "retrieve", "put": "update", "delete": "destroy"})
    (found,) = routes((path("one/", view, name="one"),))
    assert found.methods == ("GET",)


def test_a1_serializers_are_read_through_and_through(route: Callable[[str], Any]) -> None:
    """A1: nested serializers, lists, references and the class that a view chooses."""
    found = guess(route("groups"), "POST")
    assert (found.kind, found.expect, found.source) == ("json", 201, "GroupSerializer")
    assert found.optional == ("permissions",)
    assert found.fields["leader"].startswith('{"name": fake.')
    assert found.fields["leader"].endswith('"content_type": existing("contenttypes.ContentType")}')
    assert found.fields["words"] == "[fake.slug]"
    assert guess(route("groups"), "DELETE").expect == 204


def test_a1_a_function_view_of_rest_framework_is_read(route: Callable[[str], Any]) -> None:
    """A1: the serializer that the function names."""
    assert guess(route("permit"), "POST").source == "PermissionSerializer"


def test_a1_a_view_without_a_form_is_read_by_the_names_that_it_uses(route: Callable[[str], Any]) -> None:
    """A1: plain views, where a model is behind them."""
    found = guess(route("open"), "POST")
    assert (found.kind, found.expect) == ("form", 302)
    assert dict(found.fields) == {"name": "fake.unique.name"}
    assert found.optional == ("permissions",)
    found = guess(route("push"), "POST")
    assert (found.kind, dict(found.fields)) == ("json", {"name": "fake.name", "toast": "needed"})
    assert found.optional == ("size",)


def test_a_form_is_found_through_the_module_that_holds_it(route: Callable[[str], Any]) -> None:
    found = guess(route("through"), "POST")
    assert (found.source, dict(found.fields)) == (
        "RoomForm",
        {"size": "fake.pyint(min_value=3, max_value=4)"},
    )


class PickyApi(Endpoints):
    send = post("picky", form={"title": fake.word}, expect=302)


def test_a1_a_form_that_is_shown_again_is_an_error_with_what_it_complains_of() -> None:
    """A1: a form endpoint expects a redirect and reports the form's errors."""
    with pytest.raises(ExpectationError) as caught:
        PickyApi(Client(), seed=1).send()
    told = str(caught.value)
    assert "title: Too dull" in told
    assert "the form was shown again: give the fields with errors, send(field=…)" in told
