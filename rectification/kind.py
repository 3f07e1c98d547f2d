"""整改, the kind that the figures count: its declaration, which casework serves it from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.contrib.admin import DateFieldListFilter

from casework.deadlines.limits import SOON_LABEL
from casework.kinds import AdminList, CasePage, KindSpec, Listing
from rectification.columns import COLUMNS
from rectification.enums import RECTIFICATION, State
from rectification.filters import LedgerFilter
from rectification.forms import verdict_forms
from rectification.pages import read_rectification, with_surroundings
from rectification.querysets import ledger, with_facts, with_shown
from rectification.workflow import INPUTS, TABLE, circuit_for
from rectification.workflow.verdicts import read_measures
from ui.lists import Empty, Shortcut

if TYPE_CHECKING:
    from casework.models import Case
    from organizations.actor import Actor

SWITCHES = (
    "rectification__finding__case__within__campaign"  # the circuit reads the finding and the switches of its campaign
)


def _reads(case: Case, actor: Actor, context: Mapping[str, Any]) -> dict[str, Any]:
    found = read_rectification(case, actor, context["trail"])
    judging = found["judging"]
    return found | {"verdict_forms": verdict_forms(found["measures"], judging, None) if judging else []}


KIND = KindSpec(
    name=RECTIFICATION,
    label="整改",
    circuits=tuple(TABLE.every_circuit),
    chooser=circuit_for,
    inputs=INPUTS,
    counted=True,
    related=(SWITCHES,),
    words_through="rectification__finding_id",  # a rectification has no text of its own: its finding's counts
    listing=Listing(
        "rectifications",
        "rectifications/",
        "整改台账",
        COLUMNS,
        Empty("还没有整改", "问题反馈给单位后，每个责任单位的整改列在这里。"),
        order_in_bar=30,
        key="l",
        filterset=LedgerFilter,
        order=("-is_open", "due_on", "pk"),
        rows=ledger,
        shows=with_shown,
        export_name="问题整改台账",
        ledger="一个问题一个责任单位一行",
        search_label="问题、编号、单位",
        more={
            "blank": "问题整改台账",
            "export_rows": with_facts,
            "states": State.choices,
            "shortcuts": (
                Shortcut("逾期", "due=late"),
                Shortcut(SOON_LABEL, "due=soon"),
                Shortcut("未销号", "where=open"),
            ),
        },
    ),
    page=CasePage(
        joins=(SWITCHES,),
        rows=with_surroundings,
        template="rectification/case.html",
        prepare=read_measures,
        reads=_reads,
    ),
    admin=AdminList(
        filters=("case__is_open", "case__severity", "round", ("case__due_on", DateFieldListFilter)),
        joins=("case__unit", "case__topic", "case__within", "case__holder_unit", "finding__case__within__campaign"),
    ),
)
