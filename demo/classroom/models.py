"""Classrooms, their settings, their students, and the class book that records who did what."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.models import User
from classroom.names import NameField

LARGEST_CLASS = 60


class Role(models.TextChoices):
    STUDENT = "student", "Student"
    REPRESENTATIVE = "representative", "Class representative"
    GUEST = "guest", "Guest student"


class ClassroomSettings(models.Model):
    """The settings of a classroom."""

    capacity = models.PositiveSmallIntegerField(
        default=24,
        validators=[MinValueValidator(1), MaxValueValidator(LARGEST_CLASS)],
        help_text="How many students fit in.",
    )
    default_role = models.CharField(
        max_length=20,
        choices=Role,
        default=Role.STUDENT,
        help_text="The role of a student for whom none was chosen.",
    )
    welcomes_by_mail = models.BooleanField(
        "welcome students by email",
        default=True,
        help_text="Sent to students whose email address is known.",
    )
    registration_open = models.BooleanField(
        "people may register as students",
        default=True,
        help_text="With the classroom's number, while seats are left.",
    )

    class Meta:
        verbose_name_plural = "classroom settings"
        constraints = [
            models.CheckConstraint(
                condition=Q(capacity__gte=1, capacity__lte=LARGEST_CLASS),
                name="classroom_capacity_is_sensible",
                violation_error_message=f"A classroom has between 1 and {LARGEST_CLASS} seats.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.capacity} seats, {self.get_default_role_display()}"


class Teacher(User):
    """A user as the teacher of a class: the same row, and equal to the user."""

    class Meta:
        proxy = True

    @property
    def user(self) -> User:
        return self

    @property
    def classroom(self) -> Classroom | None:
        """The class that the teacher has taught longest, or ``None``."""
        return own_classroom(self)

    @property
    def classroom_settings(self) -> ClassroomSettings | None:
        classroom = self.classroom
        return classroom and classroom.settings


def own_classroom(user) -> Classroom | None:
    """Return a teacher's default class: the one that they have taught longest."""
    return Classroom.objects.filter(teacher=user).select_related("settings").order_by("pk").first()


class Classroom(models.Model):
    name = models.CharField(max_length=80)
    teacher = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="classrooms")
    settings = models.OneToOneField(ClassroomSettings, on_delete=models.PROTECT, related_name="classroom")

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["teacher", "name"],
                name="classroom_name_unique_for_teacher",
                violation_error_message="You have a classroom of this name already.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("classroom-detail", kwargs={"pk": self.pk})

    @property
    def seats_left(self) -> int:
        """How many more students fit in; costs one query."""
        return self.settings.capacity - self.students.count()


class Student(models.Model):
    classroom = models.ForeignKey(Classroom, on_delete=models.CASCADE, related_name="students")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="seats",
        help_text="The account of a student who registered by themselves.",
    )
    first_name = NameField(max_length=60)
    last_name = NameField(max_length=60)
    email = models.EmailField("email address", blank=True)
    role = models.CharField(max_length=20, choices=Role, default=Role.STUDENT)
    joined_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["last_name", "first_name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["classroom", "first_name", "last_name"],
                name="classroom_student_name_unique",
                violation_error_message="A student of this name is in the classroom already.",
            ),
            models.CheckConstraint(
                condition=Q(role__in=Role.values),
                name="classroom_student_role_is_known",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"


class ClassBookEntry(models.Model):
    """One line of the class book; it stays when the student leaves."""

    class Action(models.TextChoices):
        ADDED = "added", "added"
        CHANGED = "changed", "changed"
        REMOVED = "removed", "removed"

    classroom = models.ForeignKey(Classroom, on_delete=models.CASCADE, related_name="class_book")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    action = models.CharField(max_length=10, choices=Action)
    student_name = models.CharField(max_length=121)
    user_agent = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name_plural = "class book entries"

    def __str__(self) -> str:
        return f"{self.by} {self.action} {self.student_name}"
