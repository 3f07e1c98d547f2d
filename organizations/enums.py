"""Words of the organisation: roles, categories of units (domain/dictionaries.md 9.13, domain/regions.md 3)."""

from django.db.models import TextChoices


class Role(TextChoices):
    """What a post entitles to; the matrix is domain/dictionaries.md 9.13."""

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


OFFICE = frozenset({Role.OFFICE_DIRECTOR, Role.OFFICE_STAFF})
TEAM = frozenset({Role.TEAM_LEADER, Role.TEAM_MEMBER})
INSPECTED = frozenset({Role.UNIT_HEAD, Role.UNIT_LIAISON})
# 等保三级管理中心：系统、安全、审计三员分设，互斥，不看业务 (domain/compliance.md 6.1)
ADMINISTRATORS = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})
BUSINESS = frozenset(Role) - ADMINISTRATORS


class UnitCategory(TextChoices):
    """Kind of a unit; the first seven are the categories of domain/units.csv."""

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
