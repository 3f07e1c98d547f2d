"""A stored tsvector of the words with a GIN index, on PostgreSQL only; SQLite has its FTS5 table (casework.search.index)."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import migrations, models
from django.db.models import F, Func, Value
from django.db.models.functions import Cast
from django.apps.registry import Apps


class Vector(Func):
    """Tokens become lexemes as they are, whatever the server's locale: no parser in between."""

    function = "array_to_tsvector"

    def __init__(self, tokens, **more):
        super().__init__(Func(tokens, Cast(Value(" "), models.TextField()), function="string_to_array"), **more)


def indexed_words():
    """Return the table as PostgreSQL keeps it."""

    class IndexedWords(models.Model):
        tokens = models.TextField()
        vector = models.GeneratedField(
            expression=Vector(F("tokens")), output_field=SearchVectorField(), db_persist=True
        )

        class Meta:
            apps = Apps()
            app_label = "casework"
            db_table = "casework_words"
            indexes = (GinIndex(fields=["vector"], name="casework_words_vector"),)

    return IndexedWords


def add(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    words = indexed_words()
    schema_editor.execute("drop index if exists casework_words_index")  # on an expression, computed anew for every row it was asked of
    schema_editor.add_field(words, words._meta.get_field("vector"))
    schema_editor.add_index(words, words._meta.indexes[0])


def remove(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        words = indexed_words()
        schema_editor.remove_field(words, words._meta.get_field("vector"))


class Migration(migrations.Migration):

    dependencies = [("casework", "0002_initial")]

    operations = [migrations.RunPython(add, remove)]
