"""Pictures of places, drawn."""

from __future__ import annotations

import io
import random
from datetime import date

from PIL import Image, ImageDraw


def photo(seed: int, *, taken: date | None = None, cut: int = 0) -> bytes:
    """Draw a place; `cut`: so many points are cut away on each side."""
    rng = random.Random(seed)
    picture = Image.new("RGB", (640, 480), (150, 170, 190))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 260, 640, 480), fill=(120, 100, 70))
    for _ in range(14):
        x, y, w, h = rng.randrange(640), rng.randrange(480), rng.randrange(30, 220), rng.randrange(30, 180)
        draw.rectangle((x, y, x + w, y + h), fill=(rng.randrange(256), rng.randrange(256), rng.randrange(256)))
    out, exif = io.BytesIO(), Image.Exif()
    if taken:
        exif[0x0132] = f"{taken:%Y:%m:%d} 10:00:00"
    picture.crop((cut, cut, 640 - cut, 480 - cut)).save(out, "JPEG", quality=70, exif=exif)
    return out.getvalue()
