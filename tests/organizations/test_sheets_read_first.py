"""No lock is held while a hostile workbook is read."""

import pytest
from django.db import connection

from organizations.enums import Role
from organizations.models import StagedImport
from tests.organizations.test_sheets import HEAD, ONE, csv, enter, upload
from ui.hostile import asking


@pytest.mark.django_db(transaction=True)
def test_a_sheet_is_read_before_a_transaction_begins(client, monkeypatch):
    inside, asked = [], asking._asked

    def watched(*given):
        inside.append(connection.in_atomic_block)
        return asked(*given)

    monkeypatch.setattr(asking, "_asked", watched)

    upload(enter(client, Role.SYSTEM_ADMIN), "units", csv(HEAD, ONE))

    assert StagedImport.objects.get().rows[0]["name"] == "庆阳市测试局"
    assert inside == [False]
