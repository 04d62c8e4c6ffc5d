import re


def test_parts_where_there_are_several(tex):
    assert re.findall(r"\\part\{(.*?)\}", tex) == ["First Part", "Second Part"]


def test_the_references_have_no_number(pdf_text):
    assert not re.search(r"^\s*3\s+References", pdf_text, re.M)


def test_chapters_in_order(pdf_text):
    text = pdf_text[pdf_text.rindex("Contents") :]
    places = [
        text.index(title) for title in ("Basics", "The Syntax", "The Outputs", "More of It", "Links", "References")
    ]
    assert places == sorted(places)


def test_chinese(pdf_text):
    assert "深度学习动手实践" in pdf_text


def test_long_lines_of_code_stay_on_the_page(pdf_text):
    assert "END" in pdf_text
