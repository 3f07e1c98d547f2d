"""An export knows the address of its list, not the name of a ledger: any list may be long."""

from django.db import migrations, models


def name_the_list(apps, schema_editor):
    apps.get_model("documents", "Export").objects.filter(path="rectification").update(path="/rectifications/")


class Migration(migrations.Migration):
    dependencies = [("documents", "0002_initial")]

    operations = [
        migrations.RenameField("export", "ledger", "path"),
        migrations.AlterField("export", "path", models.CharField(max_length=120, verbose_name="列表")),
        migrations.RunPython(name_the_list, migrations.RunPython.noop),
    ]
