"""重建检索: the words of the search anew."""

from __future__ import annotations

from casework.chore import REBUILDS, Chore, Found, Progress
from casework.jobs import overwritten
from casework.search import index


def rebuild_words(progress: Progress, *, explained: str = "") -> Found:
    """Write the words of the search anew, unless a difference waits to be explained."""
    if not explained and (differences := overwritten.unexplained()):
        return overwritten.refused(differences)
    n = index.rebuild(progress, overwritten.keeper("words", explained))
    how = "有索引" if index.has_index() else "没有索引，检索会慢一些；请系统管理员按部署手册“升级”一节重新装上"
    return Found(f"已重建 {n} 件，{how}")


CHORE = Chore(
    "rebuild_words", "重建检索", "逐件重写检索文字和词对频次；每千件一次提交。", "件", REBUILDS, rebuild_words
)
