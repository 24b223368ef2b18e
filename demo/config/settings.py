"""Settings of the demo site: SQLite unless ``DATABASE_URL`` says otherwise, everything else in memory."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import dj_database_url
import django

BASE_DIR = Path(__file__).resolve().parent.parent


def switched_on(name: str) -> bool:
    """Tell whether the environment sets a variable to ``1``, ``true``, ``yes`` or ``on``."""
    return os.environ.get(name, "").lower() in ("1", "true", "yes", "on")


SECRET_KEY = os.environ.get("SECRET_KEY", "the-demo-is-not-a-secret-and-never-serves-the-public")
DEBUG = os.environ.get("DEBUG", "1") == "1"  # tests always run without it
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]

INSTALLED_APPS = [
    "accounts",
    "blog",
    "newsroom",
    "classroom",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "django_htmx",
    "rest_framework",
    "django_journey",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
ASGI_APPLICATION = "config.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.sections.sections",
            ],
        },
    },
]
FORM_RENDERER = "config.forms.SiteFormRenderer"

DATABASES = {"default": dj_database_url.config(default=f"sqlite:///{BASE_DIR / 'db.sqlite3'}")}

AUTH_USER_MODEL = "accounts.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
if "pytest" in sys.modules or sys.argv[1:2] == ["test"]:
    # Tests sign up many users; a million rounds of hashing for each would take most of a run's time.
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "dashboard"
LOGOUT_REDIRECT_URL = "home"

# What follows signing up: whether the newcomer is signed in at once, and the page (a URL or its name) that they
# are redirected to; if empty, the list of posts when signed in, else the login page.
SIGN_UP_SIGNS_IN = switched_on("SIGN_UP_SIGNS_IN")
SIGNED_UP_REDIRECT_URL = os.environ.get("SIGNED_UP_REDIRECT_URL", "")

# Whether authors publish their own articles, or only editors do.
NEWSROOM_AUTHORS_PUBLISH = switched_on("NEWSROOM_AUTHORS_PUBLISH")

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = BASE_DIR / "static_root"
MEDIA_URL = "media/"
MEDIA_ROOT = BASE_DIR / "media"

# Where the blog's pictures are stored: cloudinary://<api key>:<api secret>@<cloud name>, or here if empty.
CLOUDINARY_URL = os.environ.get("CLOUDINARY_URL", "")
CLOUDINARY_TIMEOUT = 10  # seconds

# What runs background tasks: Celery if a broker is set, else Django's own tasks (on Django 5.2 their
# backport) at once in the same process.
CELERY_BROKER_URL = os.environ.get("CELERY_BROKER_URL", "memory://")
CELERY_TASK_ALWAYS_EAGER = CELERY_BROKER_URL == "memory://"
CELERY_TASK_IGNORE_RESULT = True
TASK_QUEUE = "django" if CELERY_TASK_ALWAYS_EAGER else "celery"

# The base URL of links in mails.
SITE_URL = os.environ.get("SITE_URL", "http://localhost:8000")

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticatedOrReadOnly"],
    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.PageNumberPagination",
    "PAGE_SIZE": 20,
}

# Mail is stored in files, and read at /mail/; Django 6.1 has a new name for the setting.
MAIL_DIR = BASE_DIR / "mail"
if django.VERSION >= (6, 1):
    MAILERS = {"default": {"BACKEND": "config.mailbox.MailboxBackend"}}
else:
    EMAIL_BACKEND = "config.mailbox.MailboxBackend"
DEFAULT_FROM_EMAIL = "The demo site <hello@example.org>"
