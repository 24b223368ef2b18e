"""The teacher's pages, rendered on the server."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.contrib.messages.views import SuccessMessageMixin
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_POST
from django.views.generic import CreateView, DetailView, ListView, UpdateView

from classroom.forms import SettingsForm, StudentForm
from classroom.models import Classroom, Student
from classroom.services import ClassroomFull, add_student, change_student, remove_student
from config.htmx import AnswersHtmx

#: Entries of the class book that a page shows at first, and by how many it grows.
ENTRIES = 8


class UnspoiltObject:
    """Keeps values that a form refused out of the rest of the page."""

    def form_invalid(self, form) -> HttpResponse:
        self.object.refresh_from_db()
        return super().form_invalid(form)


class OwnClassrooms(LoginRequiredMixin):
    """Teachers see only their own classrooms; others answer 404."""

    def get_queryset(self):
        return Classroom.objects.filter(teacher=self.request.user)


class ClassroomList(OwnClassrooms, ListView):
    template_name = "classroom/classroom_list.html"
    context_object_name = "classrooms"

    def get_queryset(self):
        return super().get_queryset().select_related("settings").annotate(student_count=Count("students"))


class ClassroomCreate(OwnClassrooms, SuccessMessageMixin, CreateView):
    template_name = "classroom/classroom_form.html"
    form_class = SettingsForm
    success_message = "Classroom opened"

    def get_form_kwargs(self):
        kwargs = super().get_form_kwargs()
        del kwargs["instance"]
        return {**kwargs, "classroom": Classroom(teacher=self.request.user)}


class SettingsEdit(OwnClassrooms, SuccessMessageMixin, UpdateView):
    template_name = "classroom/classroom_form.html"
    form_class = SettingsForm
    success_message = "Settings saved"

    def get_form_kwargs(self):
        kwargs = super().get_form_kwargs()
        classroom = kwargs.pop("instance")
        return {**kwargs, "classroom": classroom}


class ClassroomDetail(OwnClassrooms, AnswersHtmx, DetailView):
    """The class list; the form beside it adds a student."""

    template_name = "classroom/classroom_detail.html"
    part_template_name = "classroom/class.html"
    context_object_name = "classroom"

    def get_context_data(self, **kwargs):
        kwargs.setdefault("form", StudentForm(classroom=self.object))
        students = list(self.object.students.all())
        find = self.request.GET.get("find", "").strip()
        asked = self.request.GET.get("entries", "")
        most = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else ENTRIES
        entries = list(self.object.class_book.select_related("by")[: most + 1])
        return super().get_context_data(
            students=students,
            find=find,
            shown=[each for each in students if find.casefold() in each.name.casefold()],
            entries=entries[:most],
            earlier=most + ENTRIES if len(entries) > most else None,
            **kwargs,
        )

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.object = self.get_object()
        form = StudentForm(request.POST, classroom=self.object)
        if form.is_valid():
            try:
                student = add_student(form.save(commit=False), by=request.user, user_agent=_agent(request))
            except ClassroomFull as full:
                form.add_error(None, str(full))
            else:
                messages.success(request, f"{student.name} has joined {self.object}")
                return redirect(self.object)
        return self.render_to_response(self.get_context_data(form=form))


class StudentEdit(LoginRequiredMixin, UnspoiltObject, UpdateView):
    template_name = "classroom/student_form.html"
    context_object_name = "student"

    def get_queryset(self):
        return Student.objects.filter(
            classroom=self.kwargs["classroom_pk"], classroom__teacher=self.request.user
        ).select_related("classroom")

    def get_form(self, form_class=None):
        return StudentForm(**self.get_form_kwargs(), classroom=self.object.classroom)

    def form_valid(self, form: StudentForm) -> HttpResponse:
        student = change_student(
            form.save(commit=False), by=self.request.user, user_agent=_agent(self.request)
        )
        messages.success(self.request, f"{student.name} saved")
        return redirect(student.classroom)


@require_POST
@login_required
def student_remove(request: HttpRequest, classroom_pk: int, pk: int) -> HttpResponse:
    """Take a student off the list."""
    student = get_object_or_404(
        Student.objects.select_related("classroom"),
        pk=pk,
        classroom=classroom_pk,
        classroom__teacher=request.user,
    )
    remove_student(student, by=request.user, user_agent=_agent(request))
    messages.success(request, f"{student.name} has left {student.classroom}")
    return redirect(student.classroom)


@method_decorator(ensure_csrf_cookie, name="dispatch")
class LiveBoard(OwnClassrooms, DetailView):
    """An empty page that a front end fills from the JSON API."""

    template_name = "classroom/board.html"
    context_object_name = "classroom"

    def get_context_data(self, **kwargs):
        return super().get_context_data(form=StudentForm(classroom=self.object), **kwargs)


def _agent(request: HttpRequest) -> str:
    return request.headers.get("User-Agent", "")
