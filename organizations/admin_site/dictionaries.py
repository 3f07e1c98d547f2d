"""The admin of a dictionary: each entry with who changed it last; one in use is retired, never deleted.

What rests on an entry, and which cases move by its change, is said before it is saved (ui.deeds).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib.admin.utils import flatten_fieldsets, unquote
from django.db.models import QuerySet
from django.forms.utils import ErrorDict
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from organizations.actor import Actor
from organizations.admin_site.changes import changed_in
from organizations.admin_site.rights import RightsAdmin, Section
from organizations.requests import actor_of
from ui import sending
from ui.deeds import BACK, Outlook, ask, bare, is_sure


def _references(obj: Any) -> Iterator[tuple[str, QuerySet[Any]]]:
    """Give the rows of every table that name an entry, by a key that is hidden too, with what they are called."""
    for relation in obj._meta.get_fields(include_hidden=True):
        if relation.auto_created and not relation.concrete:
            model = relation.related_model
            yield str(model._meta.verbose_name), model._base_manager.filter(**{relation.field.name: obj})


class OnlyShown:
    """A form that comes back to be changed: what was typed stands in it, and nothing is judged yet."""

    def full_clean(self: Any) -> None:
        self._errors = ErrorDict()

    def is_valid(self) -> bool:
        return False


class DictionaryAdmin(RightsAdmin):
    """A table whose entries others refer to.

    Attributes:
        retire: what is done to an entry instead of deleting it, as it is said to whoever tries.
        retired_by: the field that sets an entry out of use, and its value while it is in use.
    """

    section = Section.DICTIONARY
    deletable = True
    retire = ""
    retired_by: tuple[str, Any] | None = None

    def in_use(self, obj: Any) -> str:
        """Say what refers to an entry, or nothing: a row of any table that names it, by a key that is hidden too."""
        return next((f"有{word}正在使用" for word, rows in _references(obj) if rows.exists()), "")

    def moved_by(self, old: Any, new: Any, actor: Actor) -> Outlook | None:
        """Say which cases move when one entry takes the place of another; None stands for no entry.

        None is the answer where deadlines do not hang on the table at all.
        """
        return None

    # ---------- a change, said before it is saved ----------
    def foresee(self, form: Any, old: Any, actor: Actor) -> Outlook | None:
        """Say what a change will do; None where nothing rests on the entry."""
        used = [f"{word} {n} 条" for word, rows in _references(old) if (n := rows.count())] if old is not None else []
        moved = self.moved_by(old, form.instance, actor)
        if not used and moved is None:
            return None
        will = changed_in(form) if old is not None else [f"新增{self.opts.verbose_name}：{form.instance}"]
        if used:
            after = "停用后这些照旧保留并标明已停用，以后不能再选它" if self._retires(form) else "随即按改后的内容显示"
            will.append(f"“{old}”还用在：{'、'.join(used)}。{after}")
        moved = moved or Outlook(["没有一件的期限因此变动"])
        return moved._replace(will=[*will, *moved.will])

    def _retires(self, form: Any) -> bool:
        name, in_use = self.retired_by or ("", None)
        return name in form.changed_data and form.initial.get(name) == in_use

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        if request.method != "POST":
            return super().changeform_view(request, object_id, form_url, extra_context)
        if earlier := sending.earlier_answer(request):
            return earlier
        asked = self._ask_first(request, object_id)
        return asked or _told(request, super().changeform_view(request, object_id, form_url, extra_context))

    def _ask_first(self, request: HttpRequest, object_id: str | None) -> HttpResponse | None:
        """Return the page that says what will happen; None where that was read, or where there is nothing to ask."""
        is_new, old, obj = object_id is None, None, None
        if object_id is not None:
            old, obj = (self.get_object(request, unquote(object_id)) for _ in range(2))  # the form writes into one
        may = self.has_add_permission(request) if is_new else self.has_change_permission(request, old)
        if BACK in request.POST or not may or (old is None and not is_new):
            return None
        fields = flatten_fieldsets(self.get_fieldsets(request, obj))
        form = self.get_form(request, obj, change=not is_new, fields=fields)(request.POST, request.FILES, instance=obj)
        outlook = self.foresee(form, old, actor_of(request)) if form.is_valid() else None
        if outlook is None or is_sure(request, outlook):
            return None
        title = f"新增{self.opts.verbose_name}" if is_new else f"改动{self.opts.verbose_name}“{old}”"
        return ask(
            request, form, outlook, title=title, submit="保存", back=self.change_url(old) if old else self.add_url
        )

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        made = super().get_form(request, obj, change, **kwargs)
        return type(made.__name__, (OnlyShown, made), {}) if BACK in request.POST else made

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        sending.claim(request)
        super().save_model(request, obj, form, change)

    # ---------- a deletion ----------
    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Refuse in words what is in use, whoever asks and however; else say what will happen, and ask once."""
        obj = self.get_object(request, unquote(object_id))
        if obj is None or not self.has_delete_permission(request, obj):
            return super().delete_view(request, object_id, extra_context)
        if reason := self.in_use(obj):
            context = {"obj": obj, "opts": self.opts, "reason": reason, "retire": self.retire}
            context["change_url"] = self.change_url(obj)
            status = 409 if request.method == "POST" else 200
            return render(request, "admin/delete_refused.html", context, status=status)
        moved = self.moved_by(obj, None, actor_of(request)) or Outlook([])
        outlook = moved._replace(will=["没有别处使用它；删除以后不能恢复，谁删的、何时删的留有记录", *moved.will])
        if request.method == "POST" and is_sure(request, outlook):
            return _told(request, super().delete_view(request, object_id, extra_context))
        title, back = f"删除{self.opts.verbose_name}“{obj}”", self.change_url(obj)
        return ask(request, bare(request), outlook, title=title, submit="删除", back=back)


def _told(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """Let the script that sends know what came of a form: accepted, or shown again."""
    if answer.status_code == 302:
        return sending.settle(request, answer) or answer
    return sending.is_form(answer)
