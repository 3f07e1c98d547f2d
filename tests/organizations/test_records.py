"""Records are written by the commit that wrote the rows, whichever road it took; they begin once."""

from __future__ import annotations

import re
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, models, transaction

from organizations.models import AccountEvent, RowRecord, Unit
from organizations.records import ledger
from qingyang_inspect import covered
from qingyang_inspect.database import noting
from tests.factories import UnitFactory

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_commit_records_what_it_wrote_by_whichever_road_and_a_rollback_nothing() -> None:
    units = next(fact for fact in covered.RECORDED if fact.label == "organizations.Unit")
    with transaction.atomic():
        first, second, third = Unit.objects.bulk_create([UnitFactory.build() for _ in range(3)])
        assert not RowRecord.objects.exists()
    Unit.objects.filter(name__in=[first.name, second.name]).update(note="改过")
    Unit.objects.filter(pk=third.pk).delete()
    second.short_name = "又改"
    second.save()
    second.save()
    with transaction.atomic():
        Unit.objects.update(note="不作数")
        transaction.set_rollback(True)

    versions = RowRecord.objects.filter(model="organizations.Unit").values_list("row", "n", "gone")

    assert list(versions.order_by("row", "n")) == [
        (first.pk, 1, False), (first.pk, 2, False),
        (second.pk, 1, False), (second.pk, 2, False), (second.pk, 3, False),
        (third.pk, 1, False), (third.pk, 2, True),
    ]  # fmt: skip
    assert list(ledger.verify(units)) == []


@pytest.mark.parametrize("error", [RuntimeError, DatabaseError])
def test_a_row_stands_with_its_record_or_not_at_all_also_outside_a_transaction(
    monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    unit, leaving = UnitFactory(note="如初"), UnitFactory()
    n = Unit.objects.count()

    def fail(*args: Any) -> None:
        raise error("no record")

    with monkeypatch.context() as broken:
        broken.setattr(ledger, "record", fail)
        for write in (
            lambda: Unit.objects.filter(pk=unit.pk).update(note="改过"),
            lambda: Unit.objects.filter(pk=leaving.pk).delete(),
            lambda: UnitFactory(parent=None),
        ):
            with pytest.raises(error, match="no record"):
                write()

    unit.refresh_from_db()
    assert (unit.note, Unit.objects.count()) == ("如初", n)
    Unit.objects.filter(pk=unit.pk).update(note="改过")
    assert RowRecord.objects.filter(model="organizations.Unit", row=unit.pk).count() == 2


@pytest.mark.parametrize("there", [True, False], ids=["one matches", "none matches"])
def test_what_comes_to_match_between_asking_and_writing_is_left_alone(
    monkeypatch: pytest.MonkeyPatch, there: bool
) -> None:
    """Another commit of PostgreSQL may come between the two; a row that is changed and not recorded looks forged."""
    units = next(fact for fact in covered.RECORDED if fact.label == "organizations.Unit")
    late = UnitFactory(note="别的")
    made = {UnitFactory(note="旧").pk} if there else set()
    asked = noting._keys

    def and_then_another_commits(*given: Any) -> list[int]:
        keys = asked(*given)
        with connection.cursor() as cursor:
            cursor.execute("update organizations_unit set note = '旧' where id = %s", [late.pk])
        return keys

    monkeypatch.setattr(connection.features, "has_select_for_update", True)  # as where more than one writes
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(noting, "_keys", and_then_another_commits)
        changed = Unit.objects.filter(note="旧").update(note="新")
        Unit.objects.filter(pk=late.pk).update(note="别的")  # the other commit was recorded by itself
        removed = Unit.objects.filter(note="旧")._raw_delete("default")  # as a deletion by a condition ends

    assert (changed, removed) == (len(made), 0)
    assert set(Unit.objects.filter(note="新").values_list("pk", flat=True)) == made
    assert Unit.objects.get(pk=late.pk).note == "旧"
    Unit.objects.filter(pk=late.pk).update(note="别的")
    assert list(ledger.verify(units)) == []


def test_records_begin_once_and_later_only_with_a_reason() -> None:
    with connection.cursor() as cursor:
        cursor.execute(*_a_unit("X1"))
    assert _said("record_rows") == "已补上存证 1 行"
    with connection.cursor() as cursor:
        cursor.execute(*_a_unit("X2"))

    assert _said("record_rows") == "已有存证，不再补"
    with pytest.raises(CommandError, match="请写明"):
        _said("record_rows", again="organizations.Unit")
    answer = _said("record_rows", again="organizations.Unit", reason="庆法办〔2026〕1 号")

    assert re.fullmatch(r"单位 \d+：没有存证，不是由程序写入的\n单位重新存证 1 行", answer)
    assert AccountEvent.objects.get().detail == "单位 1 行：庆法办〔2026〕1 号"
    assert "全部相符" in _said("verify_rows")


def _a_unit(code: str) -> tuple[str, list[Any]]:
    unit = UnitFactory.build(code=code, name=f"{code} 局", short_name=code)
    fields = [f for f in Unit._meta.concrete_fields if not f.primary_key and not isinstance(f, models.GeneratedField)]
    columns, marks = ", ".join(f.column for f in fields), ", ".join(["%s"] * len(fields))
    values = [field.get_db_prep_save(field.pre_save(unit, True), connection) for field in fields]
    return f"insert into {Unit._meta.db_table} ({columns}) values ({marks})", values


def _said(command: str, **options: Any) -> str:
    out = StringIO()
    call_command(command, stdout=out, **options)
    return out.getvalue().strip()
