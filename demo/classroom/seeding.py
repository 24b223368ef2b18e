"""A classroom to browse."""

from __future__ import annotations

from classroom.models import Classroom, ClassroomSettings, Role, Student
from classroom.services import add_student

CLASSROOMS = (
    ("Pottery for beginners", {"capacity": 8}),
    ("Night sky", {"capacity": 20, "default_role": Role.GUEST}),
    ("A single seat", {"capacity": 1}),
)
STUDENTS = (
    ("smartie", "pants", Role.REPRESENTATIVE),
    ("noor", "haddad", Role.STUDENT),
    ("jonas", "o'neil", Role.STUDENT),
    ("mei-lin", "zhou", Role.STUDENT),
    ("pavel", "novák", Role.GUEST),
)


def plant(*, teacher) -> None:
    """Add the classrooms and students that are not there yet."""
    for name, settings in CLASSROOMS:
        if not Classroom.objects.filter(teacher=teacher, name=name).exists():
            Classroom.objects.create(
                teacher=teacher, name=name, settings=ClassroomSettings.objects.create(**settings)
            )
    pottery = Classroom.objects.get(teacher=teacher, name=CLASSROOMS[0][0])
    if not pottery.students.exists():
        for first_name, last_name, role in STUDENTS:
            student = Student(classroom=pottery, first_name=first_name, last_name=last_name, role=role)
            add_student(student, by=teacher, user_agent="seed")
