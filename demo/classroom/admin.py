"""Classrooms, students and the class book in the admin."""

from django.contrib import admin
from django.db.models import Count

from classroom.models import ClassBookEntry, Classroom, ClassroomSettings, Student


class StudentInline(admin.TabularInline):
    model = Student
    extra = 0


@admin.register(Classroom)
class ClassroomAdmin(admin.ModelAdmin):
    list_display = ("name", "teacher", "student_count", "settings")
    list_filter = ("settings__default_role", "settings__welcomes_by_mail")
    list_select_related = ("teacher", "settings")
    search_fields = ("name", "teacher__username")
    autocomplete_fields = ("teacher",)
    inlines = (StudentInline,)

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(student_count=Count("students"))

    @admin.display(description="students", ordering="student_count")
    def student_count(self, classroom: Classroom) -> int:
        return classroom.student_count


@admin.register(ClassroomSettings)
class ClassroomSettingsAdmin(admin.ModelAdmin):
    list_display = ("classroom", "capacity", "default_role", "welcomes_by_mail", "registration_open")
    list_select_related = ("classroom",)


@admin.register(Student)
class StudentAdmin(admin.ModelAdmin):
    list_display = ("name", "classroom", "role", "email", "joined_at")
    list_filter = ("role", "classroom")
    list_select_related = ("classroom",)
    search_fields = ("first_name", "last_name", "email")
    autocomplete_fields = ("classroom",)


@admin.register(ClassBookEntry)
class ClassBookEntryAdmin(admin.ModelAdmin):
    """To read only: a class book that could be rewritten would prove nothing."""

    list_display = ("at", "classroom", "by", "action", "student_name", "user_agent")
    list_filter = ("action", "classroom")
    list_select_related = ("classroom", "by")
    search_fields = ("student_name",)
    date_hierarchy = "at"

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False
