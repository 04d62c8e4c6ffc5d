"""A calibrated stand-in for natural language inference: pairs that no single sentence gives away.

Each candidate has a key (what kind of pair it is, and the word of the hypothesis that decides); of
each key the same number of every label is kept, so that the hypothesis alone says nothing.
"""

from collections import defaultdict
from random import Random
from typing import Any, NamedTuple
from zlib import crc32

from handson.data.samples.seeding import chooser

__all__ = ["CONTRADICTS", "ENTAILS", "NEUTRAL", "SIZES", "draw"]

SIZES = {"train": 9_500, "valid": 1_000, "test": 1_000}
ENTAILS, CONTRADICTS, NEUTRAL = range(3)
CANDIDATES = 5  # drawn for each pair that is wanted

ACTORS = {
    "man": "person", "woman": "person", "boy": "child", "girl": "child", "puppy": "dog", "poodle": "dog",
    "kitten": "cat", "pony": "horse", "child": "person", "dog": "animal", "cat": "animal", "horse": "animal",
}  # fmt: skip
PEOPLE = ("man", "woman", "boy", "girl")
PLACES = {"park": True, "garden": True, "street": True, "field": True, "kitchen": False, "shop": False, "hall": False}
COLOURS = ("red", "blue", "green", "yellow", "black", "white")
GARMENTS = ("shirt", "hat", "coat", "scarf")
DOING = {"running": True, "walking": True, "dancing": True, "jumping": True, "sleeping": False, "sitting": False}
DETAILS = ("near a fence", "with a ball", "under a tree", "near an exit", "in the rain", "behind a cart")
DEEDS = ("chasing", "following", "helping", "watching", "painting", "carrying")


class _Pair(NamedTuple):
    premise: str
    hypothesis: str
    label: int
    key: tuple[str, ...]


def draw(split: str = "train", n: int | None = None, seed: int = 0) -> dict[str, Any]:
    """Draw `premises`, `hypotheses` and `labels`: 0 entailment, 1 contradiction, 2 neutral.

    >>> [len(values) for values in draw("test", 6).values()]
    [6, 6, 6]
    """
    rng = chooser(seed, split)
    n = SIZES[split] if n is None else n
    pairs: list[_Pair] = []
    while len(pairs) < n:
        drawn = dict.fromkeys(_candidate(rng) for _ in range(CANDIDATES * n + 200))
        pairs = list(dict.fromkeys([*pairs, *_balanced(rng, [pair for pair in drawn if _split_of(pair) == split])]))
        rng.shuffle(pairs)
    pairs = pairs[:n]
    return {
        "premises": [pair.premise for pair in pairs],
        "hypotheses": [pair.hypothesis for pair in pairs],
        "labels": [pair.label for pair in pairs],
    }


def _split_of(pair: _Pair) -> str:
    """Where a pair belongs, whatever the seed: a tenth of all is for testing, and a tenth for validation."""
    tenth = crc32(f"{pair.premise} {pair.hypothesis}".encode()) % 10
    return {0: "test", 1: "valid"}.get(tenth, "train")


def _balanced(rng: Random, pairs: list[_Pair]) -> list[_Pair]:
    groups: dict[tuple[str, ...], list[list[_Pair]]] = defaultdict(lambda: [[], [], []])
    for pair in pairs:
        groups[pair.key][pair.label].append(pair)
    kept: list[_Pair] = []
    for by_label in groups.values():
        count = min(map(len, by_label))
        for same in by_label:
            kept += rng.sample(same, count)
    return kept


def _candidate(rng: Random) -> _Pair:
    kinds = (_actor, _colour, _place, _activity, _negation, _detail, _quantity, _roles)
    pair = rng.choice(kinds)(rng)
    return pair._replace(premise=_article(pair.premise), hypothesis=_article(pair.hypothesis))


def _article(text: str) -> str:
    return text.replace("A animal", "An animal").replace("a animal", "an animal")


def _scene(rng: Random) -> str:
    return f"{rng.choice(tuple(DOING))} in the {rng.choice(tuple(PLACES))}"


def _above(word: str) -> list[str]:
    """The word and everything more general."""
    return [word, *_above(ACTORS[word])] if word in ACTORS else [word]


def _actor(rng: Random) -> _Pair:
    scene = _scene(rng)
    first, second = rng.choice((*ACTORS, "person", "animal")), rng.choice((*ACTORS, "person", "animal"))
    if second in _above(first):
        label = ENTAILS
    elif first in _above(second) or _overlap(first, second):
        label = NEUTRAL
    else:
        label = CONTRADICTS
    return _Pair(f"A {first} is {scene}.", f"A {second} is {scene.split()[0]}.", label, ("actor", second))


def _overlap(first: str, second: str) -> bool:
    """Whether one can be the other without the words saying so: a girl is no boy, but a child may be either."""
    return {first, second} in ({"man", "child"}, {"woman", "child"})


def _colour(rng: Random) -> _Pair:
    who, what, colour, other = rng.choice(PEOPLE), rng.choice(GARMENTS), rng.choice(COLOURS), rng.choice(COLOURS)
    if rng.random() < 0.45:
        premise = f"A {who} in a {what} is {_scene(rng)}."
        return _Pair(premise, f"The {who} has a {other} {what}.", NEUTRAL, ("colour", other))
    label = ENTAILS if colour == other else CONTRADICTS
    return _Pair(
        f"A {who} in a {colour} {what} is {_scene(rng)}.", f"The {who} has a {other} {what}.", label, ("colour", other)
    )


