"""Evidence is dropped and pasted, and looked at beside its measure in the page of the case, with the keyboard."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from organizations.enums import Role
from rectification.enums import State
from rectification.models import Proof
from tests.browser.test_whole_chain import Person
from tests.factories import Cast, a_rectification
from tests.papers import PDF, PNG

pytestmark = [
    pytest.mark.browser,
    pytest.mark.once(reason="what a browser does with files; what is filed is asked on both databases"),
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True, databases=["default", "reading"]),
]
GIVES = """([how, files]) => {
  const held = new DataTransfer();
  files.forEach(([name, type, bytes]) => held.items.add(
    new File([Uint8Array.from(atob(bytes), (one) => one.charCodeAt(0))], name, { type })));
  const event = how === "paste"
    ? new ClipboardEvent("paste", { clipboardData: held, bubbles: true, cancelable: true })
    : new DragEvent("drop", { dataTransfer: held, bubbles: true, cancelable: true });
  document.querySelector("[data-qy-drop]").dispatchEvent(event);
}"""


def gives(person: Person, how: str, **files: bytes) -> None:
    types = {"pdf": "application/pdf", "png": "image/png"}
    held = [
        (name.replace("_", "."), types[name[-3:]], base64.b64encode(content).decode())
        for name, content in files.items()
    ]
    person.page.evaluate(GIVES, [how, held])


def test_evidence_is_dropped_and_pasted_and_looked_at_in_the_page(browser: Any, live_server: Any) -> None:
    case = a_rectification(State.REMEDYING)
    measure = case.measures.order_by("n")[0]
    liaison = Person(browser, live_server.url, Cast(case).posts[Role.UNIT_LIAISON].user)
    page = liaison.page

    liaison.go(f"/measures/{measure.pk}/complete/")
    page.fill("#id_result", "已建台账，逐份复核。")
    gives(liaison, "drop", 制度_pdf=PDF, 台账_pdf=PDF + b"% another")
    gives(liaison, "paste", image_png=PNG)
    page.fill("#id_evidence-1-place", "第 2 页")
    assert page.locator("[data-qy-count]").inner_text() == "已选 3 件"
    liaison.looks_right()
    liaison.send("main form button[type=submit]:text-is('保存完成情况')")

    filed = list(Proof.objects.filter(measure=measure).order_by("pk").values_list("file__name", "place"))
    assert [(name[:2], place) for name, place in filed] == [("制度", ""), ("台账", "第 2 页"), ("粘贴", "")]

    page.click("table.qy-verdicts a:text-is('制度.pdf')")
    page.wait_for_selector("[data-qy-beside] iframe[title='制度.pdf']")
    liaison.looks_right()
    page.keyboard.press("]")
    page.wait_for_selector("[data-qy-beside] iframe[title='台账.pdf']")
    page.keyboard.press("]")
    page.wait_for_selector("[data-qy-beside] .qy-looked img")
    assert page.url.endswith(case.get_absolute_url())
    page.click("[data-qy-shut]")
    assert page.evaluate("document.activeElement.textContent") == "制度.pdf"

    page.set_viewport_size({"width": 390, "height": 844})
    liaison.go(f"/rectifications/{case.pk}/evidence/")
    liaison.looks_right()
