"""The counters of axes are not written any more (organizations/services/sign_in_log.py): what is left of them goes."""

from typing import Any

from django.db import migrations


def remove(apps: Any, schema_editor: Any) -> None:
    apps.get_model("axes", "AccessAttempt").objects.using(schema_editor.connection.alias).all().delete()


class Migration(migrations.Migration):
    dependencies = [
        ("organizations", "0016_files_not_examined"),
        ("axes", "0010_accessattemptexpiration"),
    ]

    operations = [migrations.RunPython(remove, migrations.RunPython.noop)]
