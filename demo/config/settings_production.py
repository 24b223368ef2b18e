"""The demo site's production settings; the stories run under them too, in-process.

``DJANGO_SETTINGS_MODULE=config.settings_production``, with ``SECRET_KEY``, ``ALLOWED_HOSTS`` and ``SITE_URL`` in the
environment, and ``manage.py collectstatic`` before it serves.
"""

from __future__ import annotations

import os
from urllib.parse import urlsplit

import django

from config.settings import *  # noqa: F403

DEBUG = False
SECRET_KEY = os.environ["SECRET_KEY"]
SITE_URL = os.environ.get("SITE_URL", "https://localhost")
ALLOWED_HOSTS = [host for host in os.environ.get("ALLOWED_HOSTS", "").split(",") if host]
ALLOWED_HOSTS = ALLOWED_HOSTS or [urlsplit(SITE_URL).hostname]

# Everything over HTTPS; the proxy in front of the site says which requests were.
SECURE_SSL_REDIRECT = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True

# Static files have names that change with their content.
STATIC_ROOT = os.environ.get("STATIC_ROOT", STATIC_ROOT)  # noqa: F405
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
}
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": os.environ["REDIS_URL"]}
    if "REDIS_URL" in os.environ
    else {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}
}
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"

SMTP = "django.core.mail.backends.smtp.EmailBackend"
if django.VERSION >= (6, 1):
    MAILERS = {"default": {"BACKEND": SMTP, "OPTIONS": {"host": os.environ.get("EMAIL_HOST", "localhost")}}}
else:
    EMAIL_BACKEND = SMTP
    EMAIL_HOST = os.environ.get("EMAIL_HOST", "localhost")
