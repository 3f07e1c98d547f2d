"""A verdict keeps what it judged. Those given before count as given on the evidence that stands today."""

import hashlib
import json

from django.db import migrations, models


def _as_judged(measure):
    """As Measure.as_judged was when this migration was written; there are no versions of files yet."""
    files = sorted(file.sha256 for file in measure.evidence.all() if file.removed_at is None)
    said = [measure.content, measure.deliverable, measure.result, str(measure.done_on), files]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def fill(apps, _):
    verdicts = apps.get_model("rectification", "EvidenceVerdict").objects
    measures = apps.get_model("rectification", "Measure").objects.filter(verdicts__isnull=False).distinct()
    for measure in measures.order_by("pk").prefetch_related("evidence").iterator(chunk_size=500):
        verdicts.filter(measure=measure).update(judged=_as_judged(measure))


class Migration(migrations.Migration):
    dependencies = [
        ("casework", "0013_versions_of_files"),
        ("rectification", "0005_former_look_backs_go"),
    ]

    operations = [
        migrations.AddField(
            "evidenceverdict",
            "judged",
            models.CharField("所认定的材料", max_length=64, default=""),
            preserve_default=False,
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
