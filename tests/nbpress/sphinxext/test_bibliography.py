from bs4 import BeautifulSoup


def test_author_and_year(page):
    text = " ".join(page("basics/syntax").get_text().split())
    assert "Harris et al. (2020) made arrays fast (Harris et al., 2020, Rubin, 1976)." in text


def test_the_page_lists_what_it_cites(page):
    entries = page("basics/syntax").select(".page-bibliography li")
    assert ["Harris" in entries[0].get_text(), "Rubin" in entries[1].get_text(), len(entries)] == [True, True, 2]


def test_doi_links(page):
    assert (
        page("basics/syntax").select_one(".page-bibliography a")["href"] == "https://doi.org/10.1038/s41586-020-2649-2"
    )


def test_pages_that_cite_nothing_have_no_list(page):
    assert not page("basics/outputs").select(".page-bibliography")


def test_all_references(page):
    assert len(page("references").select(".citation")) == 2


def test_references_on_paper(pdf_text):
    assert "585:357–362" in pdf_text


RUBIN = "https://example.org/a_b%20c#missing"


def test_links_of_works_on_both_lists_of_the_site(formulas_page):
    for name, place in (("maps/works", ".page-bibliography"), ("references", ".citation-list")):
        links = [link["href"] for link in formulas_page(name).select(f"{place} a.external")]
        assert links == ["https://doi.org/10.1038/s41586-020-2649-2", RUBIN]


def test_links_of_works_on_paper(formulas_tex):
    assert r"\sphinxhref{https://doi.org/10.1038/s41586-020-2649-2}{doi:" in formulas_tex
    assert r"\sphinxurl{https://example.org/a\_b\%20c\#missing}" in formulas_tex


def test_citations_say_the_same_on_paper(formulas_page, formulas_pdf):
    said = (
        "Textual: Harris et al. (2020). In brackets: (Rubin, 1976). "
        "Several: (Harris et al., 2020, Knuth, 1984, Rubin, 1976)."
    )
    assert said in " ".join(formulas_page("maps/works").get_text().split())
    assert said in formulas_pdf


def test_an_unknown_key_is_a_problem_with_its_place(make_book, press):
    root = make_book({"page": ["# Page", "see {cite:p}`nobody2000`"]})
    (root / "notebooks" / "references.bib").write_text("@misc{somebody2000, title={T}, author={A B}, year={2000}}")
    done = press(root, "build", "html")
    assert (
        'notebooks/chapter/page.ipynb, cell 2 (id c2), line 1: the bibliography has no entry "nobody2000"'
        in done.stderr
    )


def test_an_edited_entry_reaches_the_pages_that_cite_it(make_book, press):
    root = make_book({"page": ["# Page", "see {cite:p}`one`"]})
    bib = root / "notebooks" / "references.bib"
    bib.write_text("@misc{one, title={T}, author={Bee, A}, year={2001}}")
    press(root, "build", "html")
    bib.write_text("@misc{one, title={T}, author={Cee, A}, year={2001}}")
    press(root, "build", "html")
    assert "(Cee, 2001)" in BeautifulSoup((root / "build/html/chapter/page.html").read_text(), "html.parser").get_text()
