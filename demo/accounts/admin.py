"""Users in the admin."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin

from accounts.models import User


@admin.register(User)
class UserAdmin(DjangoUserAdmin):
    list_display = ("username", "display_name", "email", "phone_number", "is_staff", "date_joined")
    list_filter = ("is_staff", "is_active", "groups", "date_joined")
    search_fields = ("username", "first_name", "last_name", "email", "phone_number")
    ordering = ("username",)
    date_hierarchy = "date_joined"
    fieldsets = (
        *DjangoUserAdmin.fieldsets[:2],
        ("Contact", {"fields": ("phone_number", "birthday")}),
        *DjangoUserAdmin.fieldsets[2:],
    )
