"""Forms of the classroom: the pages show them, and the JSON API validates with the same ones."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.forms import UniqueEmailMixin
from accounts.models import User
from classroom.models import Classroom, ClassroomSettings, Student
from classroom.names import title_case


class StudentForm(forms.ModelForm):
    class Meta:
        model = Student
        fields = ("first_name", "last_name", "email", "role")
        widgets = {
            name: forms.TextInput(attrs={"autocomplete": "off"}) for name in ("first_name", "last_name")
        }

    def __init__(self, *args, classroom: Classroom, **kwargs):
        super().__init__(*args, **kwargs)
        self.instance.classroom = classroom
        self.fields["email"].help_text = "Optional. A welcome mail goes there."
        self.fields["email"].widget.attrs["autocomplete"] = "off"
        role = self.fields["role"]
        role.required = False
        role.choices = Student._meta.get_field("role").choices
        self.initial.setdefault("role", classroom.settings.default_role)

    def clean_role(self) -> str:
        """Fall back to the role in the classroom's settings, or to the role that the student has."""
        return self.cleaned_data["role"] or self.initial["role"]

    def _get_validation_exclusions(self):
        # The classroom is not a field of the form, but a name must be unique within it.
        return super()._get_validation_exclusions() - {"classroom"}


class SettingsForm(forms.ModelForm):
    """A classroom's name and its settings, which are stored together.

    Args:
        classroom: The classroom; a new one needs its teacher.
    """

    name = forms.CharField(max_length=Classroom._meta.get_field("name").max_length)

    class Meta:
        model = ClassroomSettings
        fields = ("capacity", "default_role", "welcomes_by_mail", "registration_open")

    field_order = ("name",)

    def __init__(self, *args, classroom: Classroom, **kwargs):
        self.classroom = classroom
        super().__init__(*args, instance=classroom.settings if classroom.pk else None, **kwargs)
        self.initial["name"] = classroom.name

    def clean_name(self) -> str:
        name = self.cleaned_data["name"]
        namesakes = Classroom.objects.filter(teacher=self.classroom.teacher, name=name)
        if namesakes.exclude(pk=self.classroom.pk).exists():
            raise ValidationError("You have a classroom of this name already.", code="unique")
        return name

    def clean_capacity(self) -> int:
        capacity = self.cleaned_data["capacity"]
        taken = self.classroom.students.count() if self.classroom.pk else 0
        if capacity < taken:
            raise ValidationError(
                "%(taken)d students are in the classroom already.", code="too_small", params={"taken": taken}
            )
        return capacity

    @transaction.atomic
    def save(self, commit: bool = True) -> Classroom:
        self.classroom.settings = super().save()
        self.classroom.name = self.cleaned_data["name"]
        self.classroom.save()
        return self.classroom


class PersonForm(UniqueEmailMixin, forms.ModelForm):
    """A person who registers with a phone number, which becomes their username.

    A person who registers as a student names the class too.
    """

    password = forms.CharField(
        strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )
    classroom = forms.ModelChoiceField(
        Classroom.objects.filter(settings__registration_open=True),
        required=False,
        widget=forms.HiddenInput,
        error_messages={"invalid_choice": "Nobody can register for this class."},
    )

    class Meta:
        model = User
        fields = ("first_name", "last_name", "email", "phone_number", "birthday")
        widgets = {
            "first_name": forms.TextInput(attrs={"autocomplete": "given-name"}),
            "last_name": forms.TextInput(attrs={"autocomplete": "family-name"}),
            "email": forms.EmailInput(attrs={"autocomplete": "email"}),
            "birthday": forms.DateInput(attrs={"type": "date", "autocomplete": "bday"}, format="%Y-%m-%d"),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.required = name not in ("email", "classroom")
        self.fields["email"].help_text = "Optional."

    def clean_first_name(self) -> str:
        return title_case(self.cleaned_data["first_name"])

    def clean_last_name(self) -> str:
        return title_case(self.cleaned_data["last_name"])

    def clean(self) -> dict:
        data = super().clean()
        names = {name: data.get(name) for name in ("first_name", "last_name")}
        if (classroom := data.get("classroom")) and classroom.students.filter(**names).exists():
            self.add_error(None, "A student of this name is in the classroom already.")
        return data

    def save(self, commit: bool = True) -> User:
        person = super().save(commit=False)
        person.username = person.phone_number
        person.set_password(self.cleaned_data["password"])
        if commit:
            person.save()
        return person
