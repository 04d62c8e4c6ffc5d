"""GIF and WebP pictures on paper: the first frame, as PNG."""

from __future__ import annotations

import os

from docutils import nodes
from PIL import Image, UnidentifiedImageError
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms.images import ImageConverter
from sphinx.util import logging

logger = logging.getLogger(__name__)


class RasterConverter(ImageConverter):
    """Sphinx calls it for every picture that the LaTeX builder cannot take as it is."""

    conversion_rules = [("image/gif", "image/png"), ("image/webp", "image/png")]  # noqa: RUF012  (Sphinx's interface)

    def match(self, node: nodes.image) -> bool:
        """Browsers take them, though Sphinx does not know that of WebP."""
        return self.app.builder.format != "html" and super().match(node)

    def is_available(self) -> bool:
        """Pillow is always installed."""
        return True

    def convert(self, _from: str | os.PathLike[str], _to: str | os.PathLike[str]) -> bool:
        """Write the PNG `_to` from the picture `_from`; False, with a warning, where that fails."""
        try:
            with Image.open(_from) as picture:
                picture.seek(0)
                picture.convert("RGBA").save(_to, "PNG")
        except (OSError, UnidentifiedImageError) as error:
            logger.warning("%s cannot be read: %s", _from, error, type="nbpress", subtype="picture")
            return False
        return True


def setup(app: Sphinx) -> None:
    """Register the converter."""
    app.add_post_transform(RasterConverter)
