import pytest

from nbpress import lettering
from nbpress.sphinxext import cards
from nbpress.sphinxext.cards import Card

CARD = Card("2.1", "Tensors", "Book", "Author")


def inked(picture):
    """The part of a picture that is not ground, right of its bar."""
    grey = picture.convert("L").crop((40, 0, *cards.SIZE))
    return grey.point(lambda value: 255 * (value < 200)).getbbox()


def test_a_picture_has_the_size_that_other_sites_ask_for():
    assert cards.draw(CARD).size == (1200, 630)


@pytest.mark.parametrize("title", ["Short", "A long title " * 12, "UnbreakablyLong" * 9, "很长的标题" * 30])
def test_no_title_leaves_its_picture(title):
    left, top, right, bottom = inked(cards.draw(CARD._replace(title=title)))
    assert (left + 40 >= cards.LEFT - 8, right + 40 <= 1190, top > 40, bottom < 600) == (True,) * 4


def test_characters_have_the_shapes_of_the_language():
    title = "直骨"
    pictures = [cards.draw(CARD._replace(title=title, language=name)).tobytes() for name in ("zh_CN", "ja", "zh", "en")]
    assert pictures[0] != pictures[1]
    assert pictures[0] == pictures[2] == pictures[3]


def test_what_no_font_has_cannot_be_set():
    assert lettering.can_be_set("Tensors — naïve")
    assert not lettering.can_be_set("\U00012000")


def test_a_picture_is_drawn_once_and_deleted_when_nothing_shows_it(tmp_path):
    cards.draw_all(tmp_path, [CARD])
    file = tmp_path / CARD.file
    file.write_bytes(b"drawn")
    cards.draw_all(tmp_path, [CARD])
    assert file.read_bytes() == b"drawn"
    cards.draw_all(tmp_path, [])
    assert not file.exists()


def test_pages_have_pictures_of_their_own(published):
    names = ("index", "chapter/index", "chapter/one", "chapter/trusted")
    assert len({published.page(name).select_one('meta[property="og:image"]')["content"] for name in names}) == 4
