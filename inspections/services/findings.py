"""问题: log it, correct it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from casework import kinds
from casework.deadlines.working_days import next_workday
from casework.enums import Capacity, MaterialKind, Secrecy, Severity
from casework.errors import NotPermittedError
from casework.models import Case, Grant, Topic
from casework.services import attachments
from casework.workflow import engine, numbers
from inspections.enums import CampaignState, FindingState, Kind, RectifyType, Source
from inspections.models import Basis, Campaign, CampaignUnit, Finding, Team, TeamMember
from inspections.services.campaign_units import inspected_on
from inspections.services.citing import Cited, cite
from inspections.services.editing import lock_to_edit, refuse_invalid
from inspections.services.routine import logs_routine, open_routine, routine_of
from inspections.services.teams import WINDING_UP
from organizations.actor import Actor
from organizations.enums import Role
from organizations.models import Unit
from ui.errors import DomainError
from ui.texts import clean_text

MOST_WORDS, MOST_TITLE = 4_000, 60
# 立行立改 ≤ 30 日；限期 ≤ 6 个月；长期坚持定期复核 (docs/domain/process.md 1.4, P11):
# proposed, the office may set another day
USUAL_TERM = {
    RectifyType.IMMEDIATE: timedelta(30),
    RectifyType.TERM: timedelta(180),
    RectifyType.LONG_TERM: timedelta(365),
}
CLAUSE_END = re.compile(r"[。；;！？!?\n]")


def title_of(statement: str) -> str:
    """Return the first clause of a statement, 60 characters at most, cut at a comma where there is one."""
    first = CLAUSE_END.split(statement.strip(), maxsplit=1)[0].strip()
    if len(first) <= MOST_TITLE:
        return first
    cut = max(first.rfind(mark, 0, MOST_TITLE) for mark in "，、,")
    return first[: cut if cut >= MOST_TITLE // 3 else MOST_TITLE]


@transaction.atomic
def log_finding(
    actor: Actor | None,
    campaign: Campaign,
    unit: Unit,
    *,
    statement: str,
    method: str,
    discovered_on: date | None = None,
    happened_on: date | None = None,
    title: str = "",
    topic: Topic | None = None,
    severity: int = Severity.ORDINARY,
    source: str = Source.ON_SITE,
    rectify_type: str = RectifyType.TERM,
    rectify_by: date | None = None,
    citations: Iterable[Cited | tuple[Basis, str, str]] = (),
    assisting: Iterable[Unit] = (),
    supervisor: Unit | None = None,
    files: Iterable[Any] = (),
    is_common: bool = False,
    required_measures: str = "",
    team: Team | None = None,
    day: date | None = None,
) -> Finding:
    """Log a finding as a draft, numbered <campaign>-<4 digits>, with its articles and evidence; return it.

    Team and coordination group take part.

    Args:
        team: of the unit, when the office logs for it; a team's own author needs none.
        day: effective day for loading history, today by default.

    Raises:
        NotPermittedError: the campaign or the unit is not the author's.
        DomainError: what is wrong, by field; UploadRefusedError when a file may not be taken. Nothing is stored then.
    """
    on = day or timezone.localdate()
    if campaign.is_routine and actor is not None:
        campaign = open_routine(actor, unit, discovered_on=discovered_on or on)
    team = _team_for(actor, campaign, unit, team)
    given: dict[str, Any] = {
        "statement": clean_text(statement),
        "source": source,
        "method": method,
        "discovered_on": discovered_on or on,
        "happened_on": happened_on,
        "is_common": is_common,
        "supervisor": supervisor,
        "rectify_type": rectify_type,
        "required_measures": clean_text(required_measures),
    }
    last = rectify_by or given["discovered_on"] + USUAL_TERM[RectifyType(rectify_type)]
    _refuse_wrong_days(campaign, given["discovered_on"], last, on)
    _refuse_later_fact(given["happened_on"], given["discovered_on"])
    given["rectify_by"] = next_workday(last)  # docs/domain/compliance.md 7.1.3
    beside = list(assisting)
    _refuse_wrong_units(unit, beside, supervisor)
    _refuse_wrong_words(given["statement"])
    cited = [Cited(*one) for one in citations]
    # the number is taken first: its lock makes a doubled submit wait for the first one
    number = numbers.take(kinds.spec_of(Kind.FINDING).number, campaign=campaign.case.number)
    _refuse_twin(campaign, unit, given["statement"])
    title = clean_text(title)[:MOST_TITLE] or title_of(given["statement"])
    case = _open_draft(
        actor, campaign, unit, team, given, title=title, number=number, topic=topic, severity=severity, day=day
    )
    finding: Finding = case.content
    finding.assisting.set(beside)
    _let_take_part(case, team, on)
    cite(finding, cited)
    _record_evidence(finding, actor, beside, files, day)
    case.refresh_from_db()
    return finding


@transaction.atomic
def amend_finding(
    actor: Actor,
    finding: Finding,
    changes: dict[str, Any],
    *,
    citations: Sequence[Cited] | None = None,
    seen: int | None = None,
    reason: str = "",
) -> Finding:
    """Correct a finding before it is fed back; return it as it now stands.

    Every field is remembered as before and after, the articles too.

    Args:
        changes: columns of card and content, as for `engine.amend`.
        citations: the articles as they are to stand, None to leave them.

    Raises:
        ConflictError, NotPermittedError: somebody acted since, or a field may not be corrected now.
        DomainError: what is wrong, by field.
    """
    card = lock_to_edit("citations", finding.pk, actor, seen) if citations is not None else finding.case
    row: Finding = Finding.objects.select_related("case").get(pk=finding.pk)
    now = {name: changes.get(name, getattr(row, name)) for name in ("discovered_on", "rectify_by", "supervisor")}
    if changes.keys() & {"discovered_on", "rectify_by"}:
        _refuse_wrong_days(row.case.within.content, now["discovered_on"], now["rectify_by"], timezone.localdate())
    if changes.keys() & {"discovered_on", "happened_on"}:
        _refuse_later_fact(changes.get("happened_on", row.happened_on), now["discovered_on"])
    if changes.get("rectify_by"):
        changes = {**changes, "rectify_by": next_workday(changes["rectify_by"])}
    if changes.keys() & {"assisting", "supervisor"}:
        _refuse_wrong_units(row.case.unit, list(changes.get("assisting", row.assisting.all())), now["supervisor"])
    if "assisting" in changes:
        changes = {**changes, "assisting": sorted(unit.pk for unit in changes["assisting"])}
    if "statement" in changes:
        changes = {**changes, "statement": clean_text(changes["statement"])}
        _refuse_wrong_words(changes["statement"])
    case = engine.amend(card, actor, changes, seen=seen, reason=reason)
    row = case.content
    if citations is not None:
        before = [str(one) for one in row.citations.all()]
        if {(one.basis_id, one.article, one.words, one.cites_id) for one in row.citations.all()} != {
            (one.basis.pk, one.article, one.words, one.took.pk if one.took else None) for one in citations
        }:
            row.citations.all().delete()
            cite(row, citations)
            now_cited = [str(one) for one in row.citations.all()]
            engine.note(
                case,
                actor,
                "cite",
                "修改定性依据",
                was=before,
                now=now_cited,
                note=f"{'、'.join(before) or '无'} → {'、'.join(now_cited) or '无'}",
            )
    return row


def campaigns_to_log_in(actor: Actor) -> QuerySet[Campaign]:
    """Return the campaigns under way in which this author may log findings, newest first.

    What was found to the last day may be written until the teams end with theirs; a campaign that ended before is no
    longer offered.
    """
    rows = Campaign.objects.filter(
        case__in=Case.objects.visible_to(actor).filter(state=CampaignState.FIELDWORK).order_by(),
        to_on__gte=actor.today - WINDING_UP,
    )
    if actor.is_team:
        rows = rows.filter(teams=actor.unit_id)
    return rows.select_related("case").order_by("-from_on", "-pk")


def campaigns_offered(actor: Actor) -> list[Campaign]:
    """Return where this author may log a finding: the campaigns under way and, for the office, 日常督察 of the year."""
    found = list(campaigns_to_log_in(actor))
    if logs_routine(actor) and not any(row.is_routine and row.year == actor.today.year for row in found):
        found.append(routine_of(actor.today.year))
    return sorted(found, key=lambda row: row.is_routine)


def units_to_log_on(actor: Actor, campaign: Campaign) -> QuerySet[Unit]:
    """Return the units of a campaign this author may log findings on, by code."""
    if campaign.is_routine:
        return inspected_on(actor.today)
    placed = CampaignUnit.objects.filter(campaign=campaign)
    if actor.is_team:
        placed = placed.filter(team=actor.unit_id)
    return Unit.objects.filter(pk__in=placed.order_by().values("unit_id")).order_by("place")


def leader_for(actor: Actor, campaign: Campaign) -> TeamMember | None:
    """Return the leader who gets what this author hands on; None for the office."""
    if not actor.is_team:
        return None
    rows = TeamMember.objects.sitting(actor.today).filter(
        team=actor.unit_id, team__campaign=campaign, duty=TeamMember.Duty.LEADER
    )
    return rows.select_related("post__user", "team__unit").first()


def _team_for(actor: Actor | None, campaign: Campaign, unit: Unit, named: Team | None) -> Team | None:
    """Return the team that a finding belongs to: the one named, or the unit's own when a team or no person logs it."""
    placed = _place_of(actor, campaign, unit)
    if named is not None and named.pk != placed.team_id:
        raise DomainError(f"{unit} 不由{named}督察", {"unit": "不在该组的范围内"})
    return named or (placed.team if actor is None or actor.is_team else None)


