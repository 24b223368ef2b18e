"""Every endpoint of the classroom as a method, so that a story reads ``teacher.create_student()``."""

from __future__ import annotations

import datetime

from django.utils import timezone
from django_journey.endpoints import Endpoints, delete, fake, get, patch, post, put

from classroom.models import Role


def twenty_years_ago() -> datetime.date:
    """The birthday of a person who turns twenty today."""
    today = timezone.localdate()
    return today.replace(year=today.year - 20)  # leap years are four years apart, and twenty divides by four


class ClassroomApi(Endpoints):
    csrf_page = "register"

    def __init__(self, source, /, *, role: str = Role.STUDENT, **kwargs) -> None:
        super().__init__(source, role=role, **kwargs)

    register = post(
        "register",
        json={
            "first_name": fake.first_name,
            "last_name": fake.last_name,
            "email": fake.email,
            "phone_number": fake.numerify(text="%#########"),
            "birthday": twenty_years_ago,
            "password": "password",
        },
        optional=("classroom",),
        expect=201,
    )

    # The teacher's own class, without naming it.
    create_student = post(
        "create-student",
        json={"first_name": fake.first_name, "last_name": fake.last_name},
        optional=("email",),
        expect=201,
    )
    remove_student = delete("remove-student", expect=204)

    # The students of one classroom.
    students = get("students")
    add_student = post(
        "students",
        json={"first_name": fake.first_name, "last_name": fake.last_name},
        optional=("email", "role"),
        expect=201,
    )
    student = get("student")
    replace_student = put(
        "student",
        json={"first_name": fake.first_name, "last_name": fake.last_name, "role": "student"},
        optional=("email",),
    )
    change_student = patch("student", json={}, optional=("first_name", "last_name", "email", "role"))
    delete_student = delete("student", expect=204)

    settings = get("settings")
    change_settings = patch(
        "settings",
        json={},
        optional=("name", "capacity", "default_role", "welcomes_by_mail", "registration_open"),
    )
    class_book = get("class-book")

    # The plain page's own form does the same without JSON.
    add_by_form = post(
        "classroom-detail", form={"first_name": fake.first_name, "last_name": fake.last_name}, expect=302
    )
