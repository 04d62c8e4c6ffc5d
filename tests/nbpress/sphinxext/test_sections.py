import re

from docutils import nodes

from nbpress.sphinxext.sections import room
from nbpress.sphinxext.solutions import solution


def test_text_and_pictures_take_room_and_what_is_folded_does_not():
    text = nodes.paragraph("", "x" * 1000)
    assert room(nodes.section("", text)) == 56
    assert room(nodes.section("", text.deepcopy(), nodes.image())) == 78
    assert room(nodes.section("", text.deepcopy(), solution("", text.deepcopy()))) == 56


def test_the_sections_of_a_page_say_what_room_they_take(runnable):
    [part] = runnable.page("chapter/first").select("article > section > section")
    assert re.fullmatch(r"--room: \d+", part["style"])
    assert "style" not in runnable.page("chapter/first").select_one("article > section").attrs