def _open_draft(
    actor: Actor | None, campaign: Campaign, unit: Unit, team: Team | None, given: dict[str, Any], **on_card: Any
) -> Case:
    """Open the card of a draft with its content; return the card."""

    def make(card: Case) -> Finding:
        finding = Finding(case=card, team=team, **given)
        refuse_invalid(finding, exclude=("case",))
        finding.save(force_insert=True)
        return finding

    return engine.open_case(
        Kind.FINDING, actor, unit=unit, make=make, within=campaign.case, secrecy=Secrecy.TEAM, **on_card
    )


def _place_of(actor: Actor | None, campaign: Campaign, unit: Unit) -> CampaignUnit:
    """Return the unit's place in the campaign, if this author may log a finding on it now.

    Raises:
        NotPermittedError: out of the author's scope.
        DomainError: the campaign is not under way, or does not inspect the unit.
    """
    if actor is not None and not (actor.is_team or actor.role == Role.OFFICE_STAFF):
        raise NotPermittedError("问题由督察组或法治督察科经办录入")
    card = (Case.objects.visible_to(actor) if actor else Case.objects).filter(pk=campaign.pk).first()
    if card is None:
        raise NotPermittedError("没有这个批次，或不在您的职责范围内")
    if card.state != CampaignState.FIELDWORK:
        raise DomainError(
            f"本批次现在是“{CampaignState(card.state).label}”，“{CampaignState.FIELDWORK.label}”时才能录入问题"
        )
    placed = CampaignUnit.objects.filter(campaign=campaign, unit=unit).select_related("team").first()
    if placed is None:
        raise DomainError(f"{unit} 不是本批次的被督察单位，请在本批次的单位中选择", {"unit": "不在本批次"})
    if actor is not None and actor.is_team and placed.team_id != actor.unit_id:
        raise DomainError(
            f"{unit} 由{placed.team or '其他组'}督察，不在您组的范围内，请告知该组", {"unit": "不在您组的范围内"}
        )
    return placed


