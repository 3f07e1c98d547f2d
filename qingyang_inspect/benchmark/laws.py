"""条文库 at the size that an office may come to: 3 000 documents, 150 000 articles, made of an office's words."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from inspections.law_texts.references import article_label
from inspections.models import Article, ArticleWords, Basis, LawVersion
from inspections.services.law_search import tokens_of
from qingyang_inspect.benchmark.loading import Table

N_LAWS, N_ARTICLES = 3_000, 50  # articles of each
OF_AN_OFFICE = (
    "行政机关 人民政府 主管部门 公民 法人 其他组织 许可 处罚 强制 复议 诉讼 监督 检查 审核 公示 公开 记录 档案 证据 "
    "听证 告知 送达 执行 期限 程序 决定 规定 标准 责任 义务 权利 申请 受理 审查 批准 备案 登记 公告 土地 耕地 基本农田 "
    "粮食 食品 药品 价格 道路 运输 安全 生产 环境 生态 黄河 流域 水资源 规划 建设 项目 工程 招标 采购 款项 支付 企业 "
    "市场 竞争 信用 数据 信息 网络 服务 平台 经营者 消费者 合同 保证金 罚款 没收 责令 改正 吊销 暂扣 县级 以上 国务院 "
    "省级 会同 有关 依法 及时 定期 组织 开展 建立 健全 制度 机制 评估 报告 统计 培训 宣传 保障 经费 人员 资格 考核"
)
WORDS = OF_AN_OFFICE.split()
RARE = "跨县水事纠纷调处"  # stands in one article
AFTER = "应当不得可以"


def missing() -> bool:
    return not LawVersion.objects.exists()


@transaction.atomic
def load() -> None:
    """Write them all."""
    first = (Basis.objects.order_by("-pk").values_list("pk", flat=True).first() or 0) + 1
    bases = {pk: Basis(pk=pk, name=f"测量{n:04}条例", short_name=f"测量{n:04}条例") for n, pk in _numbered(first)}
    Table(Basis, ("id", "code", "name", "short_name")).write(
        (pk, f"CL{n:04}", bases[pk].name, bases[pk].short_name) for n, pk in _numbered(first)
    )
    at = timezone.now().strftime("%Y-%m-%d %H:%M:%S")
    since = date(2020, 1, 1).isoformat()
    names = ("id", "basis_id", "adopted_on", "in_force_from", "file_name", "digest", "confirmed_at")
    Table(LawVersion, names).write((n, pk, since, since, "条例.txt", "0" * 64, at) for n, pk in _numbered(first))
    articles = list(_articles())
    Table(Article, ("id", "version_id", "seq", "number", "text")).write(articles)
    Table(ArticleWords, ("article_id", "tokens")).write(
        (pk, tokens_of(Article(text=text), bases[first + version - 1])) for pk, version, _, _, text in articles
    )


def pages() -> list[tuple[str, str]]:
    """Return what is asked: by number, by a frequent word, by words, by words that stand once."""
    if missing():
        return []
    looks = {"条号": f"测量0777条例{article_label(33)}", "常见词": "应当", "几个词": "耕地 审核", "少见词": RARE}
    return [(f"查条文，{name}", f"/laws/articles/?look={typed}") for name, typed in looks.items()]


def _numbered(first: int) -> Iterator[tuple[int, int]]:
    return ((n, first + n - 1) for n in range(1, N_LAWS + 1))


def _articles() -> Iterator[tuple[Any, ...]]:
    rng = random.Random(20200101)  # noqa: S311  the same each time
    for version in range(1, N_LAWS + 1):
        for number in range(1, N_ARTICLES + 1):
            text = "\n".join(_sentence(rng) for _ in range(rng.randint(1, 3)))
            if (version, number) == (N_LAWS // 2, 7):
                text += RARE
            yield (version - 1) * N_ARTICLES + number, version, number, number, text


def _sentence(rng: random.Random) -> str:
    said = rng.choices(WORDS, k=14)
    at = rng.randrange(0, len(AFTER), 2)
    return f"{''.join(said[:4])}{AFTER[at : at + 2]}{''.join(said[4:9])}，{''.join(said[9:])}。"
