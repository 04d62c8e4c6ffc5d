import pytest

from nbpress import book
from nbpress.check import check


@pytest.fixture
def problems(make_book):
    def found(toml):
        made = book.load(make_book({"one": ["# One"]}, toml=toml))
        return [problem for problem in check(made, made.pages) if problem.place.file == "conf/book.toml"]

    return found


def test_a_redirect_to_a_page_is_fine(problems):
    assert not problems('redirects = { "chapter/old" = "chapter/one", "x" = "chapter/index" }')


def test_a_redirect_to_no_page_names_line_and_nearest_page(problems):
    [problem] = problems('[redirects]\n"chapter/old" = "chapter/on"')
    assert problem.message == '"chapter/old" is redirected to "chapter/on", which is no page.'
    assert (problem.place.line, problem.hint) == (4, 'did you mean "chapter/one"?')


def test_a_page_cannot_be_an_old_name(problems):
    [problem] = problems('[redirects]\n"chapter/one" = "chapter/index"')
    assert "there is a page of that name" in problem.message


@pytest.mark.parametrize("name", ["/old", "../old", "chapter//old", "chapter/old.html", "chapter/old#part", ""])
def test_an_old_name_is_that_of_a_page(problems, name):
    [problem] = problems(f'[redirects]\n"{name}" = "chapter/one"')
    assert problem.message == f'"{name}" is redirected to "chapter/one", but cannot be the name of a page.'


@pytest.mark.parametrize("name", ["search", "404", "genindex", "references"])
def test_an_old_name_is_none_of_the_pages_that_the_site_adds(problems, name):
    [problem] = problems(f'[redirects]\n"{name}" = "chapter/one"')
    assert "there is a page of that name" in problem.message


@pytest.mark.parametrize("pattern", ["chapter/one", "chapter/*", "*"])
def test_pages_can_be_trusted_by_name_or_pattern(problems, pattern):
    assert not problems(f'trusted = ["{pattern}"]')


def test_what_is_trusted_must_be_a_page(problems):
    [problem] = problems('trusted = ["chapter/noe"]')
    assert (problem.place.line, problem.hint) == (3, 'did you mean "chapter/one"?')
