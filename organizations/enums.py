"""Words of the organisation: roles, categories of units.

See docs/domain/dictionaries.md 9.13 and docs/domain/regions.md 3.
"""

from dataclasses import dataclass
from enum import Enum

from django.db.models import TextChoices


class Role(TextChoices):
    """What a post entitles to; the matrix is docs/domain/dictionaries.md 9.13."""

    OFFICE_DIRECTOR = "office_director", "依法治市办负责人"
    OFFICE_STAFF = "office_staff", "法治督察科经办"
    TEAM_LEADER = "team_leader", "督察组组长"
    TEAM_MEMBER = "team_member", "督察组成员"
    UNIT_HEAD = "unit_head", "单位主要负责人"
    UNIT_LIAISON = "unit_liaison", "单位联络员"
    INDUSTRY_REVIEWER = "industry_reviewer", "主管部门审核员"
    GROUP_MEMBER = "group_member", "协调小组成员单位"
    DISCIPLINE_CONTACT = "discipline_contact", "市纪委监委对接人"
    HOTLINE_CLERK = "hotline_clerk", "12345 数据员"
    EXPERT = "expert", "律师、专家"
    CITY_LEADER = "city_leader", "市领导"
    SYSTEM_ADMIN = "system_admin", "系统管理员"
    SECURITY_ADMIN = "security_admin", "安全管理员"
    AUDIT_ADMIN = "audit_admin", "审计管理员"


class UnitCategory(TextChoices):
    """Kind of a unit; the first seven are the categories of qingyang_inspect/reference/units.csv."""

    COUNTY = "county", "县（区）"
    PARTY = "party", "党委部门"
    GOVERNMENT = "government", "政府工作部门"
    INSTITUTION = "institution", "直属事业单位"
    MASS = "mass", "群团组织"
    JUDICIAL = "judicial", "司法机关"
    DIRECT = "direct", "中央和省属驻庆单位"
    OFFICE = "office", "依法治市办"
    GROUP = "group", "协调小组"
    CONSULTED = "consulted", "协作单位"
    LEADERS = "leaders", "市领导"
    TEAM = "team", "督察组"
    ADMINISTRATION = "administration", "系统管理"


class Sees(Enum):
    """Which cards a role sees besides those granted to it.

    See casework.querysets.scope and docs/domain/dictionaries.md 9.13.
    """

    EVERYTHING = "all but what is kept to named persons"
    ALL_OPEN = "open cases of the whole city"
    OPEN_OF_ITS_UNITS = "open cases of its own unit and the units below it"
    GRANTED = "nothing besides"
    CONFIRMED = "nothing besides, and of that no working paper (底稿) of others"
    NOTHING = "no business at all, not even what is granted"


@dataclass(frozen=True)
class Standing:
    """What a role stands for.

    Attributes:
        sees: the scope of everything it reads.
        menu: URL names of the items of its bar, beside 首页; the pages behind them open to whom has them there.
        lands: URL name of its first page; the common home when empty.
        held_in: the categories of unit where a post in it can be held. A post carries rights, so an office role outside
            the office
            would open everything to a stranger. Empty: anywhere.
        held_where: or what the unit must be: a flag of the unit and its Chinese name.
        never_empty: the duty needs somebody at all times: its last holder leaves only when a successor begins.
        exports: takes lists of cases out of the system as sheets: the office, and the units what is their own.
        idle: what the first page says to it while nothing is its turn; the common words when empty.
    """

    sees: Sees
    menu: frozenset[str] = frozenset()
    lands: str = ""
    held_in: frozenset[UnitCategory] = frozenset()
    held_where: tuple[str, str] = ("", "")
    never_empty: bool = False
    exports: bool = False
    idle: str = ""

    @property
    def reads_cases(self) -> bool:
        """Whether it has pages of cases at all: lists, search, what it is told."""
        return self.sees is not Sees.NOTHING and bool(self.menu)


U = UnitCategory
CASES = frozenset({"rectifications"})
FED_BACK = frozenset({"feedbacks"})  # what is fed back to a unit, and to whom it is copied
OF_ITS_OWN = frozenset({"documents"})  # 文书 lists what one has exported oneself
INSPECTING = CASES | {"campaigns", "findings"}
COUNTED = CASES | {"clues", "dashboard", "results"}
OWN_COUNTED = COUNTED | OF_ITS_OWN | FED_BACK
WHOLE_HOUSE = INSPECTING | OWN_COUNTED | {"annualplans", "lookbacks", "organizations:units", "admin:index"}
ACCOUNTS = frozenset({"organizations:users", "admin:index"})
INSPECTED_UNIT = ("is_inspected", "被督察单位")

