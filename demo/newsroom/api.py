"""The newsroom's articles as a REST API, with the same rules as the pages."""

from __future__ import annotations

from rest_framework import permissions, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from newsroom.models import Article
from newsroom.services import AlreadyPublished, publish, save_article


class ArticleSerializer(serializers.ModelSerializer):
    author = serializers.CharField(source="author.username", read_only=True)
    url = serializers.CharField(source="get_absolute_url", read_only=True)

    class Meta:
        model = Article
        fields = ["slug", "title", "summary", "body", "author", "status", "published_at", "url"]
        read_only_fields = ["slug", "status", "published_at"]


class MayEditOrRead(permissions.IsAuthenticatedOrReadOnly):
    """Authors change and delete their own articles, editors every article; others only read."""

    message = "Only its author or an editor may change an article."

    def has_object_permission(self, request: Request, view, article: Article) -> bool:
        return request.method in permissions.SAFE_METHODS or article.may_be_edited_by(request.user)


class MayPublish(permissions.BasePermission):
    """Editors publish, and authors if the settings allow it."""

    message = "Only editors may publish."

    def has_object_permission(self, request: Request, view, article: Article) -> bool:
        return article.may_be_published_by(request.user)


class ArticleViewSet(viewsets.ModelViewSet):
    """Articles by their slug; ``publish`` puts a draft online."""

    serializer_class = ArticleSerializer
    permission_classes = [MayEditOrRead]
    lookup_field = "slug"
    http_method_names = ["get", "post", "put", "patch", "delete", "head", "options"]

    def get_queryset(self):
        return Article.objects.visible_to(self.request.user).select_related("author")

    def perform_create(self, serializer: ArticleSerializer) -> None:
        by = self.request.user
        serializer.instance = save_article(Article(**serializer.validated_data, author=by), by=by)

    @action(detail=True, methods=["post"], permission_classes=[permissions.IsAuthenticated, MayPublish])
    def publish(self, request: Request, slug: str) -> Response:
        """Put a draft online."""
        try:
            article = publish(self.get_object(), by=request.user)
        except AlreadyPublished:
            return Response({"detail": "This article is online already."}, status=status.HTTP_409_CONFLICT)
        return Response(self.get_serializer(article).data)
