"""What our own lines over bytes are worth beside the libraries: `python -m tests.measure_files`.

Needs `pip install puremagic filetype`, which the system does not.
Prints the tables of docs/decisions/0017: wrong answers about types, places taken out of photos, ranges,
and what a reading costs in the child and in this process.
"""

from __future__ import annotations

import io
import os
import statistics
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

REPEAT = 15


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django

    django.setup()
    types()
    places()
    ranges()
    readings()


def types() -> None:
    """Who says rightly what a file is: 'docx', a refusal ('no'), and how long it takes."""
    corpus = _corpus()
    print("\n| 判断文件种类 | 该收而不收 | 该拒而收下 | 每件毫秒 |\n|---|---|---|---|")
    asked: dict[str, Callable[[str, bytes], bool]] = {
        "content.look_through": _ours,
        "puremagic": _puremagic,
        "filetype": _filetype,
    }
    for name, ask in asked.items():
        began = time.perf_counter()
        answers = [(is_good, ask(ext, data)) for ext, data, is_good in corpus]
        took = (time.perf_counter() - began) * 1000 / len(corpus)
        wrong = [sum(1 for good, said in answers if good is which and said is not which) for which in (True, False)]
        print(
            f"| {name} | {wrong[0]} / {sum(g for g, _ in answers)} "
            f"| {wrong[1]} / {sum(not g for g, _ in answers)} | {took:.2f} |"
        )


def _corpus() -> list[tuple[str, bytes, bool]]:
    """Return (extension, content, may it be taken)."""
    from casework.files import content
    from tests.papers import JPEG, PDF, PNG, compound, docx, ofd, packed, xlsx

    return [
        ("pdf", PDF, True), ("docx", docx(), True), ("xlsx", xlsx(), True), ("ofd", ofd(), True),
        ("zip", packed({"a.pdf": PDF}), True),
        ("doc", compound("WordDocument"), True), ("xls", compound("Workbook"), True),
        ("wps", compound("WordDocument"), True), ("et", compound("Workbook"), True),
        ("jpg", JPEG, True), ("png", PNG, True), ("docx", xlsx(), False), ("xlsx", docx(), False),
        ("ofd", docx(), False), ("docx", PDF, False),
        ("docx", packed({"a.exe": b"MZ"}), False), ("doc", compound("Workbook"), False),
        ("pdf", b"MZ" + bytes(300), False), ("jpg", JPEG[:3] + b"<html>" * 60, False),
        ("png", PNG[:8] + b"<html>" * 60, False),
        ("doc", compound("WordDocument", root=bytes.fromhex("84100c0000000000c000000000000046")), False),
        ("wps", compound("A", root=bytes.fromhex("84100c0000000000c000000000000046")), False),
        ("doc", content.OLE + bytes(600), False), ("pdf", JPEG, False),
    ]  # fmt: skip


SAME = {"jpeg": "jpg", "wps": "doc", "et": "xls"}


def _ours(ext: str, data: bytes) -> bool:
    from casework.files import content

    try:
        content.look_through(io.BytesIO(data), f"x.{ext}", ext)
    except content.UnfitError:
        return False
    return True


def _puremagic(ext: str, data: bytes) -> bool:
    import puremagic

    try:
        said = {match.extension.strip(".") for match in puremagic.magic_string(data)}
    except puremagic.PureError:
        return False
    return bool({ext, SAME.get(ext, ext)} & said)


def _filetype(ext: str, data: bytes) -> bool:
    import filetype

    return filetype.guess_extension(data) in {ext, SAME.get(ext, ext)}


def places() -> None:
    """Take the place out of photos: in place, and by Pillow's saving anew."""
    from PIL import Image

    from casework.files import pictures
    from tests.papers import photo

    def in_place(data: bytes) -> bytes:
        return pictures.without_place(io.BytesIO(data)) or data

    def anew(data: bytes) -> bytes:
        with Image.open(io.BytesIO(data)) as picture:
            said = picture.getexif()
            said.pop(pictures.GPS, None)
            out = io.BytesIO()
            picture.save(out, "JPEG", exif=said, quality="keep")
        return out.getvalue()

    corpus = [photo("<"), photo(">"), *(_camera(n) for n in range(6))]
    print(
        "\n| 去掉拍摄位置 | 仍有位置（EXIF） | 仍有位置（XMP） | 画面改变 | 时间丢失 | 每张毫秒 |\n"
        "|---|---|---|---|---|---|"
    )
    for name, take_out in (("place_of_taking（就地覆盖）", in_place), ("Pillow 重新保存", anew)):
        began = time.perf_counter()
        done = [take_out(data) for data in corpus]
        took = (time.perf_counter() - began) * 1000 / len(corpus)
        row = (
            sum(pictures.says_where(data) for data in done),
            sum(b'GPSLatitude="35' in data for data in done),
            sum(_drawing(a) != _drawing(b) for a, b in zip(corpus, done, strict=True)),
            sum(b"2026:07:06" not in data for data in done),
        )
        print(f"| {name} | {' | '.join(map(str, row))} | {took:.1f} |")


