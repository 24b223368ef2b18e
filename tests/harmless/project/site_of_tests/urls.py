"""The URLs of the hostile tests' site."""

from django.urls import path, register_converter

from site_of_tests import views
from site_of_tests.converters import GroupConverter

register_converter(GroupConverter, "group")

urlpatterns = [
    path("plain/", views.plain, name="plain"),
    path("page/", views.page, name="page"),
    path("thing/", views.thing, name="thing"),
    path("user/", views.user, name="user"),
    path("lazily/", views.lazily, name="lazily"),
    path("message/", views.message, name="message"),
    path("form/", views.form, name="form"),
    path("stream/", views.stream, name="stream"),
    path("raw/", views.raw, name="raw"),
    path("later/", views.later, name="later"),
    path("caller/", views.caller, name="caller"),
    path("deep/", views.deep, name="deep"),
    path("broken/", views.broken, name="broken"),
    path("leaves/", views.leaves, name="leaves"),
    path("moved/", views.moved, name="moved"),
    path("local/", views.local, name="local"),
    path("slow/", views.slow, name="slow"),
    path("callable/", views.Callable(), name="callable"),
    path("mail/", views.mail, name="mail"),
    path("group/<group:name>/", views.group, name="group"),
]
