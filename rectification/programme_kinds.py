"""市级整改工作方案, its problems and the answers of units: what casework serves them from (decision 0034)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import OuterRef
from django.urls import reverse

from casework.kinds import AdminList, Beginning, CasePage, KindSpec, Listing
from casework.models import Case
from casework.workflow.tables import Table
from rectification.columns import ASPECTS, PROGRAMMES, UNIT_CLAIMS
from rectification.enums import ASPECT, PROGRAMME, RECTIFICATION, UNIT_CLAIM, ClaimState, State
from rectification.filters import AspectFilter, ProgrammeFilter, UnitClaimFilter
from rectification.models import Aspect, ClaimedAspect, Demand, UnitClaim
from rectification.pages.programme import (
    brief_of_aspect,
    brief_of_claim,
    brief_of_programme,
    drafts_programmes,
    read_aspect,
    read_claim,
    read_programme,
    sees_programmes,
)
from rectification.workflow import programme
from ui.counting import how_many
from ui.lists import Empty, Shortcut

if TYPE_CHECKING:
    from django.db.models import QuerySet


def _programmes(rows: QuerySet[Any]) -> QuerySet[Any]:
    claims = UnitClaim.objects.filter(programme=OuterRef("pk"))
    counted = rows.annotate(
        n_aspects=how_many(Aspect.objects.filter(programme=OuterRef("pk"))),
        n_demands=how_many(Demand.objects.filter(aspect__programme=OuterRef("pk"))),
        n_asked=how_many(claims),
        n_accepted=how_many(claims.filter(case__state=ClaimState.ACCEPTED)),
    )
    return counted.with_holder().select_related("programme", "within", "holder_unit")


def _aspects(rows: QuerySet[Any]) -> QuerySet[Any]:
    cards = Case.objects.filter(kind=RECTIFICATION, rectification__finding__claimed__aspect__case=OuterRef("pk"))
    counted = rows.annotate(n_cards=how_many(cards), n_closed=how_many(cards.filter(state=State.CLOSED)))
    return counted.with_holder().select_related("within", "topic", "holder_unit")


def _claims(rows: QuerySet[Any]) -> QuerySet[Any]:
    counted = rows.annotate(n_claimed=how_many(ClaimedAspect.objects.filter(claim=OuterRef("pk"))))
    return counted.with_holder().select_related("unit", "within", "holder_unit", "unitclaim")


def _of_kind(kind: str) -> Any:
    return lambda actor: Case.objects.visible_to(actor).filter(kind=kind)


PROGRAMME_KIND = KindSpec(
    name=PROGRAMME,
    label="整改工作方案",
    table=Table(programme.PROGRAMME_CIRCUIT),
    number="{campaign}-FA{n:02}",
    words=lambda case: str(case.content.purpose),
    needs_unit=False,
    listing=Listing(
        "programmes",
        "programmes/",
        "整改工作方案",
        PROGRAMMES,
        Empty("还没有整改工作方案", "把督察发现的突出问题归为若干方面，写明规定措施，印发各单位对标认领。"),
        order_in_bar=34,
        order=("-is_open", "-opened_on", "-pk"),
        rows=_of_kind(PROGRAMME),
        shows=_programmes,
        filterset=ProgrammeFilter,
        to=sees_programmes,
        under=RECTIFICATION,
        search_label="方案、编号",
        export_name="整改工作方案清单",
        batch=False,
    ),
    page=CasePage(
        joins=("programme",),
        template="rectification/programme.html",
        reads=read_programme,
        mends={
            programme.has_aspects: lambda case, actor: (
                ("修改方案", reverse("programme-edit", args=[case.pk])) if drafts_programmes(actor) else None
            )
        },
        briefs={"programme": "rectification/briefs/programme.html"},
        briefing=brief_of_programme,
    ),
    beginning=Beginning("起草整改工作方案", drafts_programmes, url_name="programme-new"),
    admin=AdminList(),
)
ASPECT_KIND = KindSpec(
    name=ASPECT,
    label="市级整改方面",
    table=Table(programme.ASPECT_CIRCUIT),
    number="{programme}-{n:02}",
    words=lambda case: str(case.content.statement),
    needs_unit=False,
    late="整改逾期",
    listing=Listing(
        "aspects",
        "programmes/aspects/",
        "市级整改方面",
        ASPECTS,
        Empty("还没有市级整改的方面", "整改工作方案印发以后，每个方面列在这里。"),
        order_in_bar=35,
        order=("-is_open", "number", "pk"),
        rows=_of_kind(ASPECT),
        shows=_aspects,
        filterset=AspectFilter,
        to=sees_programmes,
        under=RECTIFICATION,
        search_label="方面、编号",
        export_name="市级整改方面清单",
        batch=False,
    ),
    page=CasePage(
        joins=("aspect__programme__case", "aspect__basis", "aspect__supervisor"),
        template="rectification/aspect.html",
        reads=read_aspect,
        briefs={"aspect": "rectification/briefs/aspect.html"},
        briefing=brief_of_aspect,
    ),
    admin=AdminList(days="due_on"),
)
UNIT_CLAIM_KIND = KindSpec(
    name=UNIT_CLAIM,
    label="对标认领",
    table=Table(programme.CLAIM_CIRCUIT),
    words=lambda case: str(case.content.why),
    late="没有按期认领",
    listing=Listing(
        "unitclaims",
        "claims/",
        "对标认领",
        UNIT_CLAIMS,
        Empty("还没有对标认领", "整改工作方案印发以后，每个单位的认领情况列在这里。"),
        order_in_bar=36,
        order=("-is_open", "due_on", "unit__place", "pk"),
        rows=_of_kind(UNIT_CLAIM),
        shows=_claims,
        filterset=UnitClaimFilter,
        under=RECTIFICATION,
        search_label="方案、单位",
        export_name="对标认领情况",
        counts_states=True,
        shortcuts=(Shortcut("没有按期认领", "due=late"), Shortcut("待核定", f"state={ClaimState.ANSWERED}")),
    ),
    page=CasePage(
        joins=("unitclaim__programme__case",),
        template="rectification/claim.html",
        own_pages={"answer": "claim-answer"},
        mends={
            programme.is_filled_in: lambda case, actor: (
                ("对标认领", reverse("claim-answer", args=[case.pk])) if actor.is_inspected else None
            )
        },
        briefs={"claim": "rectification/briefs/claim.html"},
        briefing=brief_of_claim,
        reads=read_claim,
    ),
    admin=AdminList(days="due_on"),
)
PROGRAMME_KINDS = (PROGRAMME_KIND, ASPECT_KIND, UNIT_CLAIM_KIND)
