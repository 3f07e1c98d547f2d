"""What looks like personal data in the text of a publicity, and what does not."""

from __future__ import annotations

import pytest

from rectification.workflow.publicity import personal_data

pytestmark = pytest.mark.once(reason="pure Python: no database is asked")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("身份证号 622801198001011234 的来电人", ["身份证号 622801198001011234"]),
        ("身份证 62280119800101123X", ["身份证号 62280119800101123X"]),
        ("请拨打13909340001。", ["手机号 13909340001"]),
        ("请拨打 139 0934 0001 或 139-0934-0002", ["手机号 139 0934 0001", "手机号 139-0934-0002"]),
        ("身份证号 622801 19800101 1234", ["身份证号 622801 19800101 1234"]),
        ("已向张建国同志当面说明", ["姓名 张建国"]),
        ("投诉人：李芳，已回访", ["姓名 李芳"]),
        ("村民王有才反映的渠道", ["姓名 王有才"]),
        ("当事人陈述申辩已记入案卷", []),
        ("村民王某反映，已向李某某先生说明", []),
        ("联系电话 0934-8210000，统一社会信用代码 11621000MB1234567X", []),
        ("抽查 20 份案卷，2026 年 11 月 27 日前完成，庆市发〔2026〕8 号", []),
        ("居民高度关注，负责人和联络员已到场", []),
    ],
)
def test_what_looks_like_personal_data_is_named_by_kind(text: str, found: list[str]) -> None:
    assert personal_data(text) == found
