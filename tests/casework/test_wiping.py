"""Withdrawn files: their bytes go after the days the office has set, with a line in the trail; the row stays."""

from __future__ import annotations

import os
import time
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from casework.files import store
from casework.jobs.casework_chores import verify_attachments
from casework.models import Attachment, Event
from casework.services import attachments
from organizations.enums import Role
from rectification.enums import State
from tests.factories import Cast, a_rectification
from tests.papers import PDF

pytestmark = pytest.mark.django_db


def test_the_bytes_of_a_withdrawn_file_go_after_the_days_of_the_office_with_a_line_in_the_trail(
    settings: Any,
) -> None:
    case = a_rectification(State.REMEDYING)
    liaison = Cast(case)(Role.UNIT_LIAISON)
    shared, own = (attachments.attach(case, liaison, SimpleUploadedFile(f"{n}.pdf", PDF + n.encode())) for n in "甲乙")
    attachments.attach(case, liaison, SimpleUploadedFile("同样的.pdf", PDF + "甲".encode()))
    for file in (shared, own):
        attachments.withdraw_file(file, liaison, "传错了")
    settings.WITHDRAWN_FILES_KEPT_DAYS = 10
    too_early = attachments.wipe_withdrawn()
    Attachment.objects.filter(pk__in=(shared.pk, own.pk)).update(removed_at=timezone.now() - timedelta(days=11))

    wiped = (attachments.wipe_withdrawn(), attachments.wipe_withdrawn())
    for file in (shared, own):
        then = time.time() - 2 * 86_400
        os.utime(store.stored_at(file.sha256), (then, then))
    attachments.sweep()

    line = Event.objects.filter(case=case).order_by("-seq")[0]
    assert (too_early, wiped) == (0, (2, 0))
    assert (line.name, line.post) == ("wipe", None)
    assert [file["name"] for file in line.note["given"]["files"]] == ["甲.pdf", "乙.pdf"]
    assert (store.stored_at(shared.sha256).exists(), store.stored_at(own.sha256).exists()) == (True, False)
    wrong = verify_attachments(lambda done, of: None).wrong
    assert [said for said in wrong if f"附件 {shared.pk}：" in said or f"附件 {own.pk}：" in said] == []
