"""市级整改工作方案: ten problems with thirty required measures, claimed by 30 units; nine settled as a whole.

The numbers are the city's (docs/domain/samples.md 10.1); the units, measures and words are invented.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from casework.models import Case
from inspections.services import Switches
from organizations.enums import Role
from qingyang_inspect.demonstration import story
from rectification import services
from rectification.models import Aspect, Demand, Programme

if TYPE_CHECKING:
    from qingyang_inspect.demonstration.loader import Loader

TITLE = "法治建设领域突出问题市级整改"
COUNTIES = tuple(story.TOWNS)
SILENT = "市气象局"  # answers only when it was reminded
NOT_CONCERNED = {
    "市地震局": "本单位没有行政处罚、许可职权，本年没有制发规范性文件，没有涉诉案件，各方面都不涉及。",
    "市科协": "群团组织，没有行政执法和重大行政决策职责，普法、述法已纳入市直机关统一安排。",
}


class Problem(NamedTuple):
    """One problem as the programme has it, and the departments that claim it; the last concerns the counties."""

    title: str
    statement: str
    topic: str
    basis: str
    article: str
    demands: tuple[str, str, str]
    departments: tuple[str, ...]


PROBLEMS = (
    Problem("学习贯彻习近平法治思想制度化不够", "部分单位理论学习中心组没有把习近平法治思想列入年度专题，学习没有研讨。",
            "A01", "YJ10", "有关要求",
            ("把习近平法治思想列入理论学习中心组年度计划，每年专题研讨不少于 1 次",
             "把习近平法治思想列为干部培训主体班次必修内容", "每半年通报一次学习情况"),
            ("市委宣传部", "市委党校")),
    Problem("党政主要负责人履行第一责任人职责传导不到位", "部分单位主要负责人全年没有专题听取法治工作汇报，述法走形式。",
            "A02", "YJ02", "第五条",
            ("主要负责人每年专题听取法治工作汇报不少于 2 次", "述职报告单列述法内容并接受评议", "建立第一责任人履职纪实台账"),
            ("市委组织部", "市人社局")),
    Problem("重大行政决策程序执行不严", "部分重大行政决策没有公开征求意见，合法性审查滞后于集体讨论。",
            "A04", "YJ11", "第十五条",
            ("制定并公布年度重大行政决策事项目录", "合法性审查意见不齐的，不提交集体讨论", "对上年度以来的重大行政决策开展一次后评估"),
            ("市政府办", "市住建局")),
    Problem("行政规范性文件备案审查不及时", "部分规范性文件没有经合法性审核即印发，超过期限报送备案。",
            "A05", "YJ08", "有关要求",
            ("全面清理现行有效的行政规范性文件并公布目录", "规范性文件印发后 15 日内报送备案", "发文前设置规范性文件认定环节"),
            ("市司法局", "市农业农村局", "市林草局")),
    Problem("行政执法“三项制度”落实不平衡", "部分单位执法公示超期，重大执法决定没有法制审核，音像记录不全。",
            "A06", "FL01", "第五十八条",
            ("执法决定信息在规定期限内公示率达到 100%", "配齐法制审核人员，重大执法决定全部审核", "每季度开展一次案卷评查并通报"),
            ("市市场监管局", "市城管执法局", "市应急局")),
    Problem("行政应诉负责人出庭率不高", "部分一审行政诉讼案件负责人没有出庭，也没有书面说明。",
            "A08", "FL09", "第三条",
            ("制定负责人出庭应诉办法并报备", "没有出庭的案件逐件补交书面说明", "败诉案件一案一分析，结果报市委依法治市办"),
            ("市自然资源局", "市公安局", SILENT)),
    Problem("涉企执法检查频次偏多", "同一企业一年内被多个部门重复检查，检查计划没有统筹。",
            "A09", "FL11", "第十三条",
            ("制定并公布年度涉企检查计划，没有列入的不得检查", "推行联合检查，同一企业同一事项一年不超过 1 次",
             "检查前扫码登记，检查后公开结果"),
            ("市发展改革委", "市商务局", "市生态环境局")),
    Problem("普法责任制落实不到位", "部分单位普法责任清单多年没有修订，以案释法案例少。",
            "A10", "YJ10", "有关要求",
            ("修订“谁执法谁普法”责任清单并公开", "每季度发布 1 个以案释法案例", "年底前对普法责任落实情况开展一次评议"),
            ("市教育局", "市融媒体中心")),
    Problem("基层公共法律服务覆盖不足", "部分村（社区）法律顾问半年没有到岗，服务没有记录。",
            "A14", "YJ04", "有关要求",
            ("村（社区）法律顾问每月到岗服务不少于 1 次并留存记录", "调整不履职的法律顾问", "乡镇（街道）公共法律服务工作站公示服务时间和电话"),
            ("市民政局",)),
    Problem("县（区）涉法治建设议事协调机构人员力量薄弱", "部分县（区）依法治县（区）办专职人员不足 2 名，协调小组联络员变动频繁。",
            "A15", "YJ04", "有关要求",
            ("县（区）依法治县（区）办配备专职人员不少于 2 名", "协调小组联络员变动 10 个工作日内更新", "每年轮训一次法治督察岗位人员"),
            ("市委编办",)),
)  # fmt: skip
UNITS = (
    *COUNTIES,
    *(unit for problem in PROBLEMS for unit in problem.departments if unit != SILENT),
    SILENT,
    *NOT_CONCERNED,
)


def load_citywide(loader: Loader, items: dict[str, Any]) -> None:
    """Draft, issue and claim the programme; nine problems are remedied by all and settled, one is still under way."""
    Citywide(loader).tell(items)


class Citywide:
    """Takes the acts of the programme."""

    def __init__(self, loader: Loader) -> None:
        self.loader, self.acts, self.on = loader, loader.acts, loader.on

    def tell(self, items: dict[str, Any]) -> None:
        campaign = self.loader.campaign(
            "ZZ", TITLE, self.on(2, 20), self.on(4, 10), units=list(UNITS), item=items[TITLE], teams=0,
            switches=Switches(with_supervision=False, with_publicity=False),
        )  # fmt: skip
        self.acts.steps(campaign.case, [("begin_feedback", 0, self.acts.staff, {})], self.on(2, 24))
        programme = self._issue(Case.objects.get(pk=campaign.pk))
        self._claim(programme)
        cards = Case.objects.filter(rectification__finding__claimed__aspect__programme=programme).order_by("pk")
        for n, case in enumerate(cards.select_related("rectification__finding__claimed__aspect")):
            is_last = case.rectification.finding.claimed.aspect.n == len(PROBLEMS)
            if is_last:
                self._begin(case, n)
            else:
                self._remedy(case, n)
        for card in Case.objects.filter(aspect__programme=programme, state="ready").order_by("pk"):
            day = self.on(9, 25) + timedelta(card.aspect.n)
            words = "抽查认领单位，措施落实、佐证齐全，全市整体落实，同意销号。"
            self.acts.step(card, "close", day, self.acts.director, opinion=words)

    def _issue(self, within: Case) -> Programme:
        author, drafted = (lambda: self.acts.people.account("jingban2")), self.on(2, 25)
        with self.acts.day(drafted):
            programme = services.draft_programme(
                author(), within, title="庆阳市法治建设领域突出问题整改工作方案", claim_by=self.on(3, 20),
                purpose="坚持问题导向，逐项逐条对照落实，完成一件、销号一件。",
                aspects=[self._drafted(problem) for problem in PROBLEMS],
            )  # fmt: skip
        self.acts.steps(programme.case, [("submit", 1, author, {}), ("issue", 2, self.acts.director, {})], drafted)
        return Programme.objects.get(pk=programme.pk)

    def _drafted(self, problem: Problem) -> services.AspectDraft:
        topic, basis = self.acts.topics[problem.topic], self.acts.bases[problem.basis]
        return services.AspectDraft(
            problem.title,
            problem.statement,
            topic,
            basis,
            problem.article,
            self.on(12, 20),
            problem.demands,
            severity=2,
        )

    def _claim(self, programme: Programme) -> None:
        """Each department claims what it answers for, the counties the last; one waits to be reminded."""
        aspects = list(Aspect.objects.filter(programme=programme).prefetch_related("demands").order_by("n"))
        cards = Case.objects.filter(unitclaim__programme=programme).select_related("unitclaim").order_by("unit__place")
        late = None
        for n, card in enumerate(cards):
            if card.unit_name == SILENT:
                late = card
                continue
            self._answer(card, aspects, self.on(3, 3) + timedelta(n * 14 // len(UNITS)))
        with self.acts.day(self.on(3, 23), hour=9):
            services.remind_of_claim(programme, self.acts.staff())
        if late is not None:
            self._answer(late, aspects, self.on(3, 25))

    def _answer(self, card: Case, aspects: list[Aspect], on: date) -> None:
        unit, chosen = card.unit_name, {}
        for aspect, problem in zip(aspects, PROBLEMS, strict=True):
            claimants = problem.departments + (COUNTIES if aspect.n == len(PROBLEMS) else ())
            if unit in claimants:
                chosen[aspect.pk] = self._concern(list(aspect.demands.all()), claimants.index(unit), len(claimants))
        why = NOT_CONCERNED.get(unit, "其余方面由主管部门牵头，不属本单位职责。")
        with self.acts.day(on):
            services.answer_claim(card, self.acts.of(unit, Role.UNIT_LIAISON), chosen, why=why)
        self.acts.step(card, "accept", on + timedelta(2), lambda: self.acts.staff(unit), opinion="认领全面，同意。")

    def _concern(self, demands: list[Demand], n: int, of: int) -> list[int]:
        """Two measures of three concern a unit, by turns; who claims a problem alone claims all."""
        return [one.pk for m, one in enumerate(demands) if of == 1 or m != (n + 2) % 3]

    def _remedy(self, case: Case, n: int) -> None:
        """Make a required measure concrete now and then, and take the rectification to its closure."""
        if n % 3 == 0:
            with self.acts.day(case.opened_on + timedelta(2)):
                measure = case.measures.order_by("n")[0]
                liaison = self.acts.of(case.unit_name, Role.UNIT_LIAISON)
                services.change_measure(measure, liaison, content=f"{measure.content}，由分管领导牵头，6 月底前完成")
        self.loader.rectify(case, ())

    def _begin(self, case: Case, n: int) -> None:
        """县（区）人员力量: the plan is agreed, the measures are under way; two are followed by 年度回头看."""
        on = case.opened_on
        self.acts.write_plan(case, (), on + timedelta(3))
        self.acts.agree_plan(case, on + timedelta(5))
        words = "已协调编制部门，专职人员增加 1 名，仍不足 2 名，整改不彻底。"
        self.acts.progress(case, words, 40 + 5 * (n % 4), self.on(9, 25))
        if case.unit_name in COUNTIES[:2]:
            self.acts.book_look_back(case, self.on(10, 15), self.on(12, 10))