def _drawing(data: bytes) -> bytes:
    from PIL import Image

    with Image.open(io.BytesIO(data)) as picture:
        return picture.tobytes()


def _camera(n: int) -> bytes:
    """A photo of twelve million points as a camera writes it."""
    from PIL import Image

    said = Image.Exif()
    said[0x0132] = "2026:07:06 09:30:00"
    said.get_ifd(0x8825).update({1: "N", 2: (35.0, float(n), 36.0), 3: "E", 4: (107.0, 38.0, 0.0)})
    out = io.BytesIO()
    Image.effect_noise((4000 >> n % 3, 3000 >> n % 3), 40).convert("RGB").save(out, "JPEG", exif=said, quality=80 + n)
    return out.getvalue()


def ranges() -> None:
    """Ask for pieces of ten bytes (RFC 9110, 14): who answers rightly."""
    from django.test import RequestFactory
    from whitenoise.responders import StaticFile

    from casework.files.response import _span

    asked = {
        "bytes=0-0": (206, 0, 0), "bytes=9-9": (206, 9, 9), "bytes=0-3": (206, 0, 3), "bytes=4-": (206, 4, 9),
        "bytes=-3": (206, 7, 9), "bytes=-99": (206, 0, 9), "bytes=5-99": (206, 5, 9), "bytes=10-": (416,),
        "bytes=-0": (416,), "bytes=9-3": (416,), "bytes=a-b": (200,), "bytes=0-1,3-4": (200,), "items=0-1": (200,),
    }  # fmt: skip

    def ours(header: str) -> Any:
        span = _span(RequestFactory().get("/", headers={"range": header}), 10, '"x"')
        return (416,) if span is None else (206, *span[:2]) if span[2] else (200,)

    def whitenoise(header: str) -> Any:
        one = StaticFile.__new__(StaticFile)
        try:
            start, end = one.get_byte_range(header, 10)
        except ValueError:
            return (200,)
        return (416,) if start >= end else (206, start, end)  # as its get_range_response does

    print("\n| 范围请求 | 答错 |\n|---|---|")
    for name, answer in (("casework.files.response", ours), ("WhiteNoise", whitenoise)):
        wrong = [header for header, right in asked.items() if answer(header) != right]
        print(f"| {name} | {len(wrong)} / {len(asked)} {'、'.join(wrong)} |")


def readings() -> None:
    """What it costs to read in the child rather than here."""
    from casework.files import content, reading
    from tests.papers import a_pdf, docx, packed

    page = (
        b"BT /F1 12 Tf "
        + b"".join(b"1 0 0 1 %d %d Tm (123)Tj " % (x * 20, 800 - y * 14) for y in range(40) for x in range(10))
        + b"ET"
    )
    font = (b"3 beginbfchar <31> <6574> <32> <6539> <33> <62A5> endbfchar",)
    corpus = {
        "pdf 一页": ("pdf", a_pdf(b"BT /F1 12 Tf (1)Tj ET", maps=font)),
        "pdf 20 页密排": ("pdf", a_pdf(*[page] * 20, maps=font)),
        "docx 2 万字": ("docx", docx("整改报告" * 5_000)), "照片 1200 万像素": ("jpg", _camera(0)),
        "zip 40 个 docx": ("zip", packed({f"{n}.docx": docx("整改" * 2_000) for n in range(40)})),
        "扫描件 40 MB": ("pdf", a_pdf(loose=(os.urandom(40 << 20),), loose_is=b"/Subtype/Image")),
    }  # fmt: skip
    print(
        "\n| 读一件 | 结果 | 本进程毫秒 | 子进程毫秒 | 子进程 CPU 毫秒 | 本进程峰值内存 MB |\n|---|---|---|---|---|---|"
    )
    for name, (ext, data) in corpus.items():
        tracemalloc.start()
        content.look_through(io.BytesIO(data), f"x.{ext}", ext)
        most = tracemalloc.get_traced_memory()[1] / 1e6
        tracemalloc.stop()
        here = _median(lambda data=data, ext=ext: content.look_through(io.BytesIO(data), f"x.{ext}", ext))
        there = _median(lambda data=data, ext=ext: reading.read(io.BytesIO(data), f"x.{ext}", ext))
        found = reading.read(io.BytesIO(data), f"x.{ext}", ext)
        row = (found.problem or "已读", *(f"{n:.0f}" for n in (here, there, found.seconds * 1000, most)))
        print(f"| {name}（{len(data) / 1e6:.1f} MB） | {' | '.join(row)} |")


def _median(ask: Callable[[], object]) -> float:
    ask()
    took = []
    for _ in range(REPEAT):
        began = time.perf_counter()
        ask()
        took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took)


if __name__ == "__main__":
    main()
