"""URLs of the blog."""

from django.urls import path

from blog import views

urlpatterns = [
    path("", views.PostList.as_view(), name="post_list"),
    path("mine/", views.MyPosts.as_view(), name="my_posts"),
    path("write/", views.PostCreate.as_view(), name="post_create"),
    path("posts/<slug:slug>/", views.PostDetail.as_view(), name="post_detail"),
    path("posts/<slug:slug>/edit/", views.PostEdit.as_view(), name="post_edit"),
    path("posts/<slug:slug>/delete/", views.PostDelete.as_view(), name="post_delete"),
]
