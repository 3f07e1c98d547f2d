from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from organizations.enums import AccountAct
from organizations.records import ledger
from organizations.records.facts import all_facts
from organizations.services.account_log import log_act


class Command(BaseCommand):
    help = (
        "从没有存证的版本升级后运行一次，给各表的行补上存证；以后绕过程序改过行的（数据迁移、经批准的数据库修正），"
        "写明 --again 表名 和 --reason 原因重新存证，记入账号与机构日志"
    )

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--again", metavar="表", help="如 rectification.Measure：与存证不符的行按现状重新存证")
        parser.add_argument("--reason", default="", help="为什么重新存证，例如批准的文号")

    @transaction.atomic
    def handle(self, *args: Any, again: str | None, reason: str, **options: Any) -> None:
        facts = {fact.label: fact for fact in all_facts()}
        if again is None:
            n = ledger.take_over()
            self.stdout.write("已有存证，不再补" if n is None else f"已补上存证 {n} 行")
            return
        if again not in facts or not reason.strip():
            raise CommandError(f"请写明 --again（{'、'.join(facts)} 之一）和 --reason")
        for sentence in ledger.verify(facts[again]):
            self.stdout.write(sentence)
        n = ledger.record_anew(facts[again])
        log_act(None, AccountAct.RECORDED_ANEW, detail=f"{facts[again].word} {n} 行：{reason.strip()}")
        self.stdout.write(f"{facts[again].word}重新存证 {n} 行")
