"""The glossary, and links to its terms."""


def test_a_term_leads_to_its_definition(prose, prose_tex):
    link = prose("text/terms").find("a", string="overfitting")
    assert link["href"] == "#term-overfitting"
    assert r"\hyperref[\detokenize{text/terms:term-overfitting}]" in prose_tex


def test_a_term_in_other_words(prose):
    assert prose("text/terms").find("a", href="#term-learning-rate").text == "rate"


def test_definitions_are_markdown(prose, prose_tex):
    assert prose("text/terms").select_one("dl.glossary dd em").text == "by heart"
    assert r"A model knows its data \sphinxstyleemphasis{by heart}" in prose_tex


def test_an_unknown_term_names_place_and_nearest(make_book, press):
    terms = ":::{glossary}\noverfitting\n: Knows its data by heart.\n:::"
    said = press(make_book({"page": ["# Page", "{term}`overfiting`", terms]}), "build", "html").stderr
    assert (
        'cell 2 (id c2), line 1: the term "overfiting" is not in the glossary.\n    did you mean "overfitting"?' in said
    )


def test_a_glossary_that_is_no_list_is_a_problem(make_book, press):
    said = press(make_book({"page": ["# Page", ":::{glossary}\nWords.\n:::"]}), "build", "html").stderr
    assert "cell 2 (id c2), line 1: a glossary is a list of terms" in said
