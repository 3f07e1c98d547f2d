"""对象与分组: the units of a campaign, its teams, who sits in them, who is recused."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from casework.views.steps import shut
from casework.workflow.circuits import circuit_of
from inspections import services
from inspections.forms.campaigns import RecusalForm, SeatFormSet, TeamForm, UnitsForm, seats_initial
from inspections.models import Campaign, Team
from inspections.views.campaigns import campaign_card
from inspections.views.claims import is_office
from organizations.access import get_or_404
from organizations.enums import UnitCategory
from organizations.requests import ActorRequest
from ui.form_actions import form_page, said, sent
from ui.pages import page


@page(to=is_office, writes=True)
def units(request: ActorRequest, pk: int) -> HttpResponse:
    """Choose the units and the team of each; or let all be listed, or be dealt out."""
    card = campaign_card(request, pk)
    campaign: Campaign = card.content
    actor = request.actor
    if request.method != "POST" and "units" not in circuit_of(card).editable(card, actor):
        raise shut(card, actor, "被督察单位")
    inspected = services.units_for(campaign)
    teams = list(campaign.teams.select_related("unit"))
    form = UnitsForm(sent(request), initial={"seen": card.last_seq}, campaign=campaign, units=inspected, teams=teams)

    def then(_: bool) -> HttpResponse:
        goes_on = request.POST.get("do") in {"all", "four", "deal"}
        text = f"已保存：{campaign.units.count()} 个单位，{campaign.teams.count()} 个组。"
        return said(request, text, request.path if goes_on else card)

    return form_page(
        request,
        form,
        lambda _: _arrange(request, campaign, form, teams),
        then,
        template="inspections/units.html",
        case=card,
        groups=_by_category(form),
        teams=teams,
        n_inspected=len(inspected),
    )


def _arrange(request: ActorRequest, campaign: Campaign, form: UnitsForm, teams: list[Team]) -> bool:
    actor, seen = request.actor, form.cleaned_data["seen"]
    match request.POST.get("do"):
        case "all":
            services.place_units(actor, campaign, form.by_unit.values(), seen=seen)
        case "four":
            services.arrange_units(actor, campaign, form.placing(), seen=seen)
            services.form_four_teams(actor, campaign)
        case "deal":
            services.arrange_units(actor, campaign, form.placing(), seen=seen)
            services.deal_units(actor, campaign, teams)
        case _:
            services.arrange_units(actor, campaign, form.placing(), seen=seen)
    return True


def _by_category(form: UnitsForm) -> list[tuple[str, list[dict[str, Any]]]]:
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in form.rows():
        groups.setdefault(str(row["unit"].get_category_display()), []).append(row)
    return sorted(groups.items(), key=lambda group: group[1][0]["unit"].category != UnitCategory.COUNTY)  # 县（区）在前


@page(to=is_office, writes=True)
def new_team(request: ActorRequest, pk: int) -> HttpResponse:
    card = campaign_card(request, pk)
    actor = request.actor
    if request.method != "POST" and "teams" not in circuit_of(card).editable(card, actor):
        raise shut(card, actor, "督察组")
    seats: Any = SeatFormSet(sent(request), prefix="seats")

    def do(given: dict[str, Any]) -> Team:
        return services.form_team(
            actor, card.content, given["name"], group=given["group"], seats=seats.seats(), seen=given["seen"]
        )

    return form_page(
        request,
        TeamForm(sent(request), initial={"seen": card.last_seq}),
        do,
        lambda made: said(request, f"已组建{made}。下一步：把单位分到各组。", card),
        others=[seats],
        template="inspections/team_form.html",
        title="组建督察组",
        case=card,
        seats=seats,
        submit="组建",
        recusal_url="",
    )


@page(to=is_office, writes=True)
def change_team(request: ActorRequest, pk: int) -> HttpResponse:
    team, card = _team(request, pk)
    sitting = services.members_of(team, timezone.localdate())
    form = TeamForm(sent(request), initial={"seen": card.last_seq, "group": team.group_id})
    del form.fields["name"]
    seats: Any = SeatFormSet(sent(request), prefix="seats", initial=seats_initial(sitting))

    def do(given: dict[str, Any]) -> Any:
        return services.change_team(request.actor, team, group=given["group"], seats=seats.seats(), seen=given["seen"])

    return form_page(
        request,
        form,
        do,
        lambda _: said(request, f"{team}已保存。", card),
        others=[seats],
        template="inspections/team_form.html",
        title=f"调整{team}",
        case=card,
        seats=seats,
        submit="保存成员",
        recusal_url=reverse("inspections:recusal", args=[pk]),
    )


@page(to=is_office, writes=True)
def recusal(request: ActorRequest, pk: int) -> HttpResponse:
    team, card = _team(request, pk)
    members = team.members.sitting(timezone.localdate()).select_related("post__user")
    units = services.inspected_on(team.campaign.from_on)

    def do(given: dict[str, Any]) -> Any:
        return services.register_recusal(
            request.actor, given["member"], given["unit"], given["reason"], seen=given["seen"]
        )

    return form_page(
        request,
        RecusalForm(sent(request), initial={"seen": card.last_seq}, members=members, units=units),
        do,
        lambda made: said(request, f"已登记：{made}。", card),
        title=f"登记回避：{team}",
        submit="登记回避",
        back=card.get_absolute_url(),
        intro="本人所在单位自动回避，不必登记。近三年任职、近亲属任职的单位在这里登记。",
    )


def _team(request: ActorRequest, pk: int) -> tuple[Team, Any]:
    """Return a team and the card of its campaign; 404 where its members may not be changed now."""
    team: Team = get_or_404(Team.objects.select_related("unit", "group", "campaign__case"), request.actor, pk=pk)
    card = campaign_card(request, team.campaign_id)
    if request.method != "POST" and "teams" not in circuit_of(card).editable(card, request.actor):
        raise shut(card, request.actor, "督察组")
    return team, card
