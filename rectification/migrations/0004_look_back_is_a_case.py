"""A look-back becomes a case of its own: a card, its content and a trail are made of each row there was.

The events are recorded now, effective on the days they were taken, by who took them: no day that has been recorded
changes. What the trail of the rectification says of its look-backs stays. The chain is written out here, as it was when
this was made: a migration does not change with the code.
"""

import hashlib
import json
from datetime import UTC, datetime

import django.db.models.deletion
from django.db import migrations, models
from django.utils import timezone

VERDICTS = [
    ("firm", "巩固良好"),
    ("fair", "基本巩固"),
    ("partly", "部分反弹"),
    ("relapsed", "反弹"),
    ("false", "虚假整改"),
]
RELAPSED = ("partly", "relapsed", "false")
SAID = (
    "day", "post_id", "name", "label", "source", "state", "due_on", "unit_id", "within_id",
    "held_state", "held_due_on", "held_since", "width",
)  # fmt: skip
SAME = ("title", "unit_id", "unit_name", "topic_id", "severity", "secrecy")  # as its rectification has them
SHARED = ("unit_id", "role", "post_id", "capacity", "from_on", "to_on")


def make_cases(apps, schema_editor):
    """Make the cases, those of one rectification after the other, in the order in which they were planned."""
    get = apps.get_model
    n, before = 0, None
    rows = get("rectification", "FormerLookBack").objects.order_by("case_id", "pk").select_related("case")
    for row in rows.iterator(500):
        n = n + 1 if row.case_id == before else 1
        before = row.case_id
        _make(get, row, n)


def _make(get, row, n):
    looked_at, Event = row.case, get("casework", "Event")
    planned = Event.objects.filter(case_id=looked_at.pk, name="look_back_planned").order_by("seq")[n - 1 : n].first()
    ended = row.done_on
    opened = min(planned.day if planned else row.planned_on, ended or timezone.localdate())
    office = get("organizations", "Unit").objects.filter(category="office").order_by("pk").first()
    Case, looked = get("casework", "Case"), {name: getattr(looked_at, name) for name in SAME}
    number = f"{looked_at.number}-H{n:02}" if looked_at.number else None
    begun = {
        "kind": "lookback", "subkind": "booked", "number": number, "due_on": row.planned_on,
        "original_due_on": row.planned_on, "state": "pending", "is_open": True, "since": opened, "opened_on": opened,
        "step_due_on": row.planned_on, **looked,
    }  # fmt: skip
    if office:
        begun |= {"holder_unit_id": office.pk, "holder_role": "office_staff", "holder_since": opened}
    over = {
        "state": "judged", "is_open": False, "since": ended, "closed_on": ended, "step_due_on": None,
        "holder_unit_id": None, "holder_role": "", "holder_since": None,
    }  # fmt: skip
    card = Case.objects.create(**begun | (over if ended else {}), last_seq=2 if ended else 1)
    content = get("rectification", "LookBack").objects.create(
        case=card, rectification_id=looked_at.pk, verdict=row.verdict, found=row.note if ended else "",
        next_round_id=_next_round(get, row, looked_at) if ended else None,
    )  # fmt: skip
    Grant = get("casework", "Grant")
    grants = Grant.objects.filter(case_id=looked_at.pk).order_by("pk").values(*SHARED)
    Grant.objects.bulk_create([Grant(case=card, **grant) for grant in grants])
    facts, after = _columns(Case(**begun)), _columns(card)
    _write_trail(Event, card, content, row, planned.post_id if planned else None, facts, after)


def _next_round(get, row, looked_at):
    """After a relapse of what was closed no other look-back was planned: the last one opened the next round."""
    later = get("rectification", "FormerLookBack").objects.filter(case_id=looked_at.pk, pk__gt=row.pk).exists()
    following = get("rectification", "Rectification").objects.filter(previous_id=looked_at.pk).first()
    return following.pk if following and row.verdict in RELAPSED and not later else None


def _columns(card):
    """Say of every column of a card what it is, as the engine records it."""
    values = {f.attname: getattr(card, f.attname) for f in card._meta.concrete_fields}
    said = {name: value for name, value in values.items() if name not in {"id", "last_seq"}}
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in said.items()}


def _write_trail(Event, card, content, row, planner, facts, after):
    known = {"rectification": content.rectification_id, "verdict": "", "found": "", "next_round": None}
    opened = Event(
        seq=1, day=card.opened_on, post_id=planner, name="open", label="建立回头看", state="pending", after=facts,
        note={"content": known},
    )  # fmt: skip
    head = _record(opened, card, "")
    if card.is_open:
        return
    judged = Event(
        seq=2, day=card.closed_on, post_id=row.post_id, name="judge", label="认定回头看结论", source="pending",
        state="judged", after={name: value for name, value in after.items() if value != facts[name]},
        note={"given": {"verdict": row.verdict, "found": row.note}},
    )  # fmt: skip
    days = (card.closed_on - card.opened_on).days
    if days:
        judged.held_state, judged.held_due_on, judged.held_since = "pending", card.due_on, card.opened_on
        judged.width = (days - 1).bit_length()
    _record(judged, card, head)


def _record(event, card, head):
    """Chain an event to the one before it, store it and return its hash."""
    now = timezone.now()
    event.at = now.replace(microsecond=now.microsecond // 1000 * 1000)
    event.case, event.unit_id, event.within_id, event.due_on = card, card.unit_id, None, card.due_on
    micros = int((event.at - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds()) * 1_000_000 + event.at.microsecond
    said = [getattr(event, name) for name in SAID]
    said = [value.isoformat() if hasattr(value, "isoformat") else value for value in said]
    line = [card.pk, event.seq, micros, *said, event.after, event.note]
    text = json.dumps(line, ensure_ascii=False, sort_keys=True)
    event.hash = hashlib.sha256((head + text).encode()).hexdigest()
    event.save(force_insert=True)
    return event.hash


class Migration(migrations.Migration):
    dependencies = [
        ("casework", "0007_kinds_are_no_choices"),
        ("organizations", "0001_initial"),
        ("rectification", "0003_ties_of_dates_and_persons"),
    ]

    operations = [
        migrations.AlterField(
            "lookback",
            "case",
            models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="casework.case", verbose_name="整改"
            ),
        ),
        migrations.RenameModel("LookBack", "FormerLookBack"),
        migrations.CreateModel(
            name="LookBack",
            fields=[
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name="lookback",
                        serialize=False, to="casework.case", verbose_name="办理卡片",
                    ),
                ),
                ("verdict", models.CharField(blank=True, choices=VERDICTS, max_length=10, verbose_name="结论")),
                ("found", models.CharField(blank=True, max_length=500, verbose_name="核查情况")),
                (
                    "next_round",
                    models.OneToOneField(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+",
                        to="casework.case", verbose_name="重新挂账",
                    ),
                ),
                (
                    "rectification",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="look_backs", to="casework.case",
                        verbose_name="整改",
                    ),
                ),
            ],
            options={"verbose_name": "回头看", "verbose_name_plural": "回头看", "ordering": ("-case_id",)},
        ),
        migrations.AddConstraint(
            "lookback",
            models.CheckConstraint(
                condition=models.Q(("found", ""), ("next_round", None), ("verdict", ""))
                | models.Q(("verdict", ""), _negated=True),
                name="look_back_judged",
                violation_error_message="没有结论的回头看，不得有核查情况和新一轮整改",
            ),
        ),
        migrations.RunPython(make_cases, migrations.RunPython.noop),
    ]  # fmt: skip
