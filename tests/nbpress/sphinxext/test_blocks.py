import re

import pytest

REFERENCES = (
    "By Theorem 1.1 and Lemma 1.1, Corollary 1.1 holds; see also Definition 1.1, Proposition 1.1, Example 1.1, "
    "Remark 1.1, Algorithm 1.1, Proof, Derivation and Jensen’s theorem."
)


def one_line(text: str) -> str:
    return " ".join(text.replace("'", "’").split())


@pytest.fixture(scope="module")
def theorems(block_page):
    return block_page("statements/theorems")


@pytest.mark.parametrize(
    ("label", "title"),
    [
        ("def-convex", "Definition 1.1 (Convex function)"),
        ("thm-jensen", "Theorem 1.1 (Jensen’s inequality)"),
        ("lem-square", "Lemma 1.1"),
        ("ex-coin", "Example 1.1 A coin"),
        ("alg-descent", "Algorithm 1.1 Gradient descent"),
        ("prf-jensen", "Proof."),
    ],
)
def test_a_block_is_called_by_kind_number_and_title(theorems, label, title):
    assert one_line(theorems.find(id=label).select_one(".block-title").get_text().rstrip("#")) == title


def test_a_block_shows_the_style_of_its_kind(theorems):
    assert theorems.find(id="alg-descent")["class"] == ["block", "ruled", "algorithm"]


def test_each_kind_counts_for_itself_in_each_chapter(block_page):
    numbers = [
        block_page(p).select_one(".theorem .block-number").get_text() for p in ("statements/tasks", "short/nothing")
    ]
    assert numbers == ["Theorem 1.2", "Theorem 2.1"]


def test_links_show_numbers_or_their_own_words(theorems):
    assert REFERENCES in [one_line(p.get_text()) for p in theorems.find_all("p")]


def test_links_lead_to_blocks(theorems):
    assert [link["href"] for link in theorems.select("a.internal") if link.get_text() == "Jensen’s theorem"] == [
        "#thm-jensen"
    ]


def test_a_derivation_is_folded_on_the_site_and_set_on_paper(theorems, blocks_text):
    derivation = theorems.find(id="der-jensen")
    assert derivation.name == "details"
    assert one_line(derivation.summary.get_text()) == "Derivation The tangent"
    assert "Derivation The tangent A convex function lies above it." in blocks_text


def test_a_title_may_hold_a_link(theorems):
    assert "Proof of Lemma 1.1." in [
        one_line(title.get_text().rstrip("#")) for title in theorems.select(".block-title")
    ]


def test_every_proof_ends_with_a_tombstone(theorems):
    assert [proof.get_text().rstrip()[-1] for proof in theorems.select(".proof")] == ["∎"] * 3


def test_the_tombstone_stands_in_the_last_line_of_text(theorems):
    assert theorems.find(id="prf-jensen").select_one("p:last-child > .tombstone:last-child")


def test_a_proof_may_hold_executed_cells(theorems):
    assert theorems.select(".proof")[2].select_one(".nboutput").get_text().strip().startswith("2.66")


def test_steps_are_nested_lists(theorems):
    assert len(theorems.find(id="alg-descent").select("ol ol li")) == 2


@pytest.mark.parametrize(
    "begins",
    [
        r"\begin{nbpressstatement}{Theorem 1.1}{1.1}",
        r"\begin{nbpressplain}{Remark 1.1}{1.1}",
        r"\begin{nbpressruled}{Algorithm 1.1}{1.1}",
        r"\begin{nbpressproof}{Proof}{}",
        r"\begin{nbpressplain}{Exercise 1.2}{1.2}",
    ],
)
def test_tex_has_an_environment_for_each_style(blocks_tex, begins):
    assert begins in blocks_tex


def test_paper_says_what_the_site_says(blocks_text):
    assert REFERENCES in blocks_text


def test_paper_ends_proofs_too(blocks_text):
    assert re.search(r"Proof of Corollary 1.1, by example\. .* 2\.66\d+ is not negative\. [∎■]", blocks_text)


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ([":::{proof-start}\n:::"], "the proof that begins here does not end before the next section: :::{proof-end}"),
        ([":::{proof-start}\n:::", "## Next", ":::{proof-end}\n:::"], "the proof that begins here does not end"),
        ([":::{theorem-end}\n:::"], "no theorem begins before this end"),
    ],
)
def test_what_does_not_fit_together_is_a_problem(make_book, press, cells, said):
    done = press(make_book({"page": ["# Page", *cells]}), "build", "html")
    assert "cell 2 (id c2), line 1: " + said in done.stderr
    assert done.returncode == 1


def test_what_an_open_block_holds_is_kept(make_book, press):
    root = make_book({"page": ["# Page", ":::{proof-start}\n:::", "First.", "Last."]})
    press(root, "build", "html")
    text = (root / "build/html/chapter/page.html").read_text()
    assert ("First." in text, "Last." in text) == (True, True)
