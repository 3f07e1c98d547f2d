"""Small real files of each format an office sends, made byte by byte so that a test can put in what it needs."""

from __future__ import annotations

import base64
import io
import struct
import zipfile
import zlib

from PIL import Image

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
WORD_ENDS = "</w:t></w:r></w:p></w:body></w:document>"


# ---- PDF

HEAD_OF_MAP = b"/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <00> <ff> endcodespacerange\n"


def a_pdf(
    *pages: bytes,
    maps: tuple[bytes, ...] = (),
    loose: tuple[bytes, ...] = (),
    loose_is: bytes = b"",
    catalog: bytes = b"",
    fonts: bytes = b"",
) -> bytes:
    """Return a PDF with these pages (their drawing) and fonts F1, F2, … read by these maps.

    It has also the streams that no page names, and more in its catalog.
    """
    pages = pages or (b"BT ET",)
    first, used = 3, 3 + 2 * len(pages)
    resources = (
        b"<</Font<<" + fonts + b"".join(b"/F%d %d 0 R" % (n + 1, used + 2 * n) for n in range(len(maps))) + b">>>>"
    )
    parts = [
        b"<</Type/Catalog/Pages 2 0 R" + catalog + b">>",
        b"<</Type/Pages/Kids["
        + b" ".join(b"%d 0 R" % (first + n) for n in range(len(pages)))
        + b"]/Count %d>>" % len(pages),
    ]
    parts += [
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents %d 0 R/Resources%s>>"
        % (first + len(pages) + n, resources)
        for n in range(len(pages))
    ]
    parts += [_stream(page) for page in pages]
    for n, known in enumerate(maps):
        parts.append(b"<</Type/Font/Subtype/TrueType/BaseFont/Song/ToUnicode %d 0 R>>" % (used + 2 * n + 1))
        parts.append(_stream(HEAD_OF_MAP + known))
    return _written([*parts, *(_stream(one, loose_is) for one in loose)])


def _stream(content: bytes, what: bytes = b"") -> bytes:
    packed = zlib.compress(content)
    return b"<<%s/Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (what, len(packed), packed)


def _written(parts: list[bytes]) -> bytes:
    out, places = b"%PDF-1.4\n", []
    for n, part in enumerate(parts, 1):
        places.append(len(out))
        out += b"%d 0 obj" % n + part + b"endobj\n"
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(parts) + 1
    return out + b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (
        size, table, size, len(out),
    )  # fmt: skip


A_PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Annots[5 0 R]>>"


def with_packed_object(said: bytes, called: bytes = b"", third: bytes = A_PAGE) -> bytes:
    """Return a PDF with an object (number 5) that lies in a stream of objects (number 4), as PDF 1.5 writes it.

    `called`: what else the stream says it is. `third`: object number 3.
    """
    packed_objects = _stream(b"5 0 " + said, b"/Type/ObjStm/N 1/First 4" + called)
    parts = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", third, packed_objects]
    out, rows = b"%PDF-1.5\n", struct.pack(">BHB", 0, 0, 255)
    for n, part in enumerate(parts, 1):
        rows += struct.pack(">BHB", 1, len(out), 0)
        out += b"%d 0 obj" % n + part + b"endobj\n"
    rows += struct.pack(">BHB", 2, 4, 0) + struct.pack(">BHB", 1, len(out), 0)
    table = _stream(rows, b"/Type/XRef/Size 7/W[1 2 1]/Root 1 0 R")
    return out + b"6 0 obj" + table + b"endobj\nstartxref\n%d\n%%%%EOF\n" % len(out)


# ---- a photo of a telephone

# 32 × 16 points, left half blue, right half red, turned upright by a quarter; with time and place
HEIC = base64.b85decode(
    b"0000SW^{RQXk}?*00000ZE0pPXk}?*ZE0a<0005UZDn*}000000000XXk=`10000000000aA{+700000000000000000000G-+&aV*mgE07O6l"
    b"0ssL300001>i_`&00000005N$0ssI200Mvj0RR9100000wg3PCIB98aW&i*H00062000$fZf0cy000000RRAKc4ILB0000LX>Mj^0ssI300IC2"
    b"MR;ju000004sdC7Z2$lO00031009PRaB^?}008A_aAR)(004Dpc4I>U18@KU0FVFx0000U@BsY%`1k+-4+CHT0RR|40Sp2E{{wIU00RJ!00093"
    b"00RIXx&lC90096gLID8-Z~y=U0FVFx0{{R603M(qfd!W8uA1iHA)vs3000bt00093gkk^z00u+>!E?ch0000JV{dG7ZewhC0096E00w{n000ze"
    b"b8uw<00000002M$002M$001asY+-N!001BW00031000mG00061|Nr0s00092|Nqbc00062000nhX?SS>000032nYxO000STa&L440000PX>e^}"
    b"0000000001009Pp0s{qvh5!Hn8fkK6W&i*H000004r63<V*mmG0RRC200C2NWMOmw005CF0k0Dwot8NG5cg;Q@=E&$%5#t6`<B6ejkEvbvw40l"
    b"N9hF~fV@25jS58BMZPTxP@!V7?h6)B5IsMeM$_h?K)j8#RnDw6oxh5gDxTlr^d^D)Kg031QZ9f5Ls!$k#X9lRGk%{G?;m&{K8#w6+LDMYBy$hp"
    b"{vUCZ)m?lF&@X;U-l2^yK_@Mgton#B00006MR;ju002!*04e|g00;mB0TKWM0000100sa60Wtsr0000K0000oh$R37000010000+00000GB7eW"
    b"IxsgnFg74CIXW{iIxsK*00aO500IC200K?`0000200jU500RI30DJ%g00IC200Kn-0000400jU500RI30F(d#0000003!eZ0096104e|g00961"
    b"03-ka009610BZmM00961044wc0096100000009"
)


