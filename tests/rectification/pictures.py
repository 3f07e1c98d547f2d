"""Pictures drawn by rule: places, halls with a meeting, pages and forms; and what is done to one to use it again."""

from __future__ import annotations

import io
import random

from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

WIDE, HIGH = 640, 480


def _colour(rng: random.Random, low: int = 0, high: int = 255) -> tuple[int, int, int]:
    return (rng.randint(low, high), rng.randint(low, high), rng.randint(low, high))


def scene(seed: int) -> Image.Image:
    """A place outside: sky, ground, and things of all sizes."""
    rng = random.Random(seed)
    picture = Image.new("RGB", (WIDE, HIGH), _colour(rng, 90, 220))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, HIGH * rng.uniform(0.4, 0.7), WIDE, HIGH), fill=_colour(rng, 40, 160))
    for _ in range(rng.randint(9, 18)):
        x, y, w, h = rng.randrange(WIDE), rng.randrange(HIGH), rng.randrange(30, 240), rng.randrange(30, 200)
        shape = draw.rectangle if rng.random() < 0.6 else draw.ellipse
        shape((x, y, x + w, y + h), fill=_colour(rng))
    return picture.filter(ImageFilter.GaussianBlur(1))


def meeting(seed: int) -> Image.Image:
    """The same hall each time: banner, table; other people in other seats."""
    rng = random.Random(seed)
    picture = Image.new("RGB", (WIDE, HIGH), (200, 190, 170))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, WIDE, 140), fill=(150, 40, 40))
    draw.rectangle((80, 30, 560, 80), fill=(230, 210, 90))
    draw.polygon([(160, 240), (480, 240), (620, 480), (20, 480)], fill=(110, 70, 40))
    for _ in range(rng.randint(6, 14)):
        x, y, r = rng.randrange(24, 616), rng.randrange(160, 440), rng.randrange(14, 32)
        draw.rectangle((x - r * 1.6, y + r, x + r * 1.6, y + r * 4), fill=_colour(rng, 20, 120))
        draw.ellipse((x - r, y - r, x + r, y + r), fill=(220, 180, 150))
    return picture


def page(seed: int, *, rows: int = 0) -> Image.Image:
    """A scanned page under the same letterhead; with `rows`, a form of so many rows in which little is filled in."""
    rng = random.Random(seed)
    picture = Image.new("L", (620, 877), 250)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((150, 60, 470, 100), fill=120)
    draw.line((60, 140, 560, 140), fill=120, width=3)
    for n in range(rows or 20):
        y = 180 + n * 32
        if rows:
            draw.rectangle((60, y, 560, y + 32), outline=60)
            draw.line((160, y, 160, y + 32), fill=60)
            if n < rows // 3:
                _strokes(draw, rng, 170, y + 8, rng.randint(3, 9))
        else:
            _strokes(draw, rng, 66, y, 24 if rng.random() < 0.7 else rng.randint(4, 24))
    return picture


def _strokes(draw: ImageDraw.ImageDraw, rng: random.Random, x: int, y: int, n: int) -> None:
    """Draw something as dense as so many characters."""
    for at in range(n):
        for _ in range(7):
            left, top = x + at * 20 + rng.randrange(14), y + rng.randrange(14)
            across = rng.random() < 0.5
            draw.line((left, top, left + 9 * across, top + 9 * (not across)), fill=20, width=2)


def cut(picture: Image.Image, share: float, *, seed: int = 7) -> Image.Image:
    """Cut a share of the width and of the height away."""
    rng = random.Random(seed)
    wide, high = picture.size
    left, top = rng.random() * share * wide, rng.random() * share * high
    return picture.crop((round(left), round(top), round(left + (1 - share) * wide), round(top + (1 - share) * high)))


def saved_again(picture: Image.Image, quality: int = 40, smaller: int = 2) -> Image.Image:
    out = io.BytesIO()
    picture.convert("RGB").resize((picture.width // smaller, picture.height // smaller)).save(
        out, "JPEG", quality=quality
    )
    return Image.open(io.BytesIO(out.getvalue()))


def lightened(picture: Image.Image) -> Image.Image:
    return ImageEnhance.Brightness(picture).enhance(1.2)


def tilted(picture: Image.Image, degrees: float = 2) -> Image.Image:
    return picture.rotate(degrees, fillcolor="white")
