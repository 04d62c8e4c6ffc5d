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