# ---- containers


def packed(parts: dict[str, bytes | str], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as made:
        for name, content in parts.items():
            made.writestr(zipfile.ZipInfo(name), content, method)  # no time of day: the same words are the same bytes
    return out.getvalue()


def docx(text: str = "关于整改的报告", **parts: bytes | str) -> bytes:
    return packed(
        {
            "[Content_Types].xml": "<Types/>",
            "word/document.xml": f"<w:document><w:body><w:p><w:r><w:t>{text}{WORD_ENDS}",
        }
        | parts
    )


def xlsx(text: str = "序号") -> bytes:
    return packed(
        {
            "[Content_Types].xml": "<Types/>",
            "xl/workbook.xml": "<workbook/>",
            "xl/sharedStrings.xml": f"<sst><si><t>{text}</t></si></sst>",
        }
    )


def ofd(text: str = "通知") -> bytes:
    return packed({"OFD.xml": "<ofd:OFD/>", "Doc_0/Pages/Page_0/Content.xml": f"<ofd:TextCode>{text}</ofd:TextCode>"})


def compound(*names: str, text: str = "正文", root: bytes = bytes(16), first: bytes = b"") -> bytes:
    """Return a compound file with streams of these names, the first holding the text at an odd place, or `first`.

    MS-CFB: as many FAT sectors as it needs, one or two of directory.
    """
    content = (first or bytes(7) + text.encode("utf-16-le")).ljust(4096, b"\0")
    content += bytes(-len(content) % 512)
    sizes = [len(content), *[4096] * (len(names) - 1)] if names else []
    directory = (len(names) + 4) // 4
    fats = next(n for n in range(1, 100) if n * 128 >= n + directory + sum(sizes) // 512)
    begins = [fats + directory + sum(sizes[:n]) // 512 for n in range(len(names))]
    fat = [*[0xFFFFFFFD] * fats, *range(fats + 1, fats + directory), 0xFFFFFFFE]
    for begin, size in zip(begins, sizes, strict=True):
        fat += [*range(begin + 1, begin + size // 512), 0xFFFFFFFE]
    header = OLE + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIII", 0, fats, fats, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header += struct.pack(f"<{fats}I", *range(fats))
    entries = [_entry("Root Entry", 5, child=1 if names else 0xFFFFFFFF, root=root)]
    for n, (name, begin, size) in enumerate(zip(names, begins, sizes, strict=True), 1):
        entries.append(_entry(name, 2, right=n + 1 if n < len(names) else 0xFFFFFFFF, begin=begin, size=size))
    return (
        header.ljust(512, b"\xff")
        + struct.pack(f"<{len(fat)}I", *fat).ljust(512 * fats, b"\xff")
        + b"".join(entries).ljust(512 * directory, b"\0")
        + content
        + bytes(4096) * (len(names) - 1)
    )


def _entry(
    name: str,
    kind: int,
    *,
    right: int = 0xFFFFFFFF,
    child: int = 0xFFFFFFFF,
    begin: int = 0xFFFFFFFE,
    size: int = 0,
    root: bytes = bytes(16),
) -> bytes:
    called = name.encode("utf-16-le")
    return (
        called.ljust(64, b"\0") + struct.pack("<HBBIII", len(called) + 2, kind, 1, 0xFFFFFFFF, right, child)
        + root + bytes(20) + struct.pack("<IQ", begin, size)
    )  # fmt: skip


def package(name: str, content: bytes) -> bytes:
    """Return the stream of a file that was packed into a document (\\x01Ole10Native)."""
    called = name.encode("gb18030") + b"\0"
    return (
        struct.pack("<LH", 0, 2) + called + b"C:\\" + called + struct.pack("<LL", 3, len(called)) + called
        + struct.pack("<L", len(content)) + content
    )  # fmt: skip


# ---- pictures


def _picture(what: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (16, 12), (180, 40, 30)).save(out, what)
    return out.getvalue()


JPEG, PNG, PDF = _picture("JPEG"), _picture("PNG"), a_pdf()


def exif(order: str = "<") -> bytes:
    """Return the directory of a time and a place as a telephone writes it."""
    begin = b"II*\x00" if order == "<" else b"MM\x00*"
    first = struct.pack(order + "HHHLLHHLLL", 2, 0x0132, 2, 20, 100, 0x8825, 4, 1, 38, 0)
    place = struct.pack(order + "HHHL4sHHLLL", 2, 1, 2, 2, b"N\0\0\0", 2, 5, 3, 76, 0)
    tiff = begin + struct.pack(order + "L", 8) + first
    tiff = tiff.ljust(38, b"\0") + place
    tiff = tiff.ljust(76, b"\0") + struct.pack(order + "6L", 35, 1, 42, 1, 3600, 100)
    return tiff.ljust(100, b"\0") + b"2026:07:06 09:30:00\0"


XMP = (
    b'http://ns.adobe.com/xap/1.0/\x00<x exif:GPSLatitude="35,42.6N" exif:GPSLongitude=\'107,38E\' dc:title="x"/>'
    b"<exif:GPSAltitude>1400</exif:GPSAltitude>"
)


def photo(order: str = "<", cut: int | None = None) -> bytes:
    """Return a JPEG that says when and where it was made; its directory may be cut."""
    segments = [b"Exif\0\0" + exif(order)[:cut], XMP]
    said = b"".join(b"\xff\xe1" + struct.pack(">H", len(one) + 2) + one for one in segments)
    return JPEG[:2] + said + JPEG[2:]
