"""The rows of which 0004 has made cases go: in a transaction of its own, as PostgreSQL asks after so many inserts."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("rectification", "0004_look_back_is_a_case")]

    operations = [migrations.DeleteModel("FormerLookBack")]
