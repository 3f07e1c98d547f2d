"""Who holds several posts acts in the one the page was opened in, or is told that it is another now."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from casework.models import Event
from organizations.enums import Role
from organizations.models import Post
from rectification.enums import State
from tests.factories import UserFactory, a_post, a_rectification, acting

pytestmark = pytest.mark.django_db


@pytest.fixture
def posts() -> Any:
    user = UserFactory()
    return a_post(Role.OFFICE_STAFF, user=user), a_post(Role.UNIT_LIAISON, user=user)


def test_a_form_opened_in_another_post_is_not_taken(signed_in: Any, posts: Any) -> None:
    now, before = posts
    client = signed_in(acting(now))

    answer = client.post(reverse("account"), {"large_type": "on", "_post": before.pk})

    now.user.refresh_from_db()
    assert (answer.status_code, now.user.large_type) == (409, False)
    assert f"这一页是以“{before}”打开的" in answer.content.decode()


@pytest.mark.parametrize("sent", ["own", "", "none"])
def test_a_form_of_this_post_is_taken(signed_in: Any, posts: Any, sent: str) -> None:
    client = signed_in(acting(posts[0]))

    answer = client.post(
        reverse("account"), {"large_type": "on"} | {"own": {"_post": posts[0].pk}, "": {"_post": ""}, "none": {}}[sent]
    )

    assert answer.status_code == 302


def test_switching_itself_is_never_refused(signed_in: Any, posts: Any) -> None:
    client = signed_in(acting(posts[0]))

    answer = client.post(reverse("switch_post"), {"post": posts[1].pk, "_post": posts[1].pk})

    assert (answer.status_code, client.session["post"]) == (302, posts[1].pk)


def test_only_pages_of_several_posts_say_in_which_they_were_opened(signed_in: Any, posts: Any) -> None:
    one = a_post(Role.UNIT_LIAISON)

    assert f'data-qy-post="{posts[0].pk}"' in signed_in(acting(posts[0])).get(reverse("account")).content.decode()
    assert "data-qy-post" not in signed_in(acting(one)).get(reverse("account")).content.decode()


def test_a_form_sent_after_the_post_has_ended_is_not_taken(signed_in: Any) -> None:
    case = a_rectification(State.REMEDYING)
    liaison = a_post(Role.UNIT_LIAISON, case.unit)
    client = signed_in(acting(liaison))
    page = client.get(reverse("step", args=[case.pk, "report_progress"]))
    before = Event.objects.filter(case=case).count()

    Post.objects.filter(pk=liaison.pk).update(to_on=timezone.localdate() - timedelta(1))
    answer = client.post(reverse("step", args=[case.pk, "report_progress"]), {"text": "已部署", "percent": "10"})

    assert (page.status_code, answer.status_code) == (200, 403)
    assert Event.objects.filter(case=case).count() == before
