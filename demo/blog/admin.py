"""Posts in the admin."""

from django.contrib import admin

from blog.models import Post
from blog.services import delete_post


@admin.register(Post)
class PostAdmin(admin.ModelAdmin):
    list_display = ("title", "author", "status", "published_at", "updated_at")
    list_filter = ("status", "published_at")
    list_select_related = ("author",)
    search_fields = ("title", "content", "author__username")
    date_hierarchy = "created_at"
    autocomplete_fields = ("author",)
    readonly_fields = ("slug", "published_at", "featured_image")

    def delete_model(self, request, obj):
        delete_post(obj)

    def delete_queryset(self, request, queryset):
        for post in queryset:
            delete_post(post)
