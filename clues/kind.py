"""线索, the short kind: what casework serves list, page, registration, search, sheet, admin and menu from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from casework.columns import CLOSED, HELD, HOLDER, OPENED, STATE, STEP_DUE, UNIT, titled
from casework.kinds import AdminList, Beginning, CasePage, KindSpec, Listing, Section
from casework.models import Attachment
from casework.workflow.tables import Table
from clues.enums import CLUE
from clues.forms import ClueFilter, ClueForm
from clues.services import register_clue
from clues.workflow import CIRCUIT, INPUTS
from organizations.enums import Role
from ui.columns import Column
from ui.lists import Empty

if TYPE_CHECKING:
    from casework.models import Case
    from organizations.actor import Actor


def _facts(case: Case) -> list[str]:
    within = [case.within.title] if case.within else []
    return [case.unit_name, *within, case.content.get_source_display(), case.get_severity_display()]


SECTIONS = (
    Section("线索内容", lambda case: str(case.content.content)),
    Section("办理情况", lambda case: str(case.content.result)),
)


def _brief(case: Case, actor: Actor) -> dict[str, Any]:
    """What is decided on: the clue, what was done about it, and the files."""
    return {
        "sections": [(section.title, section.text(case)) for section in SECTIONS if section.text(case)],
        "files": Attachment.objects.standing().filter(case=case).order_by("pk"),
    }


KIND = KindSpec(
    name=CLUE,
    label="线索",
    table=Table(CIRCUIT),
    inputs=INPUTS,
    words=lambda case: str(case.content.content),
    number="XS-{year}-{n:04}",
    listing=Listing(
        "clues",
        "clues/",
        "线索",
        (
            *titled("编号与线索", "线索"),
            UNIT.renamed("承办单位"),
            STATE,
            HOLDER,
            HELD,
            STEP_DUE,
            Column("source", "来源", lambda case: case.clue.get_source_display(), wide=True),
            OPENED.renamed("登记日期", wide=True),
            CLOSED.renamed("销号日期", wide=True),
        ),
        Empty("还没有线索", "督察科登记的线索列在这里，转办后承办单位可见。"),
        order_in_bar=40,
        joins=("clue",),
        filterset=ClueFilter,
        search_label="线索、编号、单位",
        export_name="线索清单",
    ),
    page=CasePage(
        joins=("clue",),
        facts=_facts,
        sections=SECTIONS,
        briefs={"clue": "casework/brief_sections.html"},
        briefing=_brief,
    ),
    beginning=Beginning(
        "登记线索",
        lambda actor: actor.role == Role.OFFICE_STAFF,
        ClueForm,
        register_clue,
        intro="登记后由督察科转办，承办单位办结，再核查销号。",
        submit="登记",
        said="已登记线索 {number}。下一步：转办。",
    ),
    admin=AdminList(),
)
