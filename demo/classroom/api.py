"""The classroom as a JSON API, for the front end and for other programs.

Callers are signed in by the site's session. Problems are answered as
``{"errors": {field: [message, ...]}}`` with the status that fits: 400 for what a form refuses, 401 for
strangers, 404 for others' classrooms, 409 where no seat is left, 415 for a body that is not JSON.
"""

from __future__ import annotations

import json

from django.forms.models import model_to_dict
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import ensure_csrf_cookie

from classroom.forms import PersonForm, SettingsForm, StudentForm
from classroom.models import Classroom, Student, own_classroom
from classroom.services import (
    ClassroomFull,
    add_student,
    change_student,
    register_person,
    remove_student,
)


class BadBody(Exception):
    """The request's body can't be used."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class JsonView(View):
    """Answers every problem in JSON."""

    sign_in_required = True

    def dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if self.sign_in_required and not request.user.is_authenticated:
            return problem("Sign in first.", status=401)
        try:
            return super().dispatch(request, *args, **kwargs)
        except Http404:
            return problem("There is no such thing, or it is not yours.", status=404)
        except BadBody as error:
            return problem(str(error), status=error.status)

    def body(self) -> dict:
        """The JSON object that was sent."""
        if self.request.content_type != "application/json":
            raise BadBody("Send JSON, with Content-Type: application/json.", status=415)
        try:
            sent = json.loads(self.request.body)
        except ValueError as error:
            raise BadBody(f"The body is not valid JSON: {error}.", status=400) from error
        if not isinstance(sent, dict):
            raise BadBody("Send a JSON object.", status=400)
        return sent

    def classroom(self) -> Classroom:
        """The teacher's classroom that the URL names."""
        return get_object_or_404(Classroom, pk=self.kwargs["classroom_pk"], teacher=self.request.user)

    def agent(self) -> str:
        """What the client calls itself."""
        return self.request.headers.get("User-Agent", "")

    def add(self, classroom: Classroom, data: dict) -> HttpResponse:
        """Seat a student whom the body describes."""
        form = StudentForm(data, classroom=classroom)
        if not form.is_valid():
            return refused(form)
        try:
            student = add_student(form.save(commit=False), by=self.request.user, user_agent=self.agent())
        except ClassroomFull as full:
            return problem(str(full), status=409)
        response = JsonResponse(as_json(student), status=201)
        response["Location"] = reverse("student", kwargs={"classroom_pk": classroom.pk, "pk": student.pk})
        return response


@method_decorator(ensure_csrf_cookie, name="dispatch")
class Register(JsonView):
    """People register here, before they have an account.

    A browser gets the page whose front end sends the JSON.
    """

    sign_in_required = False

    def get(self, request: HttpRequest) -> HttpResponse:
        form = PersonForm(initial={"classroom": request.GET.get("classroom")})
        return render(request, "classroom/register.html", {"form": form})

    def post(self, request: HttpRequest) -> HttpResponse:
        form = PersonForm(self.body())
        if not form.is_valid():
            return refused(form)
        try:
            person = register_person(form, user_agent=self.agent())
        except ClassroomFull as full:
            return problem(str(full), status=409)
        shown = {
            "id": person.pk,
            "name": person.display_name,
            "username": person.username,
            "email": person.email,
            "phone_number": person.phone_number,
            "age": person.age,
        }
        return JsonResponse(shown, status=201)


class Settings(JsonView):
    """The settings of a classroom."""

    def get(self, request: HttpRequest, classroom_pk: int) -> HttpResponse:
        return JsonResponse(SettingsForm(classroom=self.classroom()).initial)

    def patch(self, request: HttpRequest, classroom_pk: int) -> HttpResponse:
        present = SettingsForm(classroom=self.classroom())
        form = SettingsForm({**present.initial, **self.body()}, classroom=present.classroom)
        if not form.is_valid():
            return refused(form)
        return JsonResponse(SettingsForm(classroom=form.save()).initial)


class Students(JsonView):
    """The class list."""

    def get(self, request: HttpRequest, classroom_pk: int) -> HttpResponse:
        classroom = self.classroom()
        students = [as_json(student) for student in classroom.students.all()]
        return JsonResponse(
            {
                "students": students,
                "count": len(students),
                "seats_left": classroom.settings.capacity - len(students),
            }
        )

    def post(self, request: HttpRequest, classroom_pk: int) -> HttpResponse:
        return self.add(self.classroom(), self.body())


class OneStudent(JsonView):
    """One student of the class list."""

    def student(self) -> Student:
        return get_object_or_404(self.classroom().students, pk=self.kwargs["pk"])

    def get(self, request: HttpRequest, classroom_pk: int, pk: int) -> HttpResponse:
        return JsonResponse(as_json(self.student()))

    def put(self, request: HttpRequest, classroom_pk: int, pk: int) -> HttpResponse:
        return self._change(self.student(), self.body())

    def patch(self, request: HttpRequest, classroom_pk: int, pk: int) -> HttpResponse:
        student = self.student()
        return self._change(student, {**model_to_dict(student, StudentForm._meta.fields), **self.body()})

    def delete(self, request: HttpRequest, classroom_pk: int, pk: int) -> HttpResponse:
        remove_student(self.student(), by=request.user, user_agent=self.agent())
        return HttpResponse(status=204)

    def _change(self, student: Student, data: dict) -> HttpResponse:
        form = StudentForm(data, instance=student, classroom=student.classroom)
        if not form.is_valid():
            return refused(form)
        changed = change_student(form.save(commit=False), by=self.request.user, user_agent=self.agent())
        return JsonResponse(as_json(changed))


class CreateStudent(JsonView):
    """A student in a role, in the signed-in teacher's own class."""

    def post(self, request: HttpRequest, role: str) -> HttpResponse:
        classroom = own_classroom(request.user)
        if classroom is None:
            return problem("You teach no class yet.", status=404)
        return self.add(classroom, {**self.body(), "role": role})


class RemoveStudent(JsonView):
    """A student in one of the signed-in teacher's classes."""

    def delete(self, request: HttpRequest, student_id: int) -> HttpResponse:
        student = get_object_or_404(Student, pk=student_id, classroom__teacher=request.user)
        remove_student(student, by=request.user, user_agent=self.agent())
        return HttpResponse(status=204)


class ClassBook(JsonView):
    """What was done to the class list, newest first."""

    def get(self, request: HttpRequest, classroom_pk: int) -> HttpResponse:
        entries = self.classroom().class_book.select_related("by")[:50]
        return JsonResponse(
            {
                "entries": [
                    {
                        "action": entry.action,
                        "student": entry.student_name,
                        "by": entry.by.username,
                        "at": entry.at.isoformat(),
                    }
                    for entry in entries
                ]
            }
        )


def as_json(student: Student) -> dict:
    """A student as the API returns it."""
    return {
        "id": student.pk,
        "name": student.name,
        "first_name": student.first_name,
        "last_name": student.last_name,
        "email": student.email,
        "role": student.role,
        "role_name": student.get_role_display(),
    }


def refused(form) -> JsonResponse:
    """A form's errors, field by field."""
    return JsonResponse({"errors": form.errors}, status=400)


def problem(message: str, *, status: int) -> JsonResponse:
    """An error that belongs to no field."""
    return JsonResponse({"errors": {"__all__": [message]}}, status=status)
