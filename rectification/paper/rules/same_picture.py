"""近似图片: the same photo, cut, turned, lightened or saved again (docs/decisions/0033)."""

from collections.abc import Callable, Iterator
from functools import cache

from casework.files.likeness import NEAR, Hashes, agreement, distance
from casework.files.reading_traits import Look, read_traits
from casework.models import Attachment
from rectification.models import FileTraits
from rectification.paper.filing import Evidence, Filing, before
from rectification.paper.rule import MOST_OF_ONE, Found, Rule, Setting

NEWEST, LOOKED_AT = 50_000, 8  # pictures whose hashes are compared; of the nearest so many are laid over each other


def _find(filing: Filing, setting: Setting) -> Iterator[Found]:
    pictures = [one for one in filing.evidence if one.traits.is_picture]
    if not pictures:
        return
    kept = FileTraits.objects.filter(is_picture=True).order_by("-pk").values_list("sha256", "hashes")[:NEWEST]
    known = [(sha256, Hashes.read(hashes)) for sha256, hashes in kept]
    look_at = cache(lambda sha256, name: read_traits(sha256, name).look)  # each picture is read once for a filing
    for one in pictures:
        yield from _like(filing, one, known, setting.threshold, look_at)


def _like(
    filing: Filing, one: Evidence, known: list[tuple[str, Hashes]], threshold: int, look_at: Callable[..., Look | None]
) -> Iterator[Found]:
    """Give the pictures of other cases like this one, the nearest first."""
    mine = Hashes.read(one.traits.hashes)
    near = sorted(
        (bits, sha256)
        for sha256, hashes in known
        if sha256 != one.file.sha256 and (bits := distance(mine, hashes)) <= NEAR
    )
    shown = 0
    for _, sha256 in near[:LOOKED_AT]:
        others = Attachment.objects.standing().filter(before(one.file), sha256=sha256).exclude(case=filing.case)
        other = others.select_related("case").order_by("uploaded_at", "pk").first()
        if other is None or shown == MOST_OF_ONE:
            continue
        own, theirs = look_at(one.file.sha256, one.file.name), look_at(sha256, other.name)
        if own is None or theirs is None:
            continue
        share = round(100 * agreement(own.grey, theirs.grey, own.hashes, theirs.hashes))
        if share >= threshold:
            shown += 1
            yield Found({"share": share}, one.file, twin=other.case, twin_file=other)


RULE = Rule(
    name="same_picture",
    title="近似图片",
    compares="jpg、png 佐证与别的件里先有的图片画面相同，裁剪、旋转、调亮、重新压缩过也比得出；扫描的纸页不比。",
    says="“{file}”与{twin}先有的图片画面相似 {share}%。",
    find=_find,
    order=20,
    threshold=92,
    limit="画面相似不低于（%）",
)
