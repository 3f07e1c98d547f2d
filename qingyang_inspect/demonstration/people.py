"""Invented persons: a demonstration account for each role, and a head and a liaison for each of the 84 units."""

from __future__ import annotations

from datetime import date
from itertools import count
from typing import NamedTuple

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from organizations import services
from organizations.actor import Actor
from organizations.enums import Role, UnitCategory
from organizations.models import Post, Unit, User
from ui.pinyin import initials

PASSWORD = "Qingyang-2026"  # noqa: S105  printed by `make run`; demonstration only
FAMILY = "李王张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
GIVEN = (
    "志远",
    "敏",
    "建军",
    "燕",
    "文博",
    "晓玲",
    "国栋",
    "慧",
    "立新",
    "海霞",
    "永强",
    "静",
    "宏伟",
    "丽娟",
    "春生",
    "雪梅",
    "少华",
    "秀兰",
    "振东",
    "婷",
)


class Account(NamedTuple):
    """A demonstration account: who it is and what to show with it."""

    username: str
    name: str
    unit: str
    role: Role
    title: str
    home: str = ""


ACCOUNTS = (
    Account("zhuren", "高文", "市委依法治市办", Role.OFFICE_DIRECTOR, "副主任", "市委办"),
    Account("jingban", "李敏", "市委依法治市办", Role.OFFICE_STAFF, "督察科科长", "市司法局"),
    Account("jingban2", "孙静", "市委依法治市办", Role.OFFICE_STAFF, "督察科经办", "市司法局"),
    Account("jingban3", "钱伟", "市委依法治市办", Role.OFFICE_STAFF, "督察科经办（借调）", "市委政法委"),
    Account("huanxian", "王燕", "环县", Role.UNIT_LIAISON, "联络员"),
    Account("huanxian_head", "刘春", "环县", Role.UNIT_HEAD, "县长"),
    Account("shenhe", "周宁", "市自然资源局", Role.INDUSTRY_REVIEWER, "审核员"),
    Account("xietiao", "郑晓玲", "执法协调小组", Role.GROUP_MEMBER, "联络员"),
    Account("jiwei", "何川", "市纪委监委", Role.DISCIPLINE_CONTACT, "对接人"),
    Account("rexian", "马丽娟", "12345 热线", Role.HOTLINE_CLERK, "数据员"),
    Account("lingdao", "赵国栋", "市领导", Role.CITY_LEADER, "副市长"),
    Account("xitong", "吴永强", "系统管理", Role.SYSTEM_ADMIN, "系统管理员"),
    Account("anquan", "徐海霞", "系统管理", Role.SECURITY_ADMIN, "安全管理员"),
    Account("shenji", "胡立新", "系统管理", Role.AUDIT_ADMIN, "审计管理员"),
)
TEAM_ACCOUNTS = (
    ("zuzhang", "陈立", Role.TEAM_LEADER),
    ("zuyuan", "赵敏", Role.TEAM_MEMBER),
    ("lvshi", "宋文博", Role.EXPERT),
)  # of the second team, made with it


class People:
    """Accounts and posts by unit and role; `as_` gives the actor of the day."""

    def __init__(self, since: date) -> None:
        self.since, self.today, self.numbers = since, timezone.localdate(), count(1)
        self.password = make_password(PASSWORD)
        self.posts: dict[tuple[str, Role], Post] = {}
        self.by_username: dict[str, Post] = {}

    def hire(self) -> None:
        """Make the demonstration accounts, then a head and a liaison for every inspected unit, and reviewers where a department supervises."""
        for account in ACCOUNTS:
            unit = Unit.objects.get(short_name=account.unit)
            home = Unit.objects.filter(short_name=account.home).first() or (unit if unit.is_inspected else None)
            self.by_username[account.username] = self.appoint(
                self.user(account.username, account.name, home), unit, account.role, account.title
            )
        for unit in Unit.objects.inspected().order_by("code"):
            head = (
                {"西峰区": "区长"}.get(unit.short_name, "县长")
                if unit.category == UnitCategory.COUNTY
                else "主要负责人"
            )
            for role, title in ((Role.UNIT_HEAD, head), (Role.UNIT_LIAISON, "联络员")):
                if (unit.short_name, role) not in self.posts:
                    self.appoint(self.user(home=unit), unit, role, title)
            if unit.is_industry_supervisor and (unit.short_name, Role.INDUSTRY_REVIEWER) not in self.posts:
                self.appoint(self.user(home=unit), unit, Role.INDUSTRY_REVIEWER, "审核员")

    def user(self, username: str = "", name: str = "", home: Unit | None = None) -> User:
        """Open an account; invented by number where no name is given."""
        n = next(self.numbers)
        name = name or FAMILY[n % len(FAMILY)] + GIVEN[(n * 7) % len(GIVEN)]
        user, _ = services.open_account(username or f"{initials(name)}{n:03}", name, actor=None, home_unit=home)
        # one password for all, printed by `make run`, hashed once (240 times would take a minute), and set today whatever day of the story it is
        user.password, user.must_change_password, user.password_set_on = self.password, False, self.today
        user.save(update_fields=["password", "must_change_password", "password_set_on"])
        return user

    def appoint(self, user: User, unit: Unit, role: Role, title: str) -> Post:
        """Give a person a post since the story began."""
        post = services.appoint(user, unit, role, from_on=self.since, actor=None, title=title)
        self.posts.setdefault((unit.short_name, role), post)
        return post

    def as_(self, unit: str, role: Role) -> Actor:
        """Return the actor in this post today."""
        return Actor(self.posts[unit, role], timezone.localdate())

    def account(self, username: str) -> Actor:
        return Actor(self.by_username[username], timezone.localdate())
