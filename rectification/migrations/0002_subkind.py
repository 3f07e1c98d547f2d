"""The cards of rectifications made before `subkind` was theirs take it from their finding."""

from django.db import migrations
from django.db.models import OuterRef, Subquery


def fill(apps, schema_editor):
    Case, Rectification = apps.get_model("casework", "Case"), apps.get_model("rectification", "Rectification")
    of = Rectification.objects.filter(case_id=OuterRef("pk")).values("finding__rectify_type")[:1]
    Case.objects.filter(kind="rectification", subkind="").update(subkind=Subquery(of))


class Migration(migrations.Migration):
    dependencies = [
        ("rectification", "0001_initial"),
        ("casework", "0005_subkind"),
        ("inspections", "0001_initial"),
    ]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
