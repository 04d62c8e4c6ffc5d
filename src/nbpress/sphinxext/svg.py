"""SVG pictures on paper: turned into PDF by rsvg-convert."""

from __future__ import annotations

import os
import shutil
import subprocess

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms.images import ImageConverter
from sphinx.util import logging

logger = logging.getLogger(__name__)


class SvgConverter(ImageConverter):
    """Sphinx calls it for every SVG that the LaTeX builder cannot take as it is."""

    conversion_rules = [("image/svg+xml", "application/pdf")]  # noqa: RUF012  (Sphinx's interface)

    def match(self, node: nodes.image) -> bool:
        """Whether to convert it: not what is missing, of which Sphinx has warned."""
        return node["uri"] in self.env.images and super().match(node)

    def is_available(self) -> bool:
        """Whether rsvg-convert is installed."""
        return shutil.which("rsvg-convert") is not None

    def convert(self, _from: str | os.PathLike[str], _to: str | os.PathLike[str]) -> bool:
        """Write the PDF `_to` from the SVG `_from`; False, with a warning, where that fails."""
        command = ["rsvg-convert", "--format=pdf", f"--output={os.fspath(_to)}", os.fspath(_from)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            logger.warning("rsvg-convert cannot read %s: %s", _from, done.stderr.strip(), type="nbpress", subtype="svg")
        return done.returncode == 0


def setup(app: Sphinx) -> None:
    """Register the converter."""
    app.add_post_transform(SvgConverter)
