"""整改台账."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from casework.deadlines.limits import SOON_LABEL
from casework.enums import Kind
from casework.search.search import search_of
from casework.views.batches import batch_of
from casework.views.steps import BUSINESS
from rectification.columns import COLUMNS
from rectification.enums import State
from rectification.filters import LedgerFilter
from rectification.querysets import ledger, with_facts, with_measures
from ui.lists import Empty, ListSpec, Shortcut, list_page
from ui.pages import page

SPEC = ListSpec(
    "整改台账",
    lambda actor: with_measures(ledger(actor)).select_related("rectification__finding"),
    COLUMNS,
    filterset=LedgerFilter,
    search=search_of(Kind.RECTIFICATION),
    search_label="问题、编号、单位",
    order=("-is_open", "due_on", "pk"),
    export_name="问题整改台账",
    blank="问题整改台账",
    export_rows=with_facts,
    states=State.choices,
    batch=batch_of(Kind.RECTIFICATION),
    empty=Empty("还没有整改", "问题反馈给单位后，每个责任单位的整改列在这里。"),
    shortcuts=(
        Shortcut("逾期", "due=late"),
        Shortcut(SOON_LABEL, "due=soon"),
        Shortcut("未销号", "where=open"),
    ),
)


@page(to=BUSINESS)
def rectifications(request: HttpRequest) -> HttpResponse:
    return list_page(request, SPEC)