def _refuse_wrong_days(campaign: Campaign, discovered_on: date, rectify_by: date, on: date) -> None:
    if not campaign.from_on <= discovered_on <= campaign.to_on:
        span = f"{campaign.from_on:%Y-%m-%d} 至 {campaign.to_on:%Y-%m-%d}"
        raise DomainError(
            f"发现日期 {discovered_on:%Y-%m-%d} 不在批次实施期间（{span}）内，请核对",
            {"discovered_on": f"须在 {span} 之间"},
        )
    if discovered_on > on:
        raise DomainError(f"发现日期 {discovered_on:%Y-%m-%d} 在今天之后，请核对", {"discovered_on": "不能晚于今天"})
    if rectify_by <= discovered_on:
        raise DomainError(
            f"整改时限 {rectify_by:%Y-%m-%d} 不晚于发现日期 {discovered_on:%Y-%m-%d}，请改晚",
            {"rectify_by": "须晚于发现日期"},
        )


def _refuse_later_fact(happened_on: date | None, discovered_on: date) -> None:
    if happened_on and happened_on > discovered_on:
        raise DomainError(
            f"事实发生日期 {happened_on:%Y-%m-%d} 晚于发现日期 {discovered_on:%Y-%m-%d}，请核对",
            {"happened_on": "不能晚于发现日期"},
        )


