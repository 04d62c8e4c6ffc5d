"""Two pictures, as eyes compare them: what share of their points looks different."""

from __future__ import annotations

import io
import shutil
import subprocess
from contextlib import suppress

from PIL import Image, ImageChops, ImageFilter, UnidentifiedImageError

VISIBLE = 24  # of 255: what a point must differ by in a colour to be seen, after a little blur
BLUR = 1.0  # points: smoothed edges and moved hairs are no difference
LARGEST = 1600  # points: the side that pictures are compared at


def difference(old: bytes, new: bytes) -> float | None:
    """The share of points that look different, from 0 to 1; None where it cannot be told.

    Pictures of unlike size are compared on the larger of both grounds, without scaling either.
    """
    if old == new:
        return 0.0
    one, other = _opened(old), _opened(new)
    if one is None or other is None:
        return None
    size = (max(one.width, other.width), max(one.height, other.height))
    apart = ImageChops.difference(_on_white(one, size), _on_white(other, size)).filter(ImageFilter.GaussianBlur(BLUR))
    counts = [channel.point(lambda value: 255 if value > VISIBLE else 0) for channel in apart.split()]
    seen = ImageChops.lighter(ImageChops.lighter(counts[0], counts[1]), counts[2])
    return seen.histogram()[255] / (size[0] * size[1])


def _opened(content: bytes) -> Image.Image | None:
    with suppress(UnidentifiedImageError, OSError, Image.DecompressionBombError):
        picture = Image.open(io.BytesIO(_raster(content)))
        picture.thumbnail((LARGEST, LARGEST))
        return picture.convert("RGBA")
    return None


def _raster(content: bytes) -> bytes:
    """An SVG as PNG, where this machine can; any other picture as it is."""
    program = shutil.which("rsvg-convert")
    if not is_svg(content) or program is None:
        return content
    done = subprocess.run([program, "--format=png"], input=content, capture_output=True, check=False)
    return done.stdout if done.returncode == 0 else content


def is_svg(content: bytes) -> bool:
    """Whether it is a drawing."""
    return b"<svg" in content[:4096]


def _on_white(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    ground = Image.new("RGBA", size, "white")
    ground.alpha_composite(picture)
    return ground.convert("RGB")
