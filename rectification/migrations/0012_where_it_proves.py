import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """The table of evidence says where in a file a measure is proved; its rows stay as they are."""

    dependencies = [
        ("casework", "0017_pointed_at"),
        ("rectification", "0011_what_is_lacking"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="Proof",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("measure", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="proofs", to="rectification.measure", verbose_name="措施")),
                        ("file", models.ForeignKey(db_column="attachment_id", on_delete=django.db.models.deletion.CASCADE, related_name="proofs", to="casework.attachment", verbose_name="材料")),
                    ],
                    options={
                        "verbose_name": "佐证",
                        "verbose_name_plural": "佐证",
                        "db_table": "rectification_measure_evidence",
                        "ordering": ("measure_id", "pk"),
                        "unique_together": {("measure", "file")},
                    },
                ),
                migrations.AlterField(
                    model_name="measure",
                    name="evidence",
                    field=models.ManyToManyField(blank=True, related_name="measures", through="rectification.Proof", to="casework.attachment", verbose_name="佐证"),
                ),
            ],
        ),
        migrations.AddField(
            model_name="proof",
            name="place",
            field=models.CharField(blank=True, max_length=60, verbose_name="证明所在"),
        ),
    ]
