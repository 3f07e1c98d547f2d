"""Units and persons are sought by every name they ever bore, persons stand in the order of their pinyin."""

from typing import Any

from django.db import migrations

import organizations.models.names
from ui.search import sought_by


def fill(apps: Any, schema_editor: Any) -> None:
    """Write the new columns of the rows that are there: the fields do it whenever a row is written."""
    borne: dict[int, list[str]] = {}
    for unit_id, *names in apps.get_model("organizations", "UnitName").objects.values_list("unit_id", "short_name", "name"):
        borne.setdefault(unit_id, []).extend(names)
    for unit in apps.get_model("organizations", "Unit").objects.order_by("pk"):
        unit.sought = sought_by(*borne.get(unit.pk, ()))
        unit.save(update_fields=["sought"])
    for user in apps.get_model("organizations", "User").objects.order_by("pk"):
        user.save(update_fields=["sought", "name_key"])


class Migration(migrations.Migration):
    dependencies = [("organizations", "0002_what_was_noticed_in_a_sheet")]

    operations = [
        migrations.AddField(
            model_name="unit",
            name="sought",
            field=organizations.models.names.SoughtField(
                default="", editable=False, of=("short_name", "name"), verbose_name="查找用的名称"
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="name_key",
            field=organizations.models.names.PersonKeyField(
                default="", editable=False, of=("name",), verbose_name="姓名排序"
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="sought",
            field=organizations.models.names.SoughtField(
                default="", editable=False, of=("name", "username"), verbose_name="查找用的姓名"
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
