"""Forms of the classroom: the pages show them, and the JSON API validates with the very same ones."""

from __future__ import annotations

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from accounts.models import User
from classroom.models import Classroom, Student
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
        self.fields["email"].help_text = "Optional. A letter of welcome goes there."
        self.fields["email"].widget.attrs["autocomplete"] = "off"
        role = self.fields["role"]
        role.required = False
        role.choices = Student._meta.get_field("role").choices
        self.initial.setdefault("role", classroom.default_role)

    def clean_role(self) -> str:
        """Leave the choice of a role to the classroom's settings, or to what it was before."""
        return self.cleaned_data["role"] or self.initial["role"]

    def _get_validation_exclusions(self):
        # The classroom is not a field of the form, but a name must be unique within it.
        return super()._get_validation_exclusions() - {"classroom"}


class SettingsForm(forms.ModelForm):
    class Meta:
        model = Classroom
        fields = ("name", "capacity", "default_role", "welcomes_by_mail")

    def clean_capacity(self) -> int:
        capacity = self.cleaned_data["capacity"]
        taken = self.instance.students.count() if self.instance.pk else 0
        if capacity < taken:
            raise ValidationError(
                "%(taken)d students are in the classroom already.", code="too_small", params={"taken": taken}
            )
        return capacity

    def _get_validation_exclusions(self):
        return super()._get_validation_exclusions() - {"teacher"}


class PersonForm(forms.ModelForm):
    """A person who registers with a phone number, which is their username from then on."""

    password = forms.CharField(
        strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    class Meta:
        model = User
        fields = ("first_name", "last_name", "phone_number", "birthday")
        widgets = {
            "first_name": forms.TextInput(attrs={"autocomplete": "given-name"}),
            "last_name": forms.TextInput(attrs={"autocomplete": "family-name"}),
            "birthday": forms.DateInput(attrs={"type": "date", "autocomplete": "bday"}, format="%Y-%m-%d"),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.required = True

    def clean_first_name(self) -> str:
        return title_case(self.cleaned_data["first_name"])

    def clean_last_name(self) -> str:
        return title_case(self.cleaned_data["last_name"])

    def _post_clean(self) -> None:
        super()._post_clean()
        # Here the instance has its names, which the password must not resemble.
        if password := self.cleaned_data.get("password"):
            try:
                validate_password(password, self.instance)
            except ValidationError as error:
                self.add_error("password", error)

    def save(self, commit: bool = True) -> User:
        person = super().save(commit=False)
        person.username = person.phone_number
        person.set_password(self.cleaned_data["password"])
        if commit:
            person.save()
        return person
