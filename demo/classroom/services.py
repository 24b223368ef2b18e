"""Changes to a class list, and their side effects."""

from __future__ import annotations

from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string

from accounts.models import User
from classroom.forms import PersonForm
from classroom.models import ClassBookEntry, Classroom, Student

USER_AGENT_ROOM = ClassBookEntry._meta.get_field("user_agent").max_length


class ClassroomFull(Exception):
    """Every seat is taken."""

    def __init__(self, classroom: Classroom) -> None:
        capacity = classroom.settings.capacity
        seats = "The only seat of {} is taken." if capacity == 1 else "All {1} seats of {0} are taken."
        super().__init__(seats.format(classroom, capacity))


@transaction.atomic
def add_student(student: Student, *, by, user_agent: str = "") -> Student:
    """Seat a new student, write it into the class book, and welcome them once it is stored.

    Args:
        student: A valid student who is not stored yet, with their classroom.
        by: The teacher.
        user_agent: What the teacher's client calls itself.

    Raises:
        ClassroomFull: No seat is left; nothing is stored.
    """
    # Locked, so that two teachers can't both fill the last seat.
    classroom = Classroom.objects.select_for_update().get(pk=student.classroom_id)
    if classroom.seats_left <= 0:
        raise ClassroomFull(classroom)
    student.save()
    if student.email and classroom.settings.welcomes_by_mail:
        # Robust: an unreachable mail server does not undo what is stored.
        transaction.on_commit(lambda: _welcome(student, teacher=by), robust=True)
    _write_down(ClassBookEntry.Action.ADDED, student, by, user_agent)
    return student


@transaction.atomic
def register_person(form: PersonForm, *, user_agent: str = "") -> User:
    """Store a person who registers, and seat them in the class that they named.

    Args:
        form: A valid form.
        user_agent: What the person's client calls itself.

    Raises:
        ClassroomFull: No seat is left; nothing is stored.
    """
    person = form.save(commit=False)
    person.registered_with = user_agent[:USER_AGENT_ROOM]
    person.save()
    if classroom := form.cleaned_data["classroom"]:
        student = Student(
            classroom=classroom,
            person=person,
            first_name=person.first_name,
            last_name=person.last_name,
            email=person.email,
            role=classroom.settings.default_role,
        )
        add_student(student, by=person, user_agent=user_agent)
    return person


@transaction.atomic
def change_student(student: Student, *, by, user_agent: str = "") -> Student:
    """Store what has changed about a student, and write it into the class book."""
    student.save()
    _write_down(ClassBookEntry.Action.CHANGED, student, by, user_agent)
    return student


@transaction.atomic
def remove_student(student: Student, *, by, user_agent: str = "") -> None:
    """Take a student off the list; the class book still lists them."""
    _write_down(ClassBookEntry.Action.REMOVED, student, by, user_agent)
    student.delete()


def _write_down(action: str, student: Student, by, user_agent: str) -> None:
    ClassBookEntry.objects.create(
        classroom_id=student.classroom_id,
        by=by,
        action=action,
        student_name=student.name,
        user_agent=user_agent[:USER_AGENT_ROOM],
    )


def _welcome(student: Student, *, teacher) -> None:
    context = {"student": student, "classroom": student.classroom, "teacher": teacher}
    send_mail(
        subject=f"Welcome to {student.classroom}",
        message=render_to_string("classroom/mail/welcome.txt", context),
        from_email=None,
        recipient_list=[student.email],
    )
