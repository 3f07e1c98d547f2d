"""A small file that would take a server long, or much memory, is looked through in bounded time."""

import io
import struct
import tracemalloc
import zlib

import pytest

from casework.files import classification, place_of_taking


def steps(data: bytes) -> int:
    """Return how many codes the maps of a PDF hold together."""
    seen: list[int] = []
    plain = classification._character_map

    def counting(stream: bytes, most: int) -> dict[str, str]:
        found = plain(stream, most)
        seen.append(len(found))
        return found

    classification._character_map = counting
    try:
        classification.in_pdf(io.BytesIO(data))
    finally:
        classification._character_map = plain
    return sum(seen)


def pdf(*streams: bytes) -> bytes:
    return b"%PDF-1.4\n" + b"".join(b"stream\n" + zlib.compress(stream) + b"\nendstream\n" for stream in streams)


def test_wide_ranges_of_codes_are_cut() -> None:
    wide = b"beginbfrange " + b"".join(b"<%04x0000><%04xffff><0000>\n" % (n, n) for n in range(200)) + b"endbfrange"

    assert steps(pdf(wide, wide, wide)) <= classification.MOST_CODES


@pytest.mark.parametrize(
    "stream",
    [
        b"endbfrange " + b"beginbfchar" * 190_000,
        b"beginbfrange" + b"<00><00>[" * 200_000 + b"endbfrange",
        b"BT " + b"(" + b"\\(" * 99_000 + b" Tj",
        b"stream\n" * 4000,
    ],
    ids=["begins without an end", "lists without an end", "escaped brackets", "streams in a stream"],
)
def test_what_never_ends_is_read_once(stream: bytes) -> None:
    assert steps(pdf(stream)) == 0  # a quadratic reading of these takes hours: the run itself is the proof


def test_streams_without_an_end_are_searched_once() -> None:
    assert steps(b"%PDF-1.4\n" + b"stream\n" * 4000 + bytes(5_000_000)) == 0


def test_a_picture_that_points_everywhere_takes_little_memory() -> None:
    n = 200
    inner = struct.pack("<H", n) + b"".join(struct.pack("<HHLL", 1, 2, 0xFFFF, 8) for _ in range(n))
    outer = struct.pack("<H", n) + b"".join(struct.pack("<HHLL", 0x8825, 4, 1, 8 + 2 + 12 * n) for _ in range(n))
    data = b"\xff\xd8Exif\x00\x00II*\x00" + struct.pack("<L", 8) + outer + inner + bytes(100_000)

    tracemalloc.start()
    found = place_of_taking.patches(data)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert sum(len(blank) for _, blank in found) <= 1 << 20
    assert most < 8 << 20
