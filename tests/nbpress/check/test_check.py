import json
from pathlib import Path

import nbpress.check.__main__ as rules
from nbpress import book
from nbpress.check import RULES, check, references, structure  # noqa: F401  (they register the rules)


def problems(root, *names):
    loaded = book.load(root)
    return check(loaded, book.select(loaded, names))


def test_a_good_book_has_no_problems(make_book):
    assert problems(make_book({"first": ["# First", ("1 + 1",)]})) == []


def test_every_problem_names_its_rule(make_book):
    root = make_book({"first": ["No title, [a](#b)."]})
    assert [p.rule for p in problems(root)] == ["one-title", "links-resolve"]


def test_problems_come_in_reading_order(make_book):
    root = make_book({"b": ["# B", "[x](#no)"], "a": ["# A", "[x](#no)"]})
    assert [p.place.file[-7:] for p in problems(root)] == ["b.ipynb", "a.ipynb"]


def test_only_chosen_pages_are_reported(make_book):
    root = make_book({"a": ["[x](#no)"], "b": ["# B"]})
    assert problems(root, "chapter/b") == []


def test_unreadable_notebooks_are_reported_with_the_others(make_book):
    root = make_book({"a": "{", "b": ["no title"]})
    assert [p.rule for p in problems(root)] == ["readable", "one-title"]


def test_every_rule_has_its_sentence():
    assert len(RULES) > 8
    assert all(rule.__doc__ and rule.__doc__.endswith(".") for rule in RULES.values())


def excused(root, **rules):
    path = root / "notebooks/chapter/page.ipynb"
    raw = json.loads(path.read_text())
    raw["metadata"]["nbpress"] = {"ignore": {name.replace("_", "-"): reason for name, reason in rules.items()}}
    path.write_text(json.dumps(raw))
    return [f"{p.rule}: {p.message}" for p in problems(root)]


def test_a_page_is_excused_with_a_reason(make_book):
    root = make_book({"page": ["# Page", "the the"]})
    assert excused(root) == ['words-once: "the the": the word stands twice.']
    assert excused(root, words_once="It is a quotation.") == []


def test_excuses_are_looked_at(make_book):
    root = make_book({"page": ["# Page", "the the"]})
    where = "in the notebook's metadata, under nbpress.ignore"
    assert excused(root, words_once="") == [f'excuses-needed: {where}: "words-once" needs a reason.']
    assert f'excuses-needed: {where}: there is no rule "words-onse".' in excused(root, words_onse="A slip.")
    assert f'excuses-needed: {where}: the page keeps the rule "one-title".' in excused(root, one_title="Because.")


def test_the_page_of_rules_is_made_of_their_sentences():
    written = (Path(__file__).parents[3] / "docs" / "rules.md").read_text(encoding="utf-8")
    assert written == rules.page(), "python -m nbpress.check > docs/rules.md"
