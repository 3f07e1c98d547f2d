"""Units through time: open, amend, rename, merge, abolish.

Nothing is forgotten: an old case shows the name of its day.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone

from organizations.actor import Actor
from organizations.enums import KEEPS_UNITS, AccountAct, UnitCategory
from organizations.models import Post, Unit, UnitName
from organizations.services.account_log import log_act, refuse_all_but
from ui.errors import DomainError
from ui.pinyin import initials

# What stands in the way of ending a unit on a day, each as a sentence; upper floors add theirs in AppConfig.ready()
# (open cards, teams).
MERGE_CHECKS: list[Callable[[Unit, date], list[str]]] = []


class NameBearers(NamedTuple):
    """What of an upper floor keeps the name of its day: a rename from an earlier day touches what came after it.

    Attributes:
        named_since: the numbers of what was named on that day or later.
        correct: give each the name of its day, with the reason in its trail.
    """

    named_since: Callable[[Unit, date], list[str]]
    correct: Callable[[Unit, date, str], None]


NAME_BEARERS: list[NameBearers] = []
AMENDABLE = frozenset(
    {
        "code",
        "category",
        "parent",
        "has_enforcement_power",
        "is_inspected",
        "is_consulted",
        "is_coordination_member",
        "is_industry_supervisor",
        "opened_on",
        "note",
    }
)


@transaction.atomic
def open_unit(*, actor: Actor | None, name: str, short_name: str, **given: Any) -> Unit:
    """Make a unit and return it.

    Raises:
        DomainError: not the system administrator's act.
        ValidationError: a field or constraint refuses (code in use, dates).
    """
    refuse_all_but(actor, KEEPS_UNITS, "建立单位")
    _refuse_second(given.get("category", ""), None, actor)
    _name_is_free(name)
    unit = Unit(name=name, short_name=short_name, initials=initials(short_name)[:30], **given)
    unit.full_clean()
    unit.save(force_insert=True)
    log_act(actor, AccountAct.UNIT_OPENED, unit=unit, detail=f"{unit.code} {name}")
    return unit


@transaction.atomic
def amend_unit(unit: Unit, *, actor: Actor | None, **given: Any) -> Unit:
    """Correct what a unit is (not its name: that is `rename_unit`) and return it; the log says from what to what."""
    refuse_all_but(actor, KEEPS_UNITS, "修改单位")
    if unknown := set(given) - AMENDABLE:
        raise TypeError(f"not amendable: {sorted(unknown)}")
    kept = Unit.objects.select_for_update().get(pk=unit.pk)
    _refuse_second(given.get("category", kept.category), kept.category, actor)
    said = differences(kept, given)
    for name, value in given.items():
        setattr(kept, name, value)
    _not_below_itself(kept)
    kept.full_clean()
    if said:
        kept.save(update_fields=list(given))
        log_act(actor, AccountAct.UNIT_AMENDED, unit=kept, detail="；".join(said))
    return kept


# the one office, the city's leaders and the administrators' own unit come with the reference data: their category
# carries rights
SET_UP_ONCE = frozenset({UnitCategory.OFFICE, UnitCategory.LEADERS, UnitCategory.ADMINISTRATION})


def _refuse_second(category: str, was: str | None, actor: Actor | None) -> None:
    if actor is not None and category != was and SET_UP_ONCE & {category, was}:
        raise DomainError(
            "市委依法治市办、市领导、系统管理只随初始数据建立，类别不能改", {"category": "这一类别不能选或不能改"}
        )


def differences(unit: Unit, given: Mapping[str, Any]) -> list[str]:
    """Return what would change, as "上级单位：无 → 市司法局"."""
    changed = {name: (getattr(unit, name), value) for name, value in given.items() if getattr(unit, name) != value}
    labels = {field.name: str(field.verbose_name) for field in Unit._meta.fields}
    return [f"{labels[name]}：{_said(name, old)} → {_said(name, new)}" for name, (old, new) in changed.items()]


@transaction.atomic
def rename_unit(unit: Unit, *, name: str, short_name: str, on: date, actor: Actor | None, basis: str = "") -> Unit:
    """Give the unit a new name from a day on; the old one stays in `names` with its last day.

    Raises:
        DomainError: the day lies ahead, before an earlier rename or before the unit existed; the name is the same or in
            use.
    """
    refuse_all_but(actor, KEEPS_UNITS, "单位更名")
    kept = Unit.objects.select_for_update().get(pk=unit.pk)
    _not_ahead(on, "更名日期")
    last = kept.names.order_by("-to_on").first()
    if last is not None and on <= last.to_on + timedelta(1):
        raise DomainError(
            f"{kept} 在 {last.to_on + timedelta(1):%Y-%m-%d} 已更名一次，这次的日期须在其后", {"on": "须晚于上一次更名"}
        )
    if kept.opened_on and on <= kept.opened_on:
        raise DomainError(f"{kept} 于 {kept.opened_on:%Y-%m-%d} 设立，更名日期须在其后", {"on": "须晚于设立日期"})
    if kept.abolished_on and on >= kept.abolished_on:
        raise DomainError(f"{kept} 已于 {kept.abolished_on:%Y-%m-%d} 撤销，不能再更名")
    if (kept.name, kept.short_name) == (name, short_name):
        raise DomainError("新名称与现名称相同，没有变化", {"name": "与现名称相同"})
    _name_is_free(name, except_for=kept)
    was = f"{kept.name} → {name}"
    UnitName.objects.create(unit=kept, name=kept.name, short_name=kept.short_name, to_on=on - timedelta(1), basis=basis)
    kept.past_names = [*kept.past_names, [str(on - timedelta(1)), kept.short_name]]
    kept.name, kept.short_name, kept.initials = name, short_name, initials(short_name)[:30]
    kept.full_clean()
    kept.save(update_fields=["name", "short_name", "initials", "sought", "past_names"])
    log_act(actor, AccountAct.UNIT_RENAMED, unit=kept, detail=f"{was}，自 {on} 起 {basis}".strip())
    for bearers in NAME_BEARERS:
        bearers.correct(kept, on, f"{was}，自 {on} 起")
    return kept


@transaction.atomic
def merge_units(sources: Sequence[Unit], *, into: Unit, on: date, actor: Actor | None) -> Unit:
    """End units on a day and let another one carry on for them: their cards and history stay, `into` sees them. Return
    `into`.

    Raises:
        DomainError: every reason that stands in the way, of all sources at once.
    """
    refuse_all_but(actor, KEEPS_UNITS, "单位合并")
    if not sources:
        raise DomainError("还没有选被合并的单位", {"sources": "至少选一个"})
    if into.pk in {source.pk for source in sources}:
        raise DomainError(f"{into} 不能并入自己", {"sources": "请去掉承接单位本身"})
    target = Unit.objects.select_for_update().get(pk=into.pk)
    if target.abolished_on:
        raise DomainError(f"{target} 已于 {target.abolished_on:%Y-%m-%d} 撤销，不能承接", {"into": "请选存续的单位"})
    held = [_end(source, on, successor=target) for source in sources]
    for unit in held:
        log_act(actor, AccountAct.UNITS_MERGED, unit=unit, detail=f"自 {on} 起并入 {target.name}")
    return target


@transaction.atomic
def abolish_unit(unit: Unit, *, on: date, actor: Actor | None) -> Unit:
    """End a unit on a day (the first day it is no more); its posts end the day before. Return it.

    Raises:
        DomainError: what stands in the way: units below it, posts that begin later, and what MERGE_CHECKS find (open
            cards).
    """
    refuse_all_but(actor, KEEPS_UNITS, "撤销单位")
    kept = _end(unit, on, successor=None)
    log_act(actor, AccountAct.UNIT_ABOLISHED, unit=kept, detail=f"自 {on} 起撤销")
    return kept


def in_the_way(unit: Unit, on: date) -> list[str]:
    """Return every reason, as a sentence, why the unit cannot end on that day."""
    found = []
    if unit.abolished_on:
        found.append(f"{unit} 已于 {unit.abolished_on:%Y-%m-%d} 撤销")
    if unit.opened_on and on <= unit.opened_on:
        found.append(f"{unit} 于 {unit.opened_on:%Y-%m-%d} 设立，撤销日期须在其后")
    if below := list(unit.children.filter(abolished_on=None).order_by("place")[:3]):
        found.append(f"{unit} 下还有{'、'.join(map(str, below))}，请先改它们的上级单位")
    if later := unit.posts.filter(from_on__gte=on).select_related("user").order_by("from_on", "pk").first():
        found.append(
            f"{later.user} 自 {later.from_on:%Y-%m-%d} 起在{unit}任职，不早于撤销日期，请安全管理员先处理该岗位"
        )
    return found + [sentence for check in MERGE_CHECKS for sentence in check(unit, on)]


def _end(unit: Unit, on: date, *, successor: Unit | None) -> Unit:
    kept = Unit.objects.select_for_update().get(pk=unit.pk)
    if kept.category in SET_UP_ONCE:
        raise DomainError(f"{kept}是系统运行必需的单位，不能撤销，也不能并入其他单位")
    _not_ahead(on, "撤并日期")
    if reasons := in_the_way(kept, on):
        raise DomainError("还不能办：" + "；".join(reasons))
    if successor is not None and successor.pk in kept.family_ids():
        raise DomainError(f"{successor} 是 {kept} 的下级或由它承接，不能反过来承接")
    kept.abolished_on, kept.successor = on, successor
    kept.full_clean()
    kept.save(update_fields=["abolished_on", "successor"])
    Post.objects.in_force(on).filter(unit=kept).update(to_on=on - timedelta(1))
    return kept


def _not_ahead(on: date, label: str) -> None:
    """The present name and the present scope are read without a date, so a change is entered on its day or after."""
    if on > timezone.localdate():
        raise DomainError(f"{label}不能晚于今天，请到当日再办", {"on": f"今天是 {timezone.localdate():%Y-%m-%d}"})


def _name_is_free(name: str, *, except_for: Unit | None = None) -> None:
    same = Unit.objects.filter(name=name, abolished_on=None).first()
    if same is not None and same != except_for:
        raise DomainError(f"已有单位叫“{name}”（代码 {same.code}）", {"name": "名称已被使用"})


def _not_below_itself(unit: Unit) -> None:
    seen, above = {unit.pk}, unit.parent
    while above is not None:
        if above.pk in seen:
            raise DomainError(f"{unit} 不能成为自己的下级", {"parent": "请选别的上级单位"})
        seen.add(above.pk)
        above = above.parent


def _said(name: str, value: Any) -> str:
    if name == "category":
        return str(UnitCategory(value).label)
    return "是" if value is True else "否" if value is False else str(value or "无")
