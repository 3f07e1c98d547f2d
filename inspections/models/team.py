"""督察组: a dated unit of its own kind, whose members hold posts in it; here is what a team has beyond a unit."""

from __future__ import annotations

from django.db import models

from inspections.querysets import RecusalQuerySet, TeamMemberQuerySet, TeamQuerySet


class Team(models.Model):
    """A team of a campaign: its unit (category 督察组), the coordination group that leads it, in which campaign."""

    unit = models.OneToOneField(
        "organizations.Unit", models.PROTECT, primary_key=True, related_name="team", verbose_name="组织单元"
    )
    campaign = models.ForeignKey("inspections.Campaign", models.CASCADE, related_name="teams", verbose_name="督察批次")
    group = models.ForeignKey(
        "organizations.Unit", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="牵头协调小组"
    )

    objects = TeamQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "督察组"
        ordering = ("campaign_id", "unit__place")

    def __str__(self) -> str:
        return str(self.unit)


class TeamMember(models.Model):
    """A member: the post in the team, and what the post does not say (expert, liaison of the team)."""

    class Duty(models.TextChoices):
        LEADER = "leader", "组长"
        DEPUTY = "deputy", "副组长"
        MEMBER = "member", "成员"
        LIAISON = "liaison", "联络员"
        EXPERT = "expert", "专家、律师"

    team = models.ForeignKey(Team, models.CASCADE, related_name="members", verbose_name="督察组")
    post = models.OneToOneField("organizations.Post", models.PROTECT, related_name="membership", verbose_name="岗位")
    duty = models.CharField("组内职责", max_length=10, choices=Duty.choices)
    from_unit = models.ForeignKey(
        "organizations.Unit", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="所在单位"
    )

    objects = TeamMemberQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "督察组成员"
        ordering = ("team_id", "pk")

    def __str__(self) -> str:
        return f"{self.post.user} {self.get_duty_display()}"


class Recusal(models.Model):
    """回避: a member may not inspect this unit (本人所在、近三年任职、近亲属任职; docs/domain/regions.md 3.3)."""

    member = models.ForeignKey(TeamMember, models.CASCADE, related_name="recusals", verbose_name="成员")
    unit = models.ForeignKey("organizations.Unit", models.PROTECT, related_name="+", verbose_name="回避单位")
    reason = models.CharField("回避事由", max_length=100)

    objects = RecusalQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "回避"
        ordering = ("member_id", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("member", "unit"), name="recusal_once", violation_error_message="已登记过该回避"
            ),
        )

    def __str__(self) -> str:
        return f"{self.member} 回避 {self.unit}"
