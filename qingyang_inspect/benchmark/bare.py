"""The reference of the measurement: a bare view behind the same sign-in, with one count and 25 rows.

Its urls hold it beside the product's.
"""

from django.http import HttpResponse
from django.template import Context, Template
from django.urls import path

from casework.models import Case
from organizations.requests import ActorRequest
from qingyang_inspect.urls import handler400, handler403, handler404, handler500
from qingyang_inspect.urls import urlpatterns as product

PAGE = Template(
    '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>整改台账</title></head><body>'
    "<p>共 {{ count }} 件</p><table>\n"
    "{% for case in rows %}<tr>"
    '<td>{{ case.number }} <a href="{{ case.get_absolute_url }}">{{ case.title }}</a></td>'
    "<td>{{ case.unit_name }}</td><td>{{ case.state }}</td>\n"
    "<td>{{ case.due_on }}</td><td>{{ case.holder_unit }} {{ case.holder_since }}</td><td>{{ case.topic }}</td>"
    "<td>{{ case.get_severity_display }}</td><td>{{ case.within.title }}</td></tr>\n"
    "{% endfor %}</table></body></html>"
)


def bare(request: ActorRequest) -> HttpResponse:
    """Count the rectifications in scope and write 25 of them as one would at first.

    That is a queryset and a template, without filter, words, columns or frame.
    """
    rows = Case.objects.visible_to(request.actor).filter(kind="rectification")
    page = rows.select_related("topic", "holder_unit", "within").order_by("-is_open", "due_on", "pk")[:25]
    return HttpResponse(PAGE.render(Context({"count": rows.count(), "rows": page})))


urlpatterns = [*product, path("bare/", bare)]
__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]
