"""URLs of the newsroom."""

from django.urls import path

from newsroom import views

urlpatterns = [
    path("", views.ArticleList.as_view(), name="article-list"),
    path("drafts/", views.DraftList.as_view(), name="article-drafts"),
    path("write/", views.ArticleCreate.as_view(), name="article-create"),
    path("articles/<int:pk>/publish/", views.publish_article, name="article-publish"),
    path("articles/<int:article_pk>/comments/", views.comment_on_article, name="comment-create"),
    path("articles/<slug:slug>/", views.ArticleDetail.as_view(), name="article-detail"),
    path("articles/<slug:slug>/edit/", views.ArticleEdit.as_view(), name="article-edit"),
    path("articles/<slug:slug>/delete/", views.ArticleDelete.as_view(), name="article-delete"),
    path("comments/<int:pk>/edit/", views.CommentEdit.as_view(), name="comment-edit"),
    path("comments/<int:pk>/delete/", views.CommentDelete.as_view(), name="comment-delete"),
]
