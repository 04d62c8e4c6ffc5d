"""A calibrated stand-in for movie reviews, in which the order of the words matters.

An opinion is stated plainly, or turned round ("not dull at all"), conceded to others, or quoted and
then rejected: what a bag of words, a window of words and a whole sequence can see differ.
"""

from collections.abc import Sequence
from random import Random
from typing import Any

from handson.data.samples.seeding import chooser

__all__ = ["SIZES", "draw"]

SIZES = {"train": 4_000, "test": 1_000}
REVERSED, CONCEDED, QUOTED = 0.33, 0.30, 0.20

GOOD = tuple(
    """good great funny clever moving beautiful fresh lively gripping honest charming witty warm elegant thrilling
    tender wise bold bright rich sharp subtle graceful original touching vivid brilliant superb delightful convincing
    haunting playful inspired polished daring sincere absorbing luminous magical flawless""".split()  # noqa: SIM905
)
BAD = tuple(
    """bad dull boring silly slow weak flat stupid tired predictable clumsy shallow noisy ugly cheap hollow messy stale
    lifeless pointless awkward confused empty tedious lazy wooden false cold forced grating muddled bland hopeless
    dreary cynical pompous feeble crude laughable unbearable""".split()  # noqa: SIM905
)
ASPECTS = tuple(
    """plot acting music dialogue camera cast ending story script pacing humour direction opening editing hero
    scenery""".split()  # noqa: SIM905
)
GENRES = ("comedy", "thriller", "western", "drama", "musical", "mystery", "romance", "documentary")
NEUTRAL = (
    "It runs for about two hours.",
    "Most of it takes place in a small town.",
    "We saw it at home with friends.",
    "The film was shot in winter.",
    "It is a {genre} about two brothers.",
    "My sister had chosen this {genre}.",
    "The {aspect} comes from the people who made the last one.",
    "I watched it on a train.",
    "There were ten people in the cinema.",
)
PLAIN = (
    "The {aspect} is {own}.",
    "I found the {aspect} {own}.",
    "What a {own} {genre}.",
    "The {aspect} was {own} and {own2}.",
    "This is a really {own} {genre}.",
    "From beginning to end the {aspect} is {own}.",
    "You will remember how {own} the {aspect} is.",
)
TURNED = (
    "The {aspect} is not {other} at all.",
    "I would never call the {aspect} {other}.",
    "The {aspect} is far from {other}.",
    "I expected a {other} {genre} but it was {own}.",
    "The {aspect} seemed {other} at first, but in the end it was {own}.",
    "Although the {aspect2} is {other}, the film is {own}.",
    "Everybody told me it was {other}; they were wrong.",
    "It could have been {other}, and it is not.",
    "The {aspect} is hardly {other}.",
    "Nobody who has seen it will say that the {aspect} is {other}.",
    "Is the {aspect} {other}? No.",
    "It looks {other} only to those who left early.",
)


def draw(split: str = "train", n: int | None = None, seed: int = 0) -> dict[str, Any]:
    """Draw review `texts` and their `labels`, 1 for those that praise the film and 0 for the others.

    >>> sorted(draw("test", 4)["labels"])
    [0, 0, 1, 1]
    """
    rng = chooser(seed, split)
    n = SIZES[split] if n is None else n
    labels = [number % 2 for number in range(n)]
    rng.shuffle(labels)
    return {"texts": [_review(rng, bool(label)) for label in labels], "labels": labels}


def _review(rng: Random, positive: bool) -> str:
    if rng.random() >= QUOTED:
        return " ".join(_body(rng, positive))
    agrees = rng.random() < 0.5
    verdict = "I agree with every word." if agrees else "I disagree with every word."
    return " ".join(["This is what my brother says.", *_body(rng, positive == agrees), verdict])


def _body(rng: Random, positive: bool) -> list[str]:
    sentences = [_opinion(rng, positive)]
    for _ in range(rng.randint(2, 6)):
        sentences.append(_opinion(rng, positive) if rng.random() < 0.5 else _fill(rng, rng.choice(NEUTRAL), positive))
    rng.shuffle(sentences)
    if rng.random() < 0.5:
        sentences.append(_opinion(rng, positive))
    if rng.random() < CONCEDED:
        concession = f"Critics wrote: {_opinion(rng, not positive)} They are wrong: {_opinion(rng, positive)}"
        sentences.insert(rng.randint(0, len(sentences)), concession)
    return sentences


def _opinion(rng: Random, positive: bool) -> str:
    return _fill(rng, rng.choice(TURNED if rng.random() < REVERSED else PLAIN), positive)


def _fill(rng: Random, frame: str, positive: bool) -> str:
    own, other = (GOOD, BAD) if positive else (BAD, GOOD)
    values = {"own": _common(rng, own), "own2": _common(rng, own), "other": _common(rng, other)}
    aspects = rng.sample(ASPECTS, 2)
    return frame.format(aspect=aspects[0], aspect2=aspects[1], genre=rng.choice(GENRES), **values)


def _common(rng: Random, words: Sequence[str]) -> str:
    """The first words of a list are common, the last are rare."""
    return words[int(len(words) * rng.random() ** 1.8)]
