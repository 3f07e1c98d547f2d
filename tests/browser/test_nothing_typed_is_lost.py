"""What a person typed survives the network, the session and the browser, and nothing is done twice.

docs/decisions/0020-drafts-receipts-pending-files.md.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from casework.models import Attachment, Case, PendingFile
from inspections.enums import Method
from inspections.models import Finding
from organizations.enums import Role
from organizations.models import SentForm, SignIn, User
from organizations.sessions import ACTIVE_AT, SessionStore
from qingyang_inspect.shots import CHROMIUM_FLAGS
from rectification import services
from rectification.enums import State
from tests.conftest import CHROMIUM
from tests.factories import Cast, TopicFactory, a_campaign, a_cause, a_rectification
from tests.papers import PDF

pytestmark = [
    pytest.mark.browser,
    pytest.mark.once(reason="what a browser keeps; receipts and kept files are asked on both databases elsewhere"),
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True, databases=["default", "reading"]),
]
PASSWORD = "Qingyang-2026"
WORDS = "抽查执法案卷 20 份，其中 3 份未经法制审核即作出处罚决定。"
BAD_DAY = "document.getElementById('id_done_on').validity.badInput"
WATCHES_THE_BAR = """new MutationObserver(() => {
  const bar = document.querySelector("progress[data-qy-sent]");
  if (bar) sessionStorage.bar = (sessionStorage.bar || "") + bar.parentElement.textContent;
}).observe(document.body, { subtree: true, childList: true, characterData: true })"""
PHONE = {"viewport": {"width": 390, "height": 844}, "locale": "zh-CN", "timezone_id": "Asia/Shanghai"}


class Browser:
    """A browser with a profile of its own on disk, that can be killed and started again."""

    def __init__(self, play: Any, profile: Path, address: str) -> None:
        self.play, self.profile, self.address = play, profile, address
        self.start()

    def start(self) -> None:
        self.context = self.play.chromium.launch_persistent_context(
            str(self.profile), executable_path=CHROMIUM, args=list(CHROMIUM_FLAGS), **PHONE
        )
        self.page = self.context.pages[0]
        self.page.set_default_timeout(15_000)

    def kill(self) -> None:
        """End the browser as a phone does that has no battery left: nothing is said to it."""
        lock = os.readlink(self.profile / "SingletonLock")
        os.kill(int(lock.rpartition("-")[2]), signal.SIGKILL)
        time.sleep(0.5)
        for left in self.profile.glob("Singleton*"):
            left.unlink()
        self.start()

    def go(self, path: str) -> None:
        self.page.goto(self.address + path)

    def sign_in(self, user: User) -> None:
        user.set_password(PASSWORD)
        user.save()
        self.go("/sign-in/")
        self.enter(user)

    def enter(self, user: User) -> None:
        """Fill in the page of signing in that stands there."""
        self.page.fill("input[name=username]", user.username)
        self.page.fill("input[name=password]", PASSWORD)
        self.page.click("main form button[type=submit]")
        self.page.wait_for_selector("header.qy-bar")

    def choose(self, name: str, text: str) -> None:
        finder = self.page.locator(f"#id_{name}-find")
        if finder.count():
            finder.fill(text)
            finder.press("Tab")
        else:
            self.page.select_option(f"#id_{name}", label=text)

    def says(self, text: str) -> None:
        self.page.wait_for_selector(f"main >> text={text}")

    def send(self, button: str) -> None:
        with self.page.expect_navigation():
            self.page.click(button)


@pytest.fixture
def phone(play: Any, tmp_path: Path, live_server: Any) -> Iterator[Browser]:
    one = Browser(play, tmp_path / "profile", live_server.url)
    yield one
    one.context.close()


KEEP = "main button[value=keep] >> nth=1"  # the first is what Enter presses, and is not seen
TYPED = ("unit", "method", "topic", "discovered_on", "statement")


def typed_on(phone: Browser) -> dict[str, Any]:
    """What stands in the form of a finding."""
    found: dict[str, Any] = {name: phone.page.input_value(f"#id_{name}") for name in TYPED}
    return found | {"severity": phone.page.locator("input[name=severity]:checked").get_attribute("value")}


def write_a_finding(phone: Browser, unit: str) -> dict[str, Any]:
    """Type and choose what a finding asks for first; return what then stands in the form."""
    phone.choose("unit", unit)
    phone.page.fill("#id_statement", WORDS)
    phone.choose("topic", str(TopicFactory()))
    phone.page.evaluate("document.querySelector(\"input[name=severity][value='2']\").click()")
    phone.choose("method", Method.choices[2][1])
    return typed_on(phone)


def test_an_inspector_on_a_phone_loses_nothing_and_doubles_nothing(phone: Browser) -> None:
    """The network goes away twice, the session ends once, the browser is killed once."""
    TopicFactory()
    campaign = a_campaign()
    inspector = campaign.teams.get().members.get(duty="member").post.user
    phone.sign_in(inspector)
    phone.go("/findings/new/")
    written = write_a_finding(phone, campaign.units.get().unit.short_name)

    phone.context.set_offline(True)  # the network goes away for the first time
    phone.says("现在没有网络")
    phone.page.click(KEEP)
    phone.says("没有发出去，写的内容都在")
    assert (typed_on(phone), Finding.objects.count()) == (written, 0)
    phone.context.set_offline(False)
    phone.says("网络恢复了，请再发一次")

    phone.kill()
    phone.go("/")  # the cookie of a session is gone with the browser
    phone.enter(inspector)
    phone.says("写的内容没有交出，存在本机：")  # the first page knows of it
    phone.page.click("main a:text-is('录入问题') >> nth=1")
    phone.says("写的内容没有交出")
    phone.page.click("button:text-is('取回')")
    assert typed_on(phone) == written

    SignIn.objects.all().delete()  # the session ends
    phone.page.click(KEEP)
    phone.says("登录已经失效")
    phone.page.click("a:text-is('重新登录')")
    phone.says("您还没有登录，或者登录已经失效")
    phone.enter(inspector)
    phone.says("已取回")
    assert typed_on(phone) == written

    lose_the_answer(phone)  # the network goes away for the second time
    assert Finding.objects.count() == 1
    phone.send("button:text-is('再发一次')")
    phone.says("没有重复办理")
    assert stored() == written


def lose_the_answer(phone: Browser) -> None:
    """Send the form; it arrives, and the network is gone before the answer comes."""
    phone.page.route("**/findings/new/**", lambda route: (route.fetch(), route.abort()))
    phone.page.click(KEEP)
    phone.says("没有发出去，写的内容都在")
    phone.page.unroute("**/findings/new/**")


def stored() -> dict[str, Any]:
    """The one finding there is, as its form would show it."""
    finding = Finding.objects.get()
    card = finding.case
    return {
        "unit": str(card.unit_id), "method": finding.method, "topic": str(card.topic_id),
        "discovered_on": f"{finding.discovered_on}", "statement": finding.statement, "severity": str(card.severity),
    }  # fmt: skip


def test_save_and_log_another_begins_with_an_empty_form(phone: Browser) -> None:
    campaign = a_campaign()
    phone.sign_in(campaign.teams.get().members.get(duty="member").post.user)
    phone.go("/findings/new/")
    phone.choose("unit", campaign.units.get().unit.short_name)
    phone.page.fill("#id_statement", WORDS)

    phone.send("main button[value=again]")
    phone.page.wait_for_load_state("networkidle")

    assert phone.page.input_value("#id_statement") == ""
    assert phone.page.locator("text=没有交出").count() == 0
    assert (Finding.objects.count(), SentForm.objects.count()) == (1, 1)


def test_a_good_file_beside_a_bad_one_and_a_wrong_date_need_not_be_chosen_again(phone: Browser, tmp_path: Path) -> None:
    case = a_rectification(State.REMEDYING)
    measure = case.measures.first()
    assert measure is not None
    before = Attachment.objects.count()
    good, bad = tmp_path / "照片说明.pdf", tmp_path / "程序.exe"
    good.write_bytes(PDF + b"%" + bytes(2 << 20))
    bad.write_bytes(b"MZ")
    phone.sign_in(liaison_of(case))
    phone.go(f"/measures/{measure.pk}/complete/")
    phone.page.evaluate(WATCHES_THE_BAR)
    phone.page.fill("#id_result", "已复核全部案卷。")
    phone.page.fill("#id_done_on", "2001-01-01")
    phone.page.set_input_files("#id_evidence-0-files", [str(good), str(bad)])

    phone.page.click("main form button[type=submit]")
    phone.says("不是可以上传的格式")
    phone.page.wait_for_selector(".qy-kept")
    assert "已传完，正在检查文件。" in phone.page.evaluate("sessionStorage.bar")  # the bar came to its end
    assert phone.page.locator(".qy-kept").inner_text().split("\n")[0].strip() == "照片说明.pdf"
    assert PendingFile.objects.count() == 1
    assert phone.page.input_value("#id_result") == "已复核全部案卷。"
    phone.page.fill("#id_done_on", f"{timezone.localdate()}")
    phone.send("main form button[type=submit]")

    phone.says("佐证")
    assert [file.name for file in measure.evidence.all()][-1:] == ["照片说明.pdf"]
    assert (Attachment.objects.count() - before, PendingFile.objects.count()) == (1, 0)


def test_a_day_that_does_not_exist_stays_as_typed_and_is_told_in_words(phone: Browser) -> None:
    case = a_rectification(State.REMEDYING)
    measure = case.measures.first()
    assert measure is not None
    phone.sign_in(liaison_of(case))
    phone.go(f"/measures/{measure.pk}/complete/")
    phone.page.fill("#id_result", "已复核全部案卷。")
    for typed in ("20260230", "02302026"):  # as the browser orders year, month and day
        phone.page.fill("#id_done_on", "")
        phone.page.focus("#id_done_on")
        phone.page.keyboard.type(typed)
        if phone.page.evaluate(BAD_DAY):
            break
    assert phone.page.evaluate(BAD_DAY)

    phone.page.click("main form button[type=submit]")

    phone.says("不是有效的日期")
    assert "完成日期" in phone.page.locator(".qy-no-day").inner_text()
    assert phone.page.evaluate(BAD_DAY)


def test_rows_of_a_plan_come_back_and_a_colleagues_change_stays(phone: Browser) -> None:
    """Rows that were added, and only what was changed: what somebody else wrote meanwhile is not written over."""
    case = a_rectification(State.PLAN)
    cast = Cast(case)
    services.save_plan(
        case,
        cast(Role.UNIT_LIAISON),
        A_HEAD | {"cause_id": a_cause().pk},
        [a_measure("复核案卷"), a_measure("补办审核")],
        seen=None,
    )
    phone.sign_in(cast.posts[Role.UNIT_LIAISON].user)
    phone.go(f"/rectifications/{case.pk}/plan/")
    phone.page.fill("#id_goal", "二十份案卷全部补办法制审核")
    phone.page.fill("#id_measures-1-owner", "监督科")
    for n, text in ((2, "培训"), (3, "建立制度")):
        phone.page.click("button:text-is('再加一条措施')") if n == 3 else None
        phone.page.fill(f"#id_measures-{n}-content", text)
        phone.page.fill(f"#id_measures-{n}-due_on", f"{timezone.localdate() + timedelta(9)}")
        phone.page.fill(f"#id_measures-{n}-owner", "法规科")
        phone.page.fill(f"#id_measures-{n}-deliverable", "签到表")
        phone.page.fill(f"#id_measures-{n}-standard", "人人签到")
    first = case.measures.order_by("n").first()
    changed = A_HEAD | {"leader_title": "分管副局长"}
    rows = [a_measure("复核全部案卷", pk=first.pk), *(a_measure(m.content, pk=m.pk) for m in case.measures.all()[1:])]
    services.save_plan(case, cast(Role.UNIT_HEAD), changed, rows, seen=None)

    phone.page.click("main form button[type=submit]")
    phone.says("本件已由他人办理")
    phone.page.click("a:text-is('按现在的样子重新打开，带上我的改动')")
    phone.says("已取回")

    stands = {name: phone.page.input_value(f"#id_{name}") for name in ("goal", "leader_title", "measures-0-content")}
    assert stands == {
        "goal": "二十份案卷全部补办法制审核", "leader_title": "分管副局长", "measures-0-content": "复核全部案卷",
    }  # fmt: skip
    phone.send("main form button[type=submit]")
    phone.says("已保存整改方案")
    measures = [(m.content, m.owner) for m in case.measures.order_by("n")]
    assert measures == [("复核全部案卷", "法规科"), ("补办审核", "监督科"), ("培训", "法规科"), ("建立制度", "法规科")]


def test_a_draft_is_seen_by_nobody_else_at_the_same_computer(phone: Browser) -> None:
    case = a_rectification(State.CLAIM)
    cast = Cast(case)
    phone.sign_in(cast.posts[Role.UNIT_LIAISON].user)
    phone.go(f"/cases/{case.pk}/steps/dispute/")
    phone.page.fill("#id_reason", "此项职责不在本单位。")
    phone.page.wait_for_selector("text=草稿已存在本机")
    phone.context.clear_cookies()

    phone.sign_in(cast.posts[Role.UNIT_HEAD].user)
    phone.go(f"/cases/{case.pk}/steps/dispute/")
    phone.page.wait_for_load_state("networkidle")
    assert phone.page.locator("text=没有交出").count() == 0
    phone.context.clear_cookies()
    phone.sign_in(cast.posts[Role.UNIT_LIAISON].user)
    phone.go(f"/cases/{case.pk}/steps/dispute/")

    phone.says("此项职责不在本单位")


def test_a_form_for_several_cases_is_there_again_after_the_session_ended(phone: Browser) -> None:
    cases = [a_rectification(State.PLAN_REVIEW) for _ in range(2)]
    staff = Cast(cases[0]).posts[Role.OFFICE_STAFF].user
    phone.sign_in(staff)
    phone.go(f"/cases/batch/rectification/?{'&'.join(f'case={case.pk}' for case in cases)}")  # as ticked in the list
    phone.send("button:text-is('退回整改方案')")
    phone.page.fill("#id_reason", "两件的时限都没有写明，请逐条补上。")

    SignIn.objects.all().delete()
    phone.page.click("button[name=apply]")
    phone.says("登录已经失效")
    phone.page.click("a:text-is('重新登录')")
    phone.enter(staff)

    phone.says("已取回")
    assert phone.page.input_value("#id_reason") == "两件的时限都没有写明，请逐条补上。"
    phone.page.evaluate("scrollTo(0, document.body.scrollHeight)")
    phone.page.click("button[name=apply]")
    phone.says("已办理“退回整改方案”")
    assert phone.page.evaluate("scrollY") == 0  # what came of it stands on top
    assert {Case.objects.get(pk=case.pk).state for case in cases} == {State.PLAN_RETURNED}


def test_what_came_of_a_step_is_told_when_one_comes_back_to_it(phone: Browser) -> None:
    case = a_rectification(State.SIGN)
    phone.sign_in(Cast(case).posts[Role.UNIT_LIAISON].user)
    phone.go(f"/cases/{case.pk}/steps/sign/")
    phone.send("main form button[type=submit]")

    phone.go(f"/cases/{case.pk}/steps/sign/")

    phone.says("这一步已经办过")
    assert phone.page.locator("main a:text-is('看本件现在的样子')").get_attribute("href") == case.get_absolute_url()


def test_being_idle_saves_before_signing_out(phone: Browser, settings: Any) -> None:
    """The clock of the page runs ahead; the server is told by the session that nobody was there."""
    campaign = a_campaign()
    inspector = campaign.teams.get().members.get(duty="member").post.user
    phone.page.clock.install()
    phone.sign_in(inspector)
    phone.go("/findings/new/")
    phone.page.fill("#id_statement", WORDS)
    phone.page.clock.fast_forward((settings.IDLE_MINUTES - 2) * 60_000 + 1000)
    phone.says("分钟后自动退出")
    for row in SignIn.objects.all():
        data = row.get_decoded() | {ACTIVE_AT: int(time.time()) - (settings.IDLE_MINUTES + 2) * 60}
        SignIn.objects.filter(pk=row.pk).update(session_data=SessionStore().encode(data))

    with phone.page.expect_navigation():
        phone.page.clock.fast_forward(4 * 60_000)

    phone.says("没有操作，已自动退出")
    phone.enter(inspector)
    phone.says("已取回")
    assert phone.page.input_value("#id_statement") == WORDS


def liaison_of(case: Case) -> User:
    user: User = Cast(case).posts[Role.UNIT_LIAISON].user
    return user


A_HEAD = {"goal": "全部补办", "leader_title": "局长", "owner": "法规科"}


def a_measure(content: str, pk: int | None = None) -> services.MeasureDraft:
    return services.MeasureDraft(content, "法规科", timezone.localdate() + timedelta(9), "复核记录", "逐份复核", pk)
