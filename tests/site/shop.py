"""A small site with one of everything that a story's verbs touch; a URLconf and its views in one file."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model, login, logout
from django.core.mail import EmailMultiAlternatives
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template import engines
from django.urls import path, re_path, reverse
from django.views.decorators.http import require_POST

PAGE = """<!doctype html><html lang="en"><head><title>{title}</title></head><body>
{% if user.is_authenticated %}<p>Signed in as {{ user.get_username }}</p>
<form method="post" action="/out/">{% csrf_token %}<button>Log out</button></form>{% endif %}
<main>{body}</main></body></html>"""

ORDER = """
<h1>Order</h1>
<form method="post" enctype="multipart/form-data">{% csrf_token %}
<p><label for="id_title">Title:</label> <input id="id_title" name="title"></p>
<p><label for="id_pw">Password</label> <input id="id_pw" type="password" name="pw"></p>
<p><label for="id_pw2">Password confirmation</label> <input id="id_pw2" type="password" name="pw2"></p>
<p><input name="nickname" placeholder="What friends call you"></p>
<p><label>Size <select name="size"><option value="s">Small</option><option value="l">Large</option></select></label></p>
<p><label>Extras <select name="extras" multiple><option>Nuts</option><option>Cream</option></select></label></p>
<fieldset><legend>Colour</legend>
<label><input type="radio" name="colour" value="r"> Red</label>
<label><input type="radio" name="colour" value="b"> Blue</label></fieldset>
<fieldset><legend>Ribbon</legend>
<label><input type="radio" name="ribbon" value="r"> Red</label></fieldset>
<p><label><input type="checkbox" name="terms"> I agree</label></p>
<p><label>Photo <input type="file" name="photo"></label></p>
<p><label>Locked <input name="locked" disabled></label></p>
<button name="do" value="save">Save</button> <button name="do" value="draft">Save draft</button>
</form>
<p hidden>Nobody sees this</p><p>Ready in <b>three</b> days</p>
"""


def page(request: HttpRequest, body: str, title: str = "Shop", status: int = 200) -> HttpResponse:
    template = engines["django"].from_string(PAGE.replace("{title}", title).replace("{body}", body))
    return HttpResponse(template.render({}, request), status=status)


def home(request: HttpRequest) -> HttpResponse:
    return page(
        request,
        '<h1>Welcome</h1><a href="/order/">Order something</a> <a href="/a/">Same</a> <a href="/b/">Same</a>',
    )


def order(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return page(request, ORDER)
    told = [f"{name}={'+'.join(request.POST.getlist(name))}" for name in sorted(request.POST)]
    told += [f"{name}:{file.name}:{file.size}" for name, file in request.FILES.items()]
    told = [line for line in told if not line.startswith("csrf")]
    return page(request, "<h1>Ordered</h1><ul>" + "".join(f"<li>{line}</li>" for line in told) + "</ul>")


def sign_in(request: HttpRequest) -> HttpResponse:
    wrong = ""
    if request.method == "POST":
        user = get_user_model().objects.filter(username=request.POST["username"]).first()
        if user is not None and user.check_password(request.POST["password"]):
            login(request, user, "django.contrib.auth.backends.ModelBackend")
            return HttpResponseRedirect("/")
        wrong = '<p role="alert">Wrong name or password.</p>'
    form = (
        '<form method="post">{% csrf_token %}<label>Name <input name="username"></label>'
        '<label>Password <input type="password" name="password"></label><button>Log in</button></form>'
    )
    return page(request, wrong + form, "Log in")


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return HttpResponseRedirect("/")


def send(request: HttpRequest) -> HttpResponse:
    host = request.GET.get("host", "testserver")
    message = EmailMultiAlternatives(
        "Your order", f"See http://{host}/item/7/", "shop@example.com", ["ada@example.com"]
    )
    message.attach_alternative(f'<a href="http://{host}/item/7/">Your order</a>', "text/html")
    message.send()
    return page(request, "<p>Sent</p>")


def item(request: HttpRequest, number: int) -> HttpResponse:
    return page(request, f"<h1>Item {number}</h1><p>Query: {request.GET.urlencode()}</p>")


def loop(request: HttpRequest, number: str = "1") -> HttpResponse:
    return HttpResponseRedirect(f"/loop/{int(number) + 1}/")


def broken(request: HttpRequest) -> HttpResponse:
    raise ZeroDivisionError("the shop is on fire")


def search(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    return HttpResponseRedirect(reverse("item", kwargs={"number": 3}))


urlpatterns = [
    path("", home, name="home"),
    path("order/", order, name="order"),
    path("in/", sign_in, name="login"),
    path("out/", sign_out, name="logout"),
    path("send/", send, name="send"),
    path("item/<int:number>/", item, name="item"),
    re_path(r"^loop/(?P<number>\d+)/$", loop, name="loop"),
    path("broken/", broken, name="broken"),
    path("search/", search, name="search"),
]
