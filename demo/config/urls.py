"""The demo site's URLs."""

from django.conf import settings
from django.conf.urls.static import static
from django.contrib import admin
from django.urls import include, path
from django.views.generic import TemplateView
from rest_framework.routers import DefaultRouter

from newsroom.api import ArticleViewSet

router = DefaultRouter()
router.register("articles", ArticleViewSet, basename="api-article")

urlpatterns = [
    path("", TemplateView.as_view(template_name="home.html"), name="home"),
    path("accounts/", include("accounts.urls")),
    path("blog/", include("blog.urls")),
    path("newsroom/", include("newsroom.urls")),
    path("classroom/", include("classroom.urls")),
    path("api/", include(router.urls)),
    path("mail/", include("config.mailbox")),  # answers while DEBUG is on
    path("admin/", admin.site.urls),
]
urlpatterns += static(settings.MEDIA_URL, document_root=settings.MEDIA_ROOT)  # while DEBUG is on