def _refuse_wrong_units(unit: Unit, assisting: Sequence[Unit], supervisor: Unit | None) -> None:
    if unit.pk in {other.pk for other in assisting}:
        raise DomainError(f"{unit} 是牵头单位，不再列为配合单位", {"assisting": "与牵头单位相同"})
    if supervisor is not None and not supervisor.is_industry_supervisor:
        raise DomainError(f"{supervisor} 不是行业主管部门", {"supervisor": "请选行业主管部门"})
    if supervisor is not None and supervisor.pk in {unit.pk, *(other.pk for other in assisting)}:
        raise DomainError(
            f"{supervisor} 是责任单位，不能审核自己的整改，请另选或不选主管部门", {"supervisor": "与责任单位相同"}
        )


def _refuse_wrong_words(statement: str) -> None:
    if not statement:
        raise DomainError("请写问题表述：查了什么、多少、哪里不符合规定", {"statement": "还没有写"})
    if len(statement) > MOST_WORDS:
        raise DomainError(
            f"问题表述有 {len(statement)} 个字，最多 {MOST_WORDS} 个字。请写清事实，详细材料作为证据上传。",
            {"statement": f"超过 {MOST_WORDS} 个字"},
        )


def _refuse_twin(campaign: Campaign, unit: Unit, statement: str) -> None:
    """Refuse the very same words on the same unit in the same campaign: a form sent twice."""
    same = (
        Case.objects.of_kind(Kind.FINDING)
        .filter(within=campaign.pk, unit=unit, finding__statement=statement)
        .exclude(state=FindingState.DROPPED)
    )
    twin = same.order_by("pk").first()
    if twin is not None:
        raise DomainError(f"{unit} 已录入过同样的问题（{twin.number}），没有重复保存", {"statement": "与已录入的相同"})


def _record_evidence(
    finding: Finding, actor: Actor | None, beside: Sequence[Unit], files: Iterable[Any], day: date | None
) -> None:
    """Attach the files, and say in one event what was attached, cited and who assists."""
    case = finding.case
    taken = [attachments.attach(case, actor, file, kind=_kind_of(file.name), record=False) for file in files]
    said: dict[str, list[Any]] = {
        "citations": [str(row) for row in finding.citations.all()],
        "assisting": list(beside),
        "files": taken,
    }
    if any(said.values()):
        words = "；".join([*said["citations"], *(f"配合单位 {unit}" for unit in beside)])
        engine.note(
            case,
            actor,
            "evidence",
            _label(said),
            day=day,
            note=words,
            **{key: rows for key, rows in said.items() if rows},
        )


def _let_take_part(case: Case, team: Team | None, on: date) -> None:
    if team is None:
        return
    Grant.objects.create(case=case, unit_id=team.pk, capacity=Capacity.INSPECT, from_on=on)
    if team.group_id:
        Grant.objects.create(
            case=case, unit_id=team.group_id, role=Role.GROUP_MEMBER, capacity=Capacity.COORDINATE, from_on=on
        )


def _kind_of(name: str) -> str:
    """A picture taken on site is a photo until somebody says otherwise."""
    return MaterialKind.PHOTO if name.lower().endswith((".jpg", ".jpeg", ".png")) else MaterialKind.OTHER


def _label(said: dict[str, list[Any]]) -> str:
    words = {"citations": "引用 {} 条依据", "assisting": "配合单位 {} 个", "files": "附证据 {} 件"}
    return "，".join(words[key].format(len(rows)) for key, rows in said.items() if rows)
