"""Values as the trail keeps them: how they are written there, and how they are read back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import models


def plain(value: Any) -> Any:
    """Return a value as the trail keeps it: dates as text, rows as key and name, files as name and hash."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if hasattr(value, "sha256"):
        return {"id": value.pk, "name": value.name, "sha256": value.sha256}
    if isinstance(value, models.Model):
        return {"id": value.pk, "name": str(value)}
    if isinstance(value, models.QuerySet | list | tuple | set | frozenset):
        return [plain(v) for v in value]
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def read_back(row: models.Model, kept: Mapping[str, Any]) -> dict[str, Any]:
    """Return columns of a row from what the trail kept of them, each in the type of its column."""
    columns = {field.attname: field for field in row._meta.concrete_fields}
    return {name: columns[name].to_python(value) for name, value in kept.items()}


def all_columns(content: object) -> dict[str, Any]:
    """Return a content row as the trail keeps it on opening."""
    if not isinstance(content, models.Model):
        return {}
    return {f.name: plain(getattr(content, f.attname)) for f in content._meta.concrete_fields if f.name != "case"}


def value_of(content: models.Model, key: str) -> Any:
    """Return a column of a row, or the keys of what a many-to-many field holds."""
    value = getattr(content, key)
    return sorted(value.values_list("pk", flat=True)) if isinstance(value, models.Manager) else value


Names = Mapping[type[models.Model], Mapping[Any, models.Model]]


def read_names(said: Iterable[tuple[Any, Any]]) -> Names:
    """Read the rows that fields name, given with their values: a question a table, however many are named."""
    wanted: dict[type[models.Model], set[Any]] = {}
    for field, value in said:
        if field is not None and field.is_relation:
            keys = value if isinstance(value, list) else [value]
            wanted.setdefault(field.related_model, set()).update(key for key in keys if isinstance(key, int | str))
    return {model: model._base_manager.in_bulk(keys) for model, keys in wanted.items()}


def in_words(field: Any, value: Any, names: Names | None = None) -> str:
    """Say a value that the trail keeps of a field as people read it: the word of a choice, the name of a row.

    `names`: where those were read already.
    """
    if isinstance(value, list):
        return "、".join(in_words(field, one, names) for one in value)
    if isinstance(value, dict):
        return str(value.get("name", ""))
    if isinstance(value, bool):
        return "是" if value else "否"
    if value in (None, ""):
        return ""
    if field.is_relation:
        names = names if names is not None else read_names([(field, value)])
        return str(names.get(field.related_model, {}).get(value, ""))
    return str(dict(field.flatchoices).get(value, value))


def in_change(field: Any, before: Any, after: Any, names: Names | None = None) -> str:
    """Say in words what was changed: the field, what stood there, what stands there now."""
    said = [str(in_words(field, value, names) or "空") for value in (before, after)]
    return f"{field.verbose_name}：" + " → ".join(text if len(text) <= 40 else f"{text[:40]}…" for text in said)


def listed(value: Any) -> Any:
    """Return rows as sorted keys, anything else as it is."""
    return sorted(row.pk for row in value) if isinstance(value, models.QuerySet) else value


def set_value(content: models.Model, key: str, value: Any) -> None:
    """Set a column or what a many-to-many field holds; a column is saved by the caller."""
    if content._meta.get_field(key).many_to_many:
        getattr(content, key).set(value)
    else:
        setattr(content, key, value)


def write_columns(row: Any, columns: Mapping[str, Any]) -> dict[str, Any]:
    """Write columns of a row; return what stood there before."""
    before = {name: plain(getattr(row, name)) for name in columns}
    for name, value in columns.items():
        setattr(row, name, value)
    row.save(update_fields=[*columns])
    return before
