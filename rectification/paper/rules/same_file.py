"""同一文件 (docs/domain/process.md 2.5: 同一附件用于多个问题且未说明)."""

from collections.abc import Iterator

from casework.models import Attachment
from rectification.paper.filing import Filing
from rectification.paper.rule import MOST_OF_ONE, Found, Rule, Setting


def _find(filing: Filing, setting: Setting) -> Iterator[Found]:
    files = {one.file.sha256: one.file for one in reversed(filing.evidence)}
    others = Attachment.objects.standing().filter(sha256__in=files).exclude(case=filing.case)
    told: dict[str, set[int]] = {}
    for other in others.select_related("case").order_by("uploaded_at", "pk"):
        file, cases = files[other.sha256], told.setdefault(other.sha256, set())
        is_earlier = (other.uploaded_at, other.pk) < (file.uploaded_at, file.pk)
        if is_earlier and other.case_id not in cases and len(cases) < MOST_OF_ONE:
            cases.add(other.case_id)
            yield Found({}, file, twin=other.case, twin_file=other)


RULE = Rule(
    name="same_file",
    title="同一文件",
    compares="佐证与别的件里先有的文件逐字节相同（SHA-256）。",
    says="“{file}”与{twin}先有的文件完全相同。",
    find=_find,
    order=10,
)
