"""What the dangerous deeds of the administrators will do, said before they are done (ui.deeds).

Each reads and changes nothing; the rules themselves refuse in the services.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from django.conf import settings
from django.utils import timezone

from organizations.actor import Actor
from organizations.models import Post, SecurityKey, Unit, User
from organizations.services import guesses
from organizations.services.leaving import goes_on, in_the_way, left_alone, posts_from_today, posts_of_today
from organizations.services.resets import whose
from organizations.services.units import NAME_BEARERS
from ui.deeds import Outlook


def of_reset(user: User) -> Outlook:
    return Outlook(
        [
            f"{user} 现在的口令立即作废，已经登录的地方全部退出",
            "系统给出新的首次口令，只显示这一次；请核实是本人，再当面或者电话告知",
            f"首次口令 {settings.FIRST_PASSWORD_DAYS} 天内有效；{user} 用它登录后，须先改口令才能办件",
            "动态口令、安全密钥不解除：已经绑定的，登录时照样要用",
        ]
    )


def of_asking_reset(user: User) -> Outlook:
    held = _named(posts_from_today(user))
    return Outlook(
        [
            f"{user} 的岗位：{held}。{whose(user)}批准以前，口令不变",
            f"{user} 在下一次打开的页面上看到这份申请，不是本人要求的可以撤销",
            f"批准后 {settings.FIRST_PASSWORD_DAYS} 天内，由您在这里取一次新的首次口令",
        ]
    )


def of_deciding(user: User, *, approve: bool) -> Outlook:
    if not approve:
        return Outlook([f"{user} 的口令不变，申请人在账号页面看到结果"])
    return Outlook(
        [
            "请先向本人核实，不凭申请人转述",
            "系统管理员可以取一次新的首次口令；取时旧口令作废，已经登录的地方全部退出",
            f"{user} 在下一次打开的页面上看到谁申请、谁批准；动态口令、安全密钥不解除",
        ]
    )


def of_closing(user: User) -> Outlook:
    today = timezone.localdate()
    held, yesterday = posts_of_today(user), today - timedelta(1)
    will = [f"{user} 立即退出，不能再登录；岗位和历史都保留，以后可以恢复"]
    if held:
        will.append(f"现任岗位：{_named(held)}")
    will += left_alone(held, yesterday, leaver=user)
    return Outlook(will, in_the_way=in_the_way(posts_from_today(user), yesterday, leaver=user))


def of_reopening(user: User) -> Outlook:
    held = posts_of_today(user)
    posts = f"随即恢复的岗位：{_named(held)}" if held else "没有在任的岗位，登录后看不到任何件"
    return Outlook([f"{user} 可以用原来的口令登录", posts])


def of_unlocking(user: User) -> Outlook:
    n, places = guesses.tried(user)
    will = [f"{user} 可以立即再试登录，输错次数从头计算"]
    if places:
        will.append(f"最近输错 {n} 次，来自 {'、'.join(places)}；不是本人输错的，请先重置口令")
    return Outlook(will)


def of_recovering(user: User) -> Outlook:
    return Outlook(
        [
            f"{user} 手机上的动态口令、登记的安全密钥和恢复码立即失效，下次登录只凭口令，随即重新绑定",
            "请先核实是本人；手机、密钥丢失又不能排除口令泄露的，请系统管理员同时重置口令",
        ]
    )


def of_removing_key(key: SecurityKey) -> Outlook:
    return Outlook(
        [
            f"“{key.name}”立即不能再用来登录，可以重新登记",
            "用它登录、还没有退出的地方，要用别的再鉴别一次",
        ]
    )


def of_ending(post: Post, to_on: date, actor: Actor) -> Outlook:
    return Outlook([*_ends(post, to_on, actor), *left_alone([post], to_on)])


def of_replacing(post: Post, user: User, from_on: date, actor: Actor) -> Outlook:
    will = _ends(post, from_on - timedelta(1), actor)
    will.append(f"{user} 自 {from_on:%Y-%m-%d} 起接任 {post.unit} {post.get_role_display()}，在手上的件由其接着办")
    return Outlook(will)


def of_merging(sources: Iterable[Unit], into: Unit, on: date) -> Outlook:
    will = [sentence for unit in sources for sentence in _unit_ends(unit, on)]
    return Outlook([*will, f"它们的历史由 {into} 看、接着办；新的岗位由安全管理员授予", "合并以后不能撤回"])


def of_abolishing(unit: Unit, on: date) -> Outlook:
    return Outlook([*_unit_ends(unit, on), "已办结的件和历史都保留", "撤销以后不能恢复"])


def of_renaming(unit: Unit, name: str, short_name: str, on: date) -> Outlook:
    will = [
        f"自 {on:%Y-%m-%d} 起称 {name}（{short_name}），此前的问题、办理经过、文书仍显示 {unit.short_name}",
        "旧名称留在单位页，用旧名称照样查得到",
    ]
    numbers = [number for bearers in NAME_BEARERS for number in bearers.named_since(unit, on)]
    if numbers:
        will.append(
            f"{on:%Y-%m-%d} 以后登记的 {len(numbers)} 件，“当时名称”改为 {short_name}，逐件记入经过；"
            "经过里已经写成文字的话不改"
        )
    return Outlook(will, [(number, "") for number in numbers])


def _ends(post: Post, to_on: date, actor: Actor) -> list[str]:
    """Say what the end of a post means for its holder."""
    gone, user = to_on + timedelta(1), post.user
    will = [f"{user} 自 {gone:%Y-%m-%d} 起不再办理，也看不到 {post.unit} {post.get_role_display()} 的件"]
    others = [one for one in posts_of_today(user) if one.pk != post.pk]
    will.append(f"{user} 还任：{_named(others)}" if others else f"{user} 没有别的岗位，此后可以登录，但看不到任何件")
    if user.pk == actor.user_id:
        will.insert(0, "这是您自己的岗位，结束以后您自己不能再授予")
    if goes_on(post, to_on):
        will.append(f"{post.unit} {post.get_role_display()}另有人在任，在手上的件由其接着办")
    return will


def _unit_ends(unit: Unit, on: date) -> list[str]:
    posts = Post.objects.in_force(on).filter(unit=unit).select_related("user").order_by("user__name_key", "pk")
    people = list(dict.fromkeys(post.user.name for post in posts))
    named = f"{'、'.join(people[:10])}{'等' if len(people) > 10 else ''} {len(people)} 人的岗位到前一天为止"
    said = [f"{unit} 自 {on:%Y-%m-%d} 起不再存续" + (f"，{named}" if people else "")]
    if below := unit.predecessors.count():
        said.append(f"{unit} 此前承接的 {below} 个单位，随之由承接单位接着看")
    return said


def _named(posts: Sequence[Post]) -> str:
    return "；".join(f"{post.unit} {post.title or post.get_role_display()}" for post in posts)
