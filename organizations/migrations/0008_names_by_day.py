from django.db import migrations, models


def keep_past_names(apps, schema_editor):
    """Write beside each unit the names it bore, from the table of former names."""
    Unit, UnitName = apps.get_model("organizations", "Unit"), apps.get_model("organizations", "UnitName")
    past = {}
    for row in UnitName.objects.order_by("unit_id", "to_on"):
        past.setdefault(row.unit_id, []).append([row.to_on.isoformat(), row.short_name])
    for pk, names in past.items():
        Unit.objects.filter(pk=pk).update(past_names=names)


class Migration(migrations.Migration):

    dependencies = [
        ("organizations", "0007_last_post"),
    ]

    operations = [
        migrations.AddField(
            model_name="unit",
            name="past_names",
            field=models.JSONField(default=list, editable=False, verbose_name="曾用简称"),
        ),
        migrations.RunPython(keep_past_names, migrations.RunPython.noop),
    ]
