"""Load the reference data every installation starts from: units, topics, bases, limits.

Repeating it changes nothing that exists. Sources: qingyang_inspect/reference/units.csv and docs/domain/regions.md 3.2
(units), docs/domain/dictionaries.md 9.3 (topics), docs/domain/process.md 1.1 and docs/domain/samples.md (bases),
docs/domain/process.md 1.4 and 1.5 (limits; 待核 and 拟, so rows the office can change).
Root causes are 拟: a first list that the office keeps.
"""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction

from casework.models import StepLimit, Topic
from casework.services import recompute_deadlines
from inspections.models import Basis
from organizations.enums import UnitCategory
from organizations.models import Unit
from rectification.models import AcceptanceStandard, RootCause
from rectification.services import load_rules
from results.services import load_scheme
from ui.pinyin import initials

HERE = Path(__file__).parent
CATEGORIES = {label: value for value, label in UnitCategory.choices} | {"县(区)": UnitCategory.COUNTY}
# 行业主管部门: who reviews on site what others rectify (docs/domain/regions.md 3.3, notes)
SUPERVISORS = {
    "市发展改革委", "市公安局", "市自然资源局", "市生态环境局", "市住建局", "市交通运输局", "市水务局",
    "市农业农村局", "市商务局", "市市场监管局", "市司法局", "市粮食和储备局", "市城管执法局",
}  # fmt: skip


def rows(name: str) -> list[dict[str, str]]:
    """Return the rows of a reference file."""
    with (HERE / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@transaction.atomic
def load_reference() -> dict[str, int]:
    """Create what is missing; return how many rows of each kind were created."""
    made = {"单位": 0, "问题类别": 0, "督察依据": 0, "办理期限": 0, "问题根源": 0, "销号验收标准": 0}
    for row in rows("units.csv"):
        given: dict[str, Any] = {
            "category": CATEGORIES[row["category"]], "has_enforcement_power": row["has_enforcement_power"] == "Y",
            "is_inspected": True, "is_industry_supervisor": row["short_name"] in SUPERVISORS,
        }  # fmt: skip
        made["单位"] += _unit(row, **given)
    for row in rows("own_units.csv"):
        given = {name: row[name] == "1" for name in ("is_consulted", "is_coordination_member")}
        made["单位"] += _unit(row, category=row["category"], **given)
    for row in rows("topics.csv"):
        parent = Topic.objects.filter(code=row["parent"]).first()
        made["问题类别"] += Topic.objects.get_or_create(
            code=row["code"], defaults={"name": row["name"], "parent": parent}
        )[1]
    for row in rows("bases.csv"):
        since = date.fromisoformat(row["in_force_from"]) if row["in_force_from"] else None
        given = {k: row[k] for k in ("name", "short_name", "issued_by")} | {
            "in_force_from": since,
            "is_unverified": bool(row["is_unverified"]),
        }
        made["督察依据"] += Basis.objects.get_or_create(code=row["code"], defaults=given)[1]
    for row in rows("step_limits.csv"):
        given = {"n": int(row["n"]), "unit": row["unit"], "source": row["source"]}
        limit, is_new = StepLimit.objects.get_or_create(kind=row["kind"], state=row["state"], defaults=given)
        if is_new:
            recompute_deadlines.of_limit(limit)
        made["办理期限"] += is_new
    for row in rows("root_causes.csv"):
        made["问题根源"] += RootCause.objects.get_or_create(code=row["code"], defaults={"name": row["name"]})[1]
    for row in rows("acceptance_standards.csv"):  # 安徽 2019 五项，加群众满意 (docs/domain/process.md 2.5)
        given = {"text": row["text"], "asks": row["asks"]}
        made["销号验收标准"] += AcceptanceStandard.objects.get_or_create(code=row["code"], defaults=given)[1]
    made["计分规则"] = load_scheme()
    made["纸面整改提示规则"] = load_rules()
    return made


def _unit(row: dict[str, str], **given: Any) -> bool:
    names = {
        "name": row["name"],
        "short_name": row["short_name"],
        "initials": initials(row["short_name"])[:30],
        "note": row["note"],
    }
    return Unit.objects.get_or_create(code=row["code"], defaults=names | given)[1]
