from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("organizations", "0008_names_by_day"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="accountevent",
            options={
                "ordering": ("-at", "-pk"),
                "verbose_name": "账号与机构日志",
                "verbose_name_plural": "账号与机构日志",
            },
        ),
        migrations.AddIndex(
            model_name="accountevent",
            index=models.Index(fields=["-at", "-id"], name="account_event_at"),
        ),
    ]
