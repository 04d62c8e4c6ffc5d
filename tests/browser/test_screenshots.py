"""The pictures in the README."""

import re

import pytest
from PIL import Image

import screenshots

pytestmark = pytest.mark.xdist_group("book")


def test_the_readme_shows_all_pictures_and_says_what_is_on_them():
    shown = re.findall(r"!\[([^\]]+)\]\((docs/img/site-[^)]+)\)", (screenshots.ROOT / "README.md").read_text())
    assert sorted(path for _, path in shown) == sorted(f"docs/img/{shot.name}.webp" for shot in screenshots.SHOTS)
    assert all((screenshots.ROOT / path).exists() for _, path in shown)


def test_pictures_are_taken_of_the_printed_site(browser, printed, tmp_path):
    screenshots.take(browser, printed / "build" / "html", tmp_path)
    for shot in screenshots.SHOTS:
        with Image.open(tmp_path / f"{shot.name}.webp") as picture:
            width, height = picture.size
            assert (width, height) == (shot.screen["width"] * 1.5, shot.screen["height"] * 1.5)
            assert sum(map(bool, picture.convert("L").histogram())) > 50  # it is not blank
