"""The figures the city has published, each beside what is counted (docs/domain/samples.md 10.1)."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, NamedTuple, cast

from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from casework.models import Case
from dashboards.board.page import page_of
from dashboards.cube.ratios import Share
from inspections.enums import Kind
from inspections.models import Campaign, CampaignUnit, PlanItem, Team
from organizations.actor import Actor
from organizations.enums import Role, UnitCategory
from organizations.models import Post, Unit
from organizations.requests import ActorRequest
from qingyang_inspect.demonstration import story
from qingyang_inspect.demonstration.citywide import TITLE as CITYWIDE
from rectification.enums import AspectState
from rectification.models import Aspect, Demand, LookBack
from ui.templatetags.ui import rate

COMPLETE = (story.SPECIALS[1][0], story.SPECIALS[3][0])
ROAD = "道路交通安全和运输执法领域突出问题专项整治"
JULY = "法治建设督察"


class Published(NamedTuple):
    """A published figure, its value, how it is counted, the definition in words, and the page that shows it."""

    name: str
    value: str
    counted: Callable[[], str]
    definition: str
    titles: tuple[str, ...] = ()

    @property
    def page(self) -> str:
        return _address(*self.titles) if self.titles else ""


def _address(*titles: str) -> str:
    """Return the address of the figures of these campaigns."""
    keys = Case.objects.filter(kind=Kind.CAMPAIGN, title__in=titles).order_by("pk").values_list("pk", flat=True)
    return f"{reverse('dashboard')}?within={','.join(map(str, keys))}"


def _page(*titles: str) -> dict[str, Any]:
    """Return what the page of the figures shows the office of these campaigns: the very counting that leaders see."""
    director = (
        Post.objects.in_force(timezone.localdate())
        .filter(role=Role.OFFICE_DIRECTOR)
        .select_related("unit", "user")
        .order_by("pk")[0]
    )
    query = QueryDict(_address(*titles).partition("?")[2])
    asking = SimpleNamespace(GET=query, actor=Actor(director, timezone.localdate()))
    return page_of(cast(ActorRequest, asking))


def _closure(*titles: str) -> Share:
    share: Share = _page(*titles)["heads"]["closure"].number.value
    return share


def _clues() -> Share:
    share: Share = _page(ROAD)["heads"]["clues"].number.value
    return share


def _under_look_back(title: str) -> str:
    rows = Case.objects.filter(
        counted=True, is_open=True, within__title__in=(*COMPLETE, CITYWIDE), title__contains=title
    )
    titles = (str(case.title) for case in rows.order_by("pk") if LookBack.objects.filter(rectification=case).exists())
    return "、".join(dict.fromkeys(titles))


def _aspects() -> QuerySet[Aspect]:
    """The problems of the programme of the city."""
    return Aspect.objects.filter(programme__case__within__title=CITYWIDE).exclude(case=None).order_by("n")


PUBLISHED = (
    Published(
        "年度计划中的行业专项督察",
        "7",
        lambda: str(PlanItem.objects.filter(kind="ZX").count()),
        "年度计划中类型为行业专项的项目数",
    ),
    Published(
        "两个专项发现问题", "81", lambda: str(_closure(*COMPLETE).of), "两个批次内应整改的件数，只计牵头单位", COMPLETE
    ),
    Published("其中整改落实", "80", lambda: str(_closure(*COMPLETE).n), "其中已销号的", COMPLETE),
    Published("两个专项销号率", "98.8%", lambda: rate(_closure(*COMPLETE).rate), "已销号 ÷ 应整改", COMPLETE),
    Published(
        "回头看跟踪（耕地）",
        "永久基本农田勘界误差，27 个图斑界线与实地不符",
        lambda: _under_look_back("勘界误差"),
        "两个批次内未销号且列入回头看的",
    ),
    Published("道路交通专项线索", "313", lambda: str(_clues().of), "该批次登记的线索", (ROAD,)),
    Published("道路交通专项办结率", "100.0%", lambda: rate(_clues().rate), "已销号 ÷ 登记的线索", (ROAD,)),
    Published(
        "法治督察组", "4", lambda: str(Team.objects.filter(campaign__case__title=JULY).count()), "七月督察批次的督察组"
    ),
    Published(
        "被督察县（区）",
        "8",
        lambda: str(
            CampaignUnit.objects.filter(campaign__case__title=JULY, unit__category=UnitCategory.COUNTY).count()
        ),
        "七月督察批次的县（区）",
    ),
    Published(
        "被督察市直部门",
        "76",
        lambda: str(
            CampaignUnit.objects.filter(campaign__case__title=JULY).exclude(unit__category=UnitCategory.COUNTY).count()
        ),
        "七月督察批次的其他单位",
    ),
    Published("法治建设领域突出问题", "10", lambda: str(_aspects().count()), "印发的整改工作方案的方面数"),
    Published(
        "整改措施",
        "30",
        lambda: str(Demand.objects.filter(aspect__in=_aspects().order_by()).count()),
        "其规定措施条数",
    ),
    Published(
        "其中整改完成",
        "9",
        lambda: str(_aspects().filter(case__state=AspectState.CLOSED).count()),
        "认定整体落实的方面",
    ),
    Published(
        "回头看跟踪（人员力量）",
        "县（区）涉法治建设议事协调机构人员力量薄弱",
        lambda: _under_look_back("人员力量薄弱"),
        "市级整改中未销号且列入回头看的",
    ),
    Published("被督察单位", "84", lambda: str(Unit.objects.inspected().count()), "被督察单位数"),
    Published(
        "正在进行的批次",
        "有",
        lambda: "有" if Campaign.objects.filter(case__state="fieldwork").exists() else "无",
        "状态为实施中的批次",
    ),
)
