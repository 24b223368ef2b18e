"""Bugs to be planted in a copy of the demo: where, what is written instead, and the finding that each gives."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


@dataclass(frozen=True)
class Bug:
    """One bug.

    Args:
        kind: The kind of its finding.
        says: A part of what the finding says.
        edits: The file, what stands in it, and what is written instead.
    """

    kind: str
    says: str
    edits: tuple[tuple[str, str, str], ...]


def add(file: str, place: str, line: str) -> tuple[str, str, str]:
    """Return the edit that puts a line before a place in a file."""
    return file, place, f"{line}\n{place}"


LEAVE = "<a href=\"{% url 'logout' %}\">Leave</a>"
TONE = "class CommentForm(forms.ModelForm):\n"
CLASSROOM = "classroom/templates/classroom/classroom_form.html"
LIST = "newsroom/templates/newsroom/article_list.html"
URLS = "from django.urls import path\n"
LATEST = '    path("latest/", RedirectView.as_view(pattern_name="latest"), name="latest"),\n'

BUGS = {
    "an empty field of a search": Bug(
        "server-error",
        "ValueError: invalid literal for int() with base 10: ''",
        (
            (
                "newsroom/views.py",
                '        return Article.objects.published().select_related("author")\n',
                '        found = Article.objects.published().select_related("author")\n'
                '        year = self.request.GET.get("year")\n'
                "        return found if year is None else found.filter(published_at__year=int(year))\n",
            ),
            add(
                LIST,
                '<ul class="list">',
                '<form><label>Year <input name="year"></label> <button>Search</button></form>',
            ),
        ),
    ),
    "a middleware": Bug(
        "server-error",
        "MultiValueDictKeyError: 'uid'",
        (
            add(
                "config/sections.py",
                "def sections(",
                "def reset_links(get_response):\n"
                "    def middleware(request):\n"
                '        if request.path.endswith("/sent/"):\n'
                '            request.uid = request.GET["uid"]\n'
                "        return get_response(request)\n\n"
                "    return middleware\n\n",
            ),
            add(
                "config/settings.py",
                '    "django.middleware.clickjacking.XFrameOptionsMiddleware",',
                '    "config.sections.reset_links",',
            ),
        ),
    ),
    "a template": Bug(
        "server-error",
        "NoReverseMatch",
        (
            (
                "accounts/templates/accounts/profile.html",
                "{% url 'profile-edit' %}",
                "{% url 'edit-profile' %}",
            ),
        ),
    ),
    "a __str__": Bug(
        "server-error",
        "AttributeError: 'User' object has no attribute 'nickname'",
        (("newsroom/models.py", "{self.author} on", "{self.author.nickname} on"),),
    ),
    "a streamed body": Bug(
        "server-error",
        "ZeroDivisionError",
        (
            add(
                "newsroom/views.py",
                "class DraftList(",
                "def export(request):\n"
                "    from django.http import StreamingHttpResponse\n\n"
                '    return StreamingHttpResponse(f"{100 / number}" for number in (2, 1, 0))\n\n',
            ),
            add(
                "newsroom/urls.py",
                '    path("drafts/"',
                '    path("export/", views.export, name="article-export"),',
            ),
        ),
    ),
    "a task": Bug(
        "task",
        "KeyError: 'headline'",
        (
            (
                "newsroom/tasks.py",
                "    context = {",
                '    {}["headline"]\n    context = {',
            ),
        ),
    ),
    "a mail": Bug(
        "server-error",
        "TemplateSyntaxError",
        (
            (
                "accounts/templates/accounts/mail/welcome.txt",
                "{{ user.username }}",
                "{{ user.username|first_word }}",
            ),
        ),
    ),
    "an error page": Bug(
        "error-page",
        "TemplateSyntaxError",
        (("templates/404.html", "Error 404", "Error {{ 404|spelled }}"),),
    ),
    "a link": Bug(
        "broken-link",
        "/imprint/",
        (("templates/home.html", "{% if not user", '<a href="/imprint/">Imprint</a>\n{% if not user'),),
    ),
    "an image": Bug(
        "broken-image",
        "static/banner.png",
        (
            (
                "templates/home.html",
                '<div class="hero">',
                '<div class="hero"><img src="/static/banner.png" alt="">',
            ),
        ),
    ),
    "a link to a view that refuses GET": Bug(
        "refused-link",
        "refuses GET",
        (
            (
                "accounts/templates/accounts/dashboard.html",
                "{% block content %}",
                "{% block content %}" + LEAVE,
            ),
        ),
    ),
    "a redirect to itself": Bug(
        "redirect-loop",
        "redirects without an end",
        (
            (
                "blog/urls.py",
                '    path("mine/", ',
                LATEST + '    path("mine/", ',
            ),
            (
                "blog/urls.py",
                "from django.urls import path\n",
                URLS + "from django.views.generic import RedirectView\n",
            ),
        ),
    ),
    "a login page that is elsewhere": Bug(
        "dead-redirect",
        "/accounts/signin/",
        (
            (
                "blog/views.py",
                "class MyPosts(LoginRequiredMixin, ListView):\n",
                'class MyPosts(LoginRequiredMixin, ListView):\n    login_url = "/accounts/signin/"\n',
            ),
        ),
    ),
    "a form without a token": Bug(
        "csrf",
        "sends no CSRF token",
        (("blog/templates/blog/post_form.html", "{% csrf_token %}", ""),),
    ),
    "a required field that is not shown": Bug(
        "unsendable",
        "refuses tone",
        (
            (
                "newsroom/forms.py",
                "class CommentForm(forms.ModelForm):\n",
                TONE + "    tone = forms.CharField()\n\n",
            ),
            ("newsroom/templates/newsroom/comment_form.html", "{{ form }}", "{{ form.body.as_field_group }}"),
            (
                "newsroom/templates/newsroom/comments.html",
                "{{ comment_form }}",
                "{{ comment_form.body.as_field_group }}",
            ),
        ),
    ),
    "a variable": Bug(
        "variable",
        "{{ sektion.blurb }}",
        (("templates/home.html", "{{ section.blurb }}", "{{ sektion.blurb }}{{ section.blurb }}"),),
    ),
    "a form in a form": Bug(
        "nested-form",
        "within another form",
        (
            (
                CLASSROOM,
                "{% csrf_token %}",
                '{% csrf_token %}<form action="/"></form>',
            ),
        ),
    ),
    "two fields with one ID": Bug(
        "label",
        "'id_q'",
        (
            (
                "blog/templates/blog/my_posts.html",
                "{% block content %}",
                '{% block content %}<form><label for="id_q">Words</label><input id="id_q" name="q">'
                '<label for="id_q">Year</label><input id="id_q" name="y"></form>',
            ),
        ),
    ),
    "a query for each row": Bug(
        "growth",
        "runs a query for each post",
        (("blog/views.py", 'Post.objects.published().select_related("author")', "Post.objects.published()"),),
    ),
    "somebody's address": Bug(
        "private",
        "email of",
        (
            (
                LIST,
                "{{ article.author.display_name }}",
                "{{ article.author.email }}",
            ),
        ),
    ),
}


BOARD = '    template_name = "classroom/board.html"\n    context_object_name = "classroom"\n\n'

#: Open doors, which are cells of the access matrix that look wrong: the method, the pattern and the role.
DOORS = {
    "a change that is only hidden": (
        ("POST", "newsroom/articles/<int:pk>/publish/", "user"),
        "newsroom/views.py",
        "    if not article.may_be_published_by(request.user):\n        raise PermissionDenied\n",
        "",
    ),
    "a row that is found by its number": (
        ("GET", "classroom/<int:pk>/board/", "user"),
        "classroom/views.py",
        BOARD,
        BOARD + "    def get_queryset(self):\n        return Classroom.objects.all()\n\n",
    ),
}


def plant(folder: Path, names: list[str]) -> Path:
    """Copy the demo into a folder and plant bugs in it; return where it lies."""
    site = folder / "demo"
    shutil.copytree(ROOT / "demo", site, ignore=shutil.ignore_patterns("__pycache__", "*.sqlite3"))
    for name in names:
        for file, before, after in BUGS[name].edits:
            text = (site / file).read_text()
            assert text.count(before) == 1 or before in text, f"{file} does not say {before!r}"
            (site / file).write_text(text.replace(before, after, 1))
    return site
