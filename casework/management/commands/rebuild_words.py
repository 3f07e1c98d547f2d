from typing import Any

from django.core.management.base import BaseCommand
from tqdm import tqdm

from casework import words


class Command(BaseCommand):
    help = "重建检索：逐件重写检索文字和词对频次；每千件一次提交，可随时中断，重来即可"

    def handle(self, *args: Any, **options: Any) -> None:
        with tqdm(desc="重建检索", unit="件", disable=None) as bar:

            def progress(done: int, of: int) -> None:
                bar.total = of
                bar.update(done - bar.n)

            n = words.rebuild(progress)
        how = "有索引" if words.has_index() else "没有索引，检索会慢一些；请运行 manage.py migrate 重新装上"
        self.stdout.write(f"已重建 {n} 件，{how}")
