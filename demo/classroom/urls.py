"""URLs of the classroom: the pages first, then the JSON API."""

from django.urls import path

from classroom import api, views

urlpatterns = [
    path("", views.ClassroomList.as_view(), name="classroom-list"),
    path("open/", views.ClassroomCreate.as_view(), name="classroom-create"),
    path("register/", api.Register.as_view(), name="register"),
    path("<int:pk>/", views.ClassroomDetail.as_view(), name="classroom-detail"),
    path("<int:pk>/settings/", views.SettingsEdit.as_view(), name="classroom-settings"),
    path("<int:pk>/board/", views.LiveBoard.as_view(), name="classroom-board"),
    path("<int:classroom_pk>/students/<int:pk>/", views.StudentEdit.as_view(), name="student-edit"),
    path("<int:classroom_pk>/students/<int:pk>/remove/", views.student_remove, name="student-remove"),
    path("api/students/create/<str:role>/", api.CreateStudent.as_view(), name="create-student"),
    path("api/students/<int:student_id>/remove/", api.RemoveStudent.as_view(), name="remove-student"),
    path("api/<int:classroom_pk>/settings/", api.Settings.as_view(), name="settings"),
    path("api/<int:classroom_pk>/students/", api.Students.as_view(), name="students"),
    path("api/<int:classroom_pk>/students/<int:pk>/", api.OneStudent.as_view(), name="student"),
    path("api/<int:classroom_pk>/class-book/", api.ClassBook.as_view(), name="class-book"),
]
