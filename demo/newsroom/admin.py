"""Articles and comments in the admin."""

from django.contrib import admin

from newsroom.models import Article, Comment


class CommentInline(admin.TabularInline):
    model = Comment
    extra = 0
    autocomplete_fields = ("author",)


@admin.register(Article)
class ArticleAdmin(admin.ModelAdmin):
    list_display = ("title", "author", "status", "published_at", "published_by", "updated_at")
    list_filter = ("status", "published_at")
    list_select_related = ("author", "published_by")
    search_fields = ("title", "summary", "body", "author__username")
    date_hierarchy = "created_at"
    autocomplete_fields = ("author",)
    # Publishing has side effects, so it needs the site's own button and not a field.
    readonly_fields = ("slug", "status", "published_at", "published_by")
    inlines = (CommentInline,)


@admin.register(Comment)
class CommentAdmin(admin.ModelAdmin):
    list_display = ("article", "author", "body", "created_at")
    list_filter = ("created_at",)
    list_select_related = ("article", "author")
    search_fields = ("body", "article__title", "author__username")
    autocomplete_fields = ("article", "author")
