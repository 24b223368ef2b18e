"""What led to a failure is listed in a few lines: the last responses, and the last form that was sent."""

from __future__ import annotations

from django_journey._trace.failures.lead_up import lead_up
from django_journey._trace.record.events import Failure, RequestServed

TRACEBACK = """Traceback (most recent call last):
  File "/srv/shop/middleware.py", line 9, in __call__
    response = self.get_response(request)
  File "/srv/shop/views.py", line 33, in basket
    return total(request)
  File "/usr/lib/python3/site-packages/money/core.py", line 4, in total
    raise ValueError(amount)
ValueError: no amount
"""


def test_an_exception_is_shown_innermost_first_with_the_projects_own_lines() -> None:
    failure = Failure(
        "ValueError", "no amount\nat all", traceback=TRACEBACK, template=("template a.html, line 2",)
    )
    assert lead_up([RequestServed(url="/basket/", view="shop.views.basket", failure=failure)]) == [
        "GET /basket/ no answer (shop.views.basket)",
        "  raised ValueError: no amount",
        "    template a.html, line 2",
        "    at /usr/lib/python3/site-packages/money/core.py:4 in total: raise ValueError(amount)",
        "    at /srv/shop/views.py:33 in basket: return total(request)",
    ]


def test_what_belongs_to_pages_and_what_the_site_asks_itself_is_left_out() -> None:
    requests = [
        RequestServed(url="/", status=200, view="home"),
        RequestServed(url="/logo.png", status=200, content_type="image/png"),
        RequestServed(url="/lost.png", status=404, content_type="image/png"),
        RequestServed(url="/favicon.ico", status=404),
        RequestServed(url="/inner/", status=200, parent=1),
    ]
    assert lead_up(requests) == ["GET / 200 (home)", "GET /lost.png 404 (no URL pattern fits)"]


def test_many_errors_and_messages_are_cut_and_escapes_are_written_out() -> None:
    errors = tuple(f"f{number}: \x1b[31mno" for number in range(8))
    lines = lead_up([RequestServed(method="POST", url="/", status=200, form_errors=errors)])
    assert lines[1] == "  form error: f0: \\x1b[31mno"
    assert lines[-1] == "  … 2 more"
    assert len(lines) == 8
