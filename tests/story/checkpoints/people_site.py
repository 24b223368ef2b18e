"""A site of one page that leaves its mark everywhere: rows, mail, cookies, cache, files, tasks."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.mail import send_mail
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template import engines
from django.urls import path
from django_tasks import task

#: The database of the stories.
DATABASE = {"alias": "default"}

PAGE = """<!doctype html><title>Groups</title><ul>{% for each in names %}<li>{{ each }}</li>{% endfor %}</ul>
<p>{{ last }} was the last of {{ count }}</p>
<form method="post">{% csrf_token %}<label>Name <input name="name"></label>
<label>Note <textarea name="note"></textarea></label>
<label><input type="checkbox" name="stay"> Stay</label> <button>Add</button></form>"""


@task()  # type: ignore[untyped-decorator, unused-ignore]
def count(name: str) -> int:
    Group.objects.using(DATABASE["alias"]).create(name=f"counted-{name}")
    return len(name)


def groups(request: HttpRequest) -> HttpResponse:
    alias = DATABASE["alias"]
    rows = Group.objects.using(alias)
    session: Any = request.session
    if request.method == "POST":
        name = f"{request.POST['name']}-{rows.count()}"
        with transaction.atomic(using=alias):
            rows.create(name=name)
            transaction.on_commit(lambda: count.enqueue(name), using=alias)
        cache.set(name, request.POST["note"])
        default_storage.save("groups/last.txt", ContentFile(name.encode()))
        send_mail(f"{name} is there", request.POST["note"], "us@example.com", ["all@example.com"])
        session["last"], session["count"] = name, session.get("count", 0) + 1
        if "stay" not in request.POST:
            return HttpResponseRedirect("/")
    names = list(rows.order_by("name").values_list("name", flat=True))
    shown = {"names": names, "last": session.get("last"), "count": session.get("count", 0)}
    return HttpResponse(engines["django"].from_string(PAGE).render(shown, request))


urlpatterns = [path("", groups, name="groups")]
