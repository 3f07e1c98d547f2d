"""The text of a law splits into its articles without losing or doubling one, and says what it did not understand."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest

from inspections.law_texts import reader, references
from inspections.law_texts.clauses import clauses, words_of
from inspections.law_texts.references import Reference, reference_of
from inspections.law_texts.splitting import LawText, split
from tests.inspections.laws import NEW, OLD
from ui.hostile.unfit import UnfitError

pytestmark = pytest.mark.once(reason="pure Python: no database is asked")


def law(*lines: str, **given: Any) -> LawText:
    return split(["某某办法", *lines], **given)


def labels(text: LawText) -> list[str]:
    return [one.label for one in text.articles]


def barred(text: LawText) -> list[str]:
    return [remark.said for remark in text.remarks if remark.bars]


def a_docx(*paragraphs: str, pictures: int = 0, body: str = "") -> io.BytesIO:
    written = "".join(f"<w:p><w:r><w:t>{words}</w:t></w:r></w:p>" for words in paragraphs)
    written += "<w:p><w:r><w:drawing/></w:r></w:p>" * pictures + body
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr(
            "word/document.xml",
            f'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{written}'
            "</w:body></w:document>",
        )
    file.seek(0)
    return file


def read(file: io.BytesIO, name: str) -> dict[str, Any]:
    (found,) = reader.read(file, {"label": name})
    return dict(found["law"])


def test_chapters_articles_days_and_title_are_read() -> None:
    text = split(NEW.splitlines())

    assert (text.title, text.n_headings, labels(text)) == (
        "某市执法公示条例", 2, ["第一条", "第二条", "第三条", "第四条"]
    )  # fmt: skip
    assert [one.place for one in text.articles] == ["第一章 总则"] * 3 + ["第二章 附则"]
    assert (text.said.adopted_on, text.said.in_force_from) == ("2023-09-01", "2024-01-01")
    assert (text.n_clauses, text.remarks) == ((6, 2), [])


def test_a_number_inside_a_text_begins_no_article() -> None:
    text = law(
        "第一条 依照本办法第三条处理。", "第三条规定的事项除外。", "第二条 甲。", "第二条第一款所称乙，是指丙。",
        "第三条 丁。",
    )  # fmt: skip

    assert labels(text) == ["第一条", "第二条", "第三条"]
    assert text.articles[0].paragraphs == ["依照本办法第三条处理。", "第三条规定的事项除外。"]
    assert text.articles[1].paragraphs[1] == "第二条第一款所称乙，是指丙。"


def test_a_heading_without_a_space_is_one_and_a_reference_to_a_chapter_is_none() -> None:
    text = law("第一章总则", "第一条 甲。", "第一章规定的除外", "第二章行政许可的设定和规划", "第二条 乙。")

    assert [one.place for one in text.articles] == ["第一章 总则", "第二章 行政许可的设定和规划"]
    assert text.articles[0].paragraphs == ["甲。", "第一章规定的除外"]


def test_an_article_without_a_space_behind_its_number_is_read() -> None:
    assert labels(law("第一条为了规范，制定本办法。", "第二条甲。", "第三条乙。")) == ["第一条", "第二条", "第三条"]


def test_an_inserted_article_follows_the_one_it_was_inserted_behind() -> None:
    text = law("第一百二十条 甲。", "第一百二十条之一 乙。", "第一百二十条之二　丙。", "第一百二十一条 丁。")

    assert labels(text) == ["第一百二十条", "第一百二十条之一", "第一百二十条之二", "第一百二十一条"]
    assert [remark.said for remark in text.remarks if "跳号" in remark.said or "倒退" in remark.said] == []


def test_an_article_as_long_as_a_law_bars_the_text() -> None:
    text = law("第一条 制定本办法。", "第二条 分条。", *["没有分开的一段" * 100] * 80)

    assert barred(text) == ["第二条有 56003 个字，多半是后面的条没有分开，请改正原文后重新上传"]


def test_a_doubled_article_bars_the_text_and_says_where() -> None:
    text = law("第一条 甲。", "第二条 乙。", "第三条 丙。", "第三条 丁。", "第四条 戊。")

    assert len(text.articles) == 5
    assert barred(text) == ["第三条出现两次（文件第 4 段和第 5 段），请改正原文后重新上传"]


def test_a_gap_is_told_and_does_not_bar() -> None:
    text = law("第一条 甲。", "第二条 乙。", "第四条 丙。")

    assert barred(text) == []
    assert "条号跳号：第二条之后是第四条，请核对有没有漏" in [remark.said for remark in text.remarks]


def test_the_table_of_contents_is_no_place_of_an_article() -> None:
    contents = ("目　　录", "第一编 总则", "第一章 一般规定", "第二章 附则")
    text = law(*contents, "第一编 总则", "第一章 一般规定", "第一节 原则", "第一条 甲。", "第二章 附则", "第二条 乙。")

    assert text.n_headings == 4
    assert [one.place for one in text.articles] == [
        "第一编 总则 / 第一章 一般规定 / 第一节 原则",
        "第一编 总则 / 第二章 附则",
    ]


def test_what_follows_the_last_article_is_kept_as_it_is() -> None:
    text = law("第一条 甲。", "附件1：收费目录", "第一条 不是条文。", "说明。")

    assert labels(text) == ["第一条"]
    assert text.annex == ["附件1：收费目录", "第一条 不是条文。", "说明。"]


def test_no_paragraph_is_lost() -> None:
    lines = [line.replace("　", " ").strip() for line in [*NEW.splitlines(), "无主的一段"] if line.strip()]
    text = split([*NEW.splitlines()[:2], "无主的一段", *NEW.splitlines()[2:]])

    kept = [text.title, *text.head, *(words for one in text.articles for words in one.paragraphs), *text.annex]
    assert all(any(line.endswith(words) for words in kept) or "章" in line for line in lines)


def test_a_day_before_the_adoption_is_not_proposed_but_told() -> None:
    text = split(OLD.replace("通过）", "通过 2021年6月1日修正）").splitlines())

    assert (text.said.adopted_on, text.said.in_force_from, text.said.named) == ("2021-06-01", "", "2018-05-01")
    assert len([remark for remark in text.remarks if "早于本版的通过日期" in remark.said]) == 1


def test_what_it_repeals_is_read() -> None:
    text = law("第一条 本办法自2024年1月1日起施行。2010年2月3日发布的《甲办法》、《乙规定》同时废止。")

    assert text.said.repeals == ["甲办法", "乙规定"]


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (a_docx("某某办法", pictures=3), "正文是图片（3 张），读不出条文，请上传文字版"),
        (
            a_docx("某某办法", body="<w:p><w:pPr><w:numPr/></w:pPr><w:r><w:t>为了规范</w:t></w:r></w:p>"),
            "没有读到“第一条”：条号是 Word 自动编号，不在文字里，请另存为纯文本（txt）后上传",
        ),
        (a_docx("某某意见", "一、总体要求"), "没有读到“第一条”这样的条文，请核对是不是法律、法规、规章的全文"),
    ],
    ids=["pictures", "numbered by the program", "no law"],
)
def test_a_text_without_articles_says_why(file: io.BytesIO, said: str) -> None:
    assert [remark["said"] for remark in read(file, "某某办法.docx")["remarks"] if remark["bars"]] == [said]


def test_a_docx_a_txt_and_an_old_txt_give_the_same() -> None:
    of_docx = read(a_docx(*NEW.splitlines()), "条例.docx")

    assert of_docx == read(io.BytesIO(NEW.encode()), "条例.txt") == read(io.BytesIO(NEW.encode("gb18030")), "条例.txt")


@pytest.mark.parametrize(
    ("file", "name"),
    [
        (io.BytesIO(NEW.encode()), "条例.docx"),
        (io.BytesIO(b"\xff\x00\x81\x00"), "条例.txt"),
        (a_docx("机密★", "第一条 甲。"), "条例.docx"),
        (io.BytesIO(b"PK\x03\x04"), "条例.docx"),
    ],
    ids=["renamed", "no text", "marked", "damaged"],
)
def test_a_file_that_may_not_be_taken_is_refused_in_words(file: io.BytesIO, name: str) -> None:
    with pytest.raises(UnfitError, match=name):
        read(file, name)


def test_a_thousand_pages_are_read() -> None:
    lines = [f"第{n}条 {'字' * 500}" for n in range(1, 1_900)]

    assert len(read(a_docx(*lines), "法典.docx")["articles"]) == 1_899


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("58", Reference(58)), ("第五十八条", Reference(58)), ("第58条第1款", Reference(58, 0, 1)),
        ("五十八", Reference(58)),
        ("第一百二十条之一", Reference(120, 1)), ("120之一", Reference(120, 1)),
        ("第十条第二款第（三）项", Reference(10, 0, 2, 3)),
        ("附件二", None), ("第三款", None), ("2021", None), ("0", None), ("", None),
    ],
)  # fmt: skip
def test_an_article_is_called_in_figures_or_characters(typed: str, meant: Reference | None) -> None:
    assert reference_of(typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("处罚法 58", ("处罚法", Reference(58))), ("行政处罚法第五十八条", ("行政处罚法", Reference(58))),
        ("《行政处罚法》第58条第二款", ("行政处罚法", Reference(58, 0, 2))), ("处罚法58", ("处罚法", Reference(58))),
        ("第一责任人职责规定 3", ("第一责任人职责规定", Reference(3))), ("法制审核", None), ("58", None),
        ("2025条例第三十三条", ("2025条例", Reference(33))),
    ],
)  # fmt: skip
def test_a_law_and_its_article_are_taken_apart(typed: str, meant: Any) -> None:
    assert references.named(typed) == meant


def test_paragraphs_are_kuan_and_numbered_ones_belong_to_the_kuan_before() -> None:
    text = "\n".join(split(NEW.splitlines()).articles[2].paragraphs)

    assert [(clause.words[:6], len(clause.items)) for clause in clauses(text)] == [
        ("执法结果应当", 0), ("公示的内容包", 2), ("前款规定以外", 0)
    ]  # fmt: skip
    assert words_of(text, Reference(3, 0, 2, 2)) == "公示的内容包括：\n（二）违法事实和依据。"
    assert (words_of(text, Reference(3, 0, 4)), words_of(text, Reference(3, 0, 2, 3))) == ("", "")
