"""Columns that a row derives from its names whenever it is written: what it is sought by, where it stands in a list."""

from __future__ import annotations

from typing import Any

from django.db import models

from ui.pinyin import person_key
from ui.search import sought_by


class _Derived(models.TextField[Any, Any]):
    """A column written from others of its row; nobody fills it in."""

    def __init__(self, *args: Any, of: tuple[str, ...] = (), **options: Any) -> None:
        self.of = tuple(of)
        super().__init__(*args, **{"editable": False, "default": "", **options})

    def deconstruct(self) -> Any:
        name, path, args, options = super().deconstruct()
        return name, path, args, {**options, "of": self.of}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        value = self.derive(
            *(getattr(model_instance, name) for name in self.of), before=getattr(model_instance, self.attname)
        )
        setattr(model_instance, self.attname, value)
        return value

    def derive(self, *values: str, before: str) -> str:
        raise NotImplementedError


class SoughtField(_Derived):
    """Every name the row ever bore, with initials and spelling (`ui.search.sought_by`)."""

    def derive(self, *values: str, before: str) -> str:
        return sought_by(*values, before=before)


class PersonKeyField(_Derived):
    """Where a person stands in a list (`ui.pinyin.person_key`)."""

    def derive(self, *values: str, before: str) -> str:
        return person_key(values[0])
