"""A classroom to look at by hand."""

from __future__ import annotations

from classroom.models import Classroom, Role, Student
from classroom.services import add_student

STUDENTS = (
    ("smartie", "pants", Role.REPRESENTATIVE),
    ("noor", "haddad", Role.STUDENT),
    ("jonas", "o'neil", Role.STUDENT),
    ("mei-lin", "zhou", Role.STUDENT),
    ("pavel", "novák", Role.GUEST),
)


def plant(*, teacher) -> None:
    """Add the classrooms and students that are not there yet."""
    pottery, created = Classroom.objects.get_or_create(
        teacher=teacher, name="Pottery for beginners", defaults={"capacity": 8}
    )
    Classroom.objects.get_or_create(
        teacher=teacher, name="Night sky", defaults={"capacity": 20, "default_role": Role.GUEST}
    )
    if created:
        for first_name, last_name, role in STUDENTS:
            student = Student(classroom=pottery, first_name=first_name, last_name=last_name, role=role)
            add_student(student, by=teacher, user_agent="seed")