# One line a role. A new role is one line of `Role` and one here; docs/extending.md tells how.
STANDINGS: dict[Role, Standing] = {
    Role.OFFICE_DIRECTOR: Standing(
        Sees.EVERYTHING, WHOLE_HOUSE, held_in=frozenset({U.OFFICE}), never_empty=True, exports=True
    ),
    Role.OFFICE_STAFF: Standing(
        Sees.EVERYTHING, WHOLE_HOUSE, held_in=frozenset({U.OFFICE}), never_empty=True, exports=True
    ),
    Role.TEAM_LEADER: Standing(Sees.GRANTED, INSPECTING, held_in=frozenset({U.TEAM})),
    Role.TEAM_MEMBER: Standing(Sees.GRANTED, INSPECTING, held_in=frozenset({U.TEAM})),
    Role.UNIT_HEAD: Standing(
        Sees.OPEN_OF_ITS_UNITS, OWN_COUNTED, held_where=INSPECTED_UNIT, never_empty=True, exports=True
    ),
    Role.UNIT_LIAISON: Standing(
        Sees.OPEN_OF_ITS_UNITS, OWN_COUNTED, held_where=INSPECTED_UNIT, never_empty=True, exports=True
    ),
    Role.INDUSTRY_REVIEWER: Standing(
        Sees.CONFIRMED, CASES | FED_BACK, held_where=("is_industry_supervisor", "行业主管部门"), never_empty=True
    ),
    Role.GROUP_MEMBER: Standing(
        Sees.CONFIRMED,
        INSPECTING,
        held_where=("is_coordination_member", "协调小组成员单位"),
        idle="本小组牵头督察的问题和整改，可以随时查看，不需要您办理。征求本小组意见时，会列在这里。",
    ),
    Role.DISCIPLINE_CONTACT: Standing(
        Sees.CONFIRMED,
        FED_BACK,
        held_in=frozenset({U.CONSULTED}),
        idle="抄告市纪委监委的督察反馈在“反馈”里，可以随时查看，不需要您办理。移交的问题线索启用以后也列在这里。",
    ),
    Role.HOTLINE_CLERK: Standing(
        Sees.CONFIRMED,
        held_in=frozenset({U.CONSULTED, U.GOVERNMENT, U.INSTITUTION}),
        idle="12345 热线工单在这里导入、标注。工单导入启用以前没有内容，不需要登录查看。",
    ),
    Role.EXPERT: Standing(
        Sees.CONFIRMED,
        CASES | {"findings"},
        held_in=frozenset({U.CONSULTED, U.OFFICE, U.TEAM}),
        idle="指派给您的问题，经确认后可以在“问题”里看到正文和证据。请您出具意见时，会列在这里。",
    ),
    Role.CITY_LEADER: Standing(Sees.ALL_OPEN, COUNTED | FED_BACK, "dashboard", held_in=frozenset({U.LEADERS})),
    Role.SYSTEM_ADMIN: Standing(
        Sees.NOTHING,
        ACCOUNTS | {"organizations:units"},
        "organizations:users",
        frozenset({U.ADMINISTRATION}),
        never_empty=True,
    ),
    Role.SECURITY_ADMIN: Standing(
        Sees.NOTHING,
        ACCOUNTS | {"organizations:units"},
        "organizations:users",
        frozenset({U.ADMINISTRATION}),
        never_empty=True,
    ),
    Role.AUDIT_ADMIN: Standing(
        Sees.NOTHING,
        ACCOUNTS | {"organizations:account_events"},
        "organizations:users",
        frozenset({U.ADMINISTRATION}),
        never_empty=True,
    ),
}
if missing := [role for role in Role if role not in STANDINGS]:
    raise ValueError(
        f"add a line to STANDINGS in organizations/enums.py for {', '.join(missing)}: what it sees, its menu"
    )


def roles_that_see(*sees: Sees) -> frozenset[Role]:
    return frozenset(role for role, standing in STANDINGS.items() if standing.sees in sees)


def roles_with(url_name: str) -> frozenset[Role]:
    """Return the roles whose bar has an item."""
    return frozenset(role for role, standing in STANDINGS.items() if url_name in standing.menu)


OFFICE = roles_that_see(Sees.EVERYTHING)
LEADERS = roles_that_see(Sees.ALL_OPEN)
INSPECTED = roles_that_see(Sees.OPEN_OF_ITS_UNITS)
TEAM = frozenset({Role.TEAM_LEADER, Role.TEAM_MEMBER})
# 等保三级管理中心：系统、安全、审计三员分设，互斥，不看业务 (docs/domain/compliance.md 6.1)
ADMINISTRATORS = roles_that_see(Sees.NOTHING)
BUSINESS = frozenset(Role) - ADMINISTRATORS