def _place(rng: Random) -> _Pair:
    who, doing, here = rng.choice(PEOPLE), rng.choice(tuple(DOING)), rng.choice(tuple(PLACES))
    outside = rng.random() < 0.5
    word = "outside" if outside else "inside"
    hypothesis = f"A {who} is {word}."
    if rng.random() < 0.35:
        return _Pair(f"A {who} is {doing} {rng.choice(DETAILS[1:2])}.", hypothesis, NEUTRAL, ("place", word))
    label = ENTAILS if PLACES[here] == outside else CONTRADICTS
    return _Pair(f"A {who} is {doing} in the {here}.", hypothesis, label, ("place", word))


def _activity(rng: Random) -> _Pair:
    who, doing, place = rng.choice(tuple(ACTORS)), rng.choice(tuple(DOING)), rng.choice(tuple(PLACES))
    goal = rng.choice(("moving", "resting"))
    premise = f"A {who} is {doing} in the {place}."
    if rng.random() < 0.35:
        return _Pair(f"A {who} is in the {place}.", f"The {who} is {goal}.", NEUTRAL, ("activity", goal))
    label = ENTAILS if DOING[doing] == (goal == "moving") else CONTRADICTS
    return _Pair(premise, f"The {who} is {goal}.", label, ("activity", goal))


def _negation(rng: Random) -> _Pair:
    who, doing, place = rng.choice(tuple(ACTORS)), rng.choice(tuple(DOING)), rng.choice(tuple(PLACES))
    denied, asked = rng.random() < 0.5, rng.random() < 0.5
    hypothesis = f"The {who} is {'not ' if asked else ''}{doing}."
    key = ("negation", doing, str(asked))
    if rng.random() < 0.33:
        return _Pair(f"A {who} is in the {place}.", hypothesis, NEUTRAL, key)
    premise = f"A {who} is {'not ' if denied else ''}{doing} in the {place}."
    if denied:  # it may be doing so elsewhere; the same event is meant
        premise = f"In the {place}, a {who} is not {doing}."
    return _Pair(premise, hypothesis, ENTAILS if denied == asked else CONTRADICTS, key)


def _detail(rng: Random) -> _Pair:
    """What is denied of the whole is denied of the part; what is said of the part is said of the whole."""
    who, doing, detail = rng.choice(tuple(ACTORS)), rng.choice(tuple(DOING)), rng.choice(DETAILS)
    denied, asked, more, extra = (rng.random() < 0.5 for _ in range(4))
    premise = f"A {who} is {'not ' if denied else ''}{doing}{f' {detail}' if more else ''}."
    hypothesis = f"The {who} is {'not ' if asked else ''}{doing}{f' {detail}' if extra else ''}."
    if denied == asked:
        follows = (more or not extra) if not denied else (extra or not more)
        label = ENTAILS if follows else NEUTRAL
    elif not denied:
        label = CONTRADICTS if more or not extra else NEUTRAL
    else:
        label = CONTRADICTS if extra or not more else NEUTRAL
    return _Pair(premise, hypothesis, label, ("detail", str(asked), str(extra)))


def _quantity(rng: Random) -> _Pair:
    who, doing, detail = rng.choice(PEOPLE), rng.choice(tuple(DOING)), rng.choice(DETAILS)
    plural = {"man": "men", "woman": "women", "boy": "boys", "girl": "girls"}[who]
    said, asked = rng.choice(("no", "some", "two", "five", "all")), rng.choice(("no", "some", "all"))
    more = rng.random() < 0.5
    premise = f"{said.capitalize()} {plural} are {doing}{f' {detail}' if more else ''}."
    label = {
        "no": {"no": NEUTRAL if more else ENTAILS, "some": NEUTRAL if more else CONTRADICTS, "all": CONTRADICTS},
        "all": {"no": CONTRADICTS, "some": ENTAILS, "all": ENTAILS},
    }.get(said, {"no": CONTRADICTS, "some": ENTAILS, "all": NEUTRAL})[asked]
    if said == "no" and asked == "all" and more:
        label = NEUTRAL
    return _Pair(premise, f"{asked.capitalize()} {plural} are {doing}.", label, ("quantity", asked))


def _roles(rng: Random) -> _Pair:
    first, second = rng.sample(tuple(ACTORS), 2)
    deed, other = rng.choice(DEEDS), rng.choice(DEEDS)
    denied = rng.random() < 0.3
    premise = f"The {first} is {'not ' if denied else ''}{deed} the {second} in the {rng.choice(tuple(PLACES))}."
    asked = rng.random() < 0.3
    same, turned = rng.random() < 0.5, rng.random() < 0.4
    act = deed if same else other
    one, two = (second, first) if turned else (first, second)
    hypothesis = f"The {one} is {'not ' if asked else ''}{act} the {two}."
    sure = ENTAILS if asked == denied else CONTRADICTS
    label = NEUTRAL if turned or act != deed else sure
    return _Pair(premise, hypothesis, label, ("roles", act, str(asked)))
