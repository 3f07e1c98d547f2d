"""The reference of the measurement: a bare view behind the same sign-in, with one count and 25 rows, and the urls that hold it beside the product's."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from casework.models import Case
from qingyang_inspect.urls import handler400, handler403, handler404, handler500
from qingyang_inspect.urls import urlpatterns as product


def bare(request: HttpRequest) -> HttpResponse:
    """Count the rectifications in scope and write 25 of them, without template, filter or frame."""
    rows = Case.objects.visible_to(request.actor).filter(kind="rectification")  # type: ignore[attr-defined]
    lines = [f"<li>{case.number} {case.title} {case.unit_name} {case.state} {case.due_on}</li>" for case in rows.order_by("due_on", "pk")[:25]]
    return HttpResponse(f"<p>{rows.order_by().count()}</p><ul>{''.join(lines)}</ul>")


urlpatterns = [*product, path("bare/", bare)]
__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]
