from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("inspections", "0004_routine_inspection"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="finding",
            index=models.Index(fields=["discovered_on", "case"], name="finding_day"),
        ),
    ]
