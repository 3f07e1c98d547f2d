"""来信, a kind nobody ordered: all that casework needs to serve it stands in this file (test_invented_kind.py)."""

from django import forms
from django.db.models import TextChoices
from django.utils import timezone

from casework.columns import HOLDER, OPENED, STATE, UNIT, titled
from casework.enums import BEING_JUDGED, DONE, UNDER_WAY
from casework.kinds import Beginning, CasePage, KindSpec, Listing, Section, works_on_cases
from casework.models import Case, Event
from casework.workflow import engine, numbers
from casework.workflow.circuits import Circuit, Edit, step
from casework.workflow.inputs import Input
from casework.workflow.relations import OFFICE_DIRECTOR, OFFICE_STAFF, UNIT_HEAD
from casework.workflow.tables import Table
from inspections.workflow.holders import office
from organizations.actor import Actor
from organizations.enums import Role
from organizations.models import Unit
from ui.forms import TextField
from ui.lists import Empty


class S(TextChoices):
    ASKED = "asked", "待答复"
    ANSWERED = "answered", "待核阅"
    FILED = "filed", "已归档"


class LetterForm(forms.Form):
    unit = forms.ModelChoiceField(Unit.objects.filter(abolished_on=None), label="承办单位")
    title = TextField(label="来信事由", max_length=60)


def answer_of(case: Case) -> str:
    event = Event.objects.filter(case=case, name="answer").order_by("-seq").first()
    return event.note["given"]["reply"] if event else ""


def register_letter(actor: Actor, *, unit: Unit, title: str) -> Case:
    number = numbers.take(LETTER.number, year=timezone.localdate().year)
    return engine.open_case("letter", actor, unit=unit, title=title, number=number, make=lambda card: None)


CIRCUIT = Circuit(
    "letter", S, S.ASKED, frozenset({"filed"}),
    {S.ASKED: UNDER_WAY, S.ANSWERED: BEING_JUDGED, S.FILED: DONE},
    {S.ASKED: lambda case: (case.unit_id, Role.UNIT_HEAD), S.ANSWERED: office(Role.OFFICE_DIRECTOR)},
    (
        step("answer", "答复", {S.ASKED}, S.ANSWERED, UNIT_HEAD, needs=("reply",)),
        step("file", "归档", {S.ANSWERED}, S.FILED, OFFICE_DIRECTOR, may=("opinion",)),
        step("return", "退回重答", {S.ANSWERED}, S.ASKED, OFFICE_DIRECTOR, needs=("reason",), back=True),
    ),
    (Edit(frozenset({"asked"}), OFFICE_STAFF, frozenset({"title"})),),
    ("asked", "answered", "filed"),
)  # fmt: skip
EMPTY = Empty("还没有来信", "督察科登记的来信列在这里。")
LETTER = KindSpec(
    name="letter",
    label="来信",
    table=Table(CIRCUIT),
    inputs=(Input("reply", "答复内容", most=500),),
    words=lambda case: f"群众来信 {case.unit_name}",
    number="LX-{year}-{n:04}",
    listing=Listing(
        "letters",
        "letters/",
        "来信",
        (*titled("编号与来信", "来信"), UNIT, STATE, HOLDER, OPENED),
        EMPTY,
        order_in_bar=60,
        in_bar=works_on_cases,
    ),
    page=CasePage(sections=(Section("答复内容", answer_of),)),
    beginning=Beginning("登记来信", lambda actor: actor.role == Role.OFFICE_STAFF, LetterForm, register_letter),
)