class AccountAct(TextChoices):
    """What can be done to an account, a post or a unit; the words of the log."""

    OPENED = "opened", "建立账号"
    AMENDED = "amended", "修改账号"
    CLOSED = "closed", "停用账号"
    REOPENED = "reopened", "恢复账号"
    RESET_ASKED = "reset_asked", "申请重置口令"
    RESET_APPROVED = "reset_approved", "批准重置口令"
    RESET_REFUSED = "reset_refused", "不批准重置口令"
    RESET_OBJECTED = "reset_objected", "本人撤销重置"
    PASSWORD_RESET = "password_reset", "重置口令"
    PASSWORD_CHANGED = "password_changed", "本人改口令"
    UNLOCKED = "unlocked", "解除等待"
    FACTOR_ENROLLED = "factor_enrolled", "绑定动态口令"
    KEY_ADDED = "key_added", "登记安全密钥"
    KEY_REMOVED = "key_removed", "移除安全密钥"
    RECOVERY_CODES = "recovery_codes", "生成恢复码"
    FACTOR_RECOVERED = "factor_recovered", "解除动态口令、安全密钥"
    APPOINTED = "appointed", "任职"
    POST_ENDED = "post_ended", "离任"
    UNIT_OPENED = "unit_opened", "建立单位"
    UNIT_AMENDED = "unit_amended", "修改单位"
    UNIT_RENAMED = "unit_renamed", "单位更名"
    UNITS_MERGED = "units_merged", "单位合并"
    UNIT_ABOLISHED = "unit_abolished", "单位撤销"
    RECORDED_ANEW = "recorded_anew", "重新存证"
    SETTING_CHANGED = "setting_changed", "服务器上的设置有变"


class GuessScope(TextChoices):
    """What wrong passwords are counted for (organizations/services/guesses.py)."""

    PAIR = "pair", "账号和地址"
    ACCOUNT = "account", "账号"
    ADDRESS = "address", "地址"
    ALL = "all", "全部"


class Taking(TextChoices):
    """What the log of taking tells of (organizations/services/access_log.py)."""

    EXPORT = "export", "导出"
    DOWNLOAD = "download", "下载"
    OPENED = "opened", "打开仅指定人员可见的件"
    PRINTED = "printed", "打印办理材料"
    REFUSED = "refused", "没有权限"
    UNREAD_TAKEN = "un_taken", "收下未能检查的文件"
    UNREAD_REFUSED = "un_not", "没有收下未能检查的文件"


class SignInEnd(TextChoices):
    """How a sign-in was ended by somebody else than who sits before it."""

    DISPLACED = "displaced", "别处登录，超过处数"
    BY_PERSON = "by_person", "本人在别处结束"


class ResetState(TextChoices):
    """How far a reset of a password is, that one administrator asks for and another approves."""

    ASKED = "asked", "待批准"
    APPROVED = "approved", "已批准，待取口令"
    ISSUED = "issued", "已重置"
    REFUSED = "refused", "没有批准"
    OBJECTED = "objected", "本人撤销"
    LAPSED = "lapsed", "过期失效"


class ImportKind(TextChoices):
    """What a sheet brings. Accounts and posts stand in one sheet: the system administrator makes the accounts, then it
    passes to
    the security administrator, who grants the posts (三员分设)."""

    UNITS = "units", "单位"
    USERS = "users", "账号"
    POSTS = "posts", "岗位"


class Fate(TextChoices):
    """What becomes of a row of a sheet; said before and done exactly so."""

    CREATE = "create", "新增"
    UPDATE = "update", "修改"
    SAME = "same", "无变化"
    CONFLICT = "conflict", "冲突，不导入"


# Who may do what to accounts (docs/domain/compliance.md 6.1: 系统管理员建号、字典，安全管理员授权、策略，
# 审计管理员看日志)
KEEPS_ACCOUNTS = frozenset({Role.SYSTEM_ADMIN})
KEEPS_UNITS = frozenset({Role.SYSTEM_ADMIN})
KEEPS_DEADLINES = OFFICE | {Role.SYSTEM_ADMIN}  # the calendar and the limits of steps
READS_UNITS = OFFICE | LEADERS | {Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN}  # the page of every unit; others their own
# Who signs in with a second factor besides the administrators, as the office sets it (settings.SECOND_FACTOR_FOR)
FACTOR_GROUPS = {"office": OFFICE, "heads": frozenset({Role.UNIT_HEAD}), "leaders": LEADERS}
GRANTS_POSTS = frozenset({Role.SECURITY_ADMIN})
KEEPS_POLICY = frozenset({Role.SECURITY_ADMIN})
APPROVES_RESETS = KEEPS_POLICY  # of what the system administrator asks for; of their own accounts:
APPROVES_FOR_APPROVERS = frozenset({Role.AUDIT_ADMIN})
READS_LOGS = frozenset({Role.AUDIT_ADMIN})
BRINGS: dict[ImportKind, frozenset[Role]] = {
    ImportKind.UNITS: KEEPS_UNITS,
    ImportKind.USERS: KEEPS_ACCOUNTS,
    ImportKind.POSTS: GRANTS_POSTS,
}
