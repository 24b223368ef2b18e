"""URLs of the blog."""

from django.urls import path

from blog import views

urlpatterns = [
    path("", views.PostList.as_view(), name="post-list"),
    path("mine/", views.MyPosts.as_view(), name="post-mine"),
    path("write/", views.PostCreate.as_view(), name="post-create"),
    path("posts/<slug:slug>/", views.PostDetail.as_view(), name="post-detail"),
    path("posts/<slug:slug>/edit/", views.PostEdit.as_view(), name="post-edit"),
    path("posts/<slug:slug>/delete/", views.PostDelete.as_view(), name="post-delete"),
]
