"""督察反馈: all confirmed findings of a unit together; the issue that comes of it belongs to the floor above."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction

from casework.errors import RefusedError
from casework.models import Case
from casework.workflow import engine
from inspections.enums import FindingState, Kind
from inspections.models import Campaign
from organizations.actor import Actor
from organizations.models import Unit


@transaction.atomic
def feed_back_unit(
    actor: Actor, campaign: Campaign, unit: Unit, *, copied_to: Iterable[Unit] = (), day: date | None = None
) -> list[Case]:
    """Feed back all confirmed findings of a unit in a campaign together (一单位一意见); return their cards.

    All or none. `copied_to`: who gets a copy of the issue that they make (抄告).

    Raises:
        RefusedError: what stands in the way, finding by finding; or there is none to feed back.
    """
    rows = (
        Case.objects.visible_to(actor)
        .of_kind(Kind.FINDING)
        .filter(within=campaign.pk, unit=unit, state=FindingState.CONFIRMED)
        .order_by("pk")
    )
    cards = list(rows.select_for_update(of=("self",)))
    if not cards:
        raise RefusedError([f"{unit} 没有待反馈的问题"])
    given: dict[str, Any] = {"copied_to": bodies} if (bodies := list(copied_to)) else {}
    done, refused = [], []
    for card in cards:
        try:
            with transaction.atomic():
                done.append(engine.perform(card, "feed_back", actor, day=day, **given))
        except RefusedError as error:
            refused += [f"{card.number} {sentence}" for sentence in error.reasons]
    if refused:
        raise RefusedError(refused)
    return done
