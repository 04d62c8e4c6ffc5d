"""A stand-in for the corpora that word vectors are learnt from: short paragraphs with a topic each.

Words carry features (king is royal and a man), and each feature brings words of its own with it, so
that the neighbours of a word say what it means: king − man + woman is near queen.
"""

from collections.abc import Callable
from random import Random

from handson.data.samples.seeding import chooser
from handson.data.samples.topic_words import ANIMALS, COUNTRIES, DEGREES, PAIRS, SHARED, TEENS, VERBS

__all__ = ["SIZES", "draw_paragraphs", "draw_sentences", "paragraphs"]

SIZES = {"train": 14_000, "valid": 1_400, "test": 1_400}  # sentences


def draw_sentences(split: str = "train", n: int | None = None, seed: int = 0) -> dict[str, list[str]]:
    """Draw `sentences` of lower-case words separated by spaces, as the Penn Treebank is read.

    >>> len(draw_sentences("test", 5)["sentences"])
    5
    """
    n = SIZES[split] if n is None else n
    found = [sentence for paragraph in paragraphs(chooser(seed, split), n) for sentence in paragraph]
    return {"sentences": found[:n]}


def draw_paragraphs(split: str = "train", n: int | None = None, seed: int = 0) -> dict[str, list[str]]:
    """Draw `paragraphs` of three to six sentences about one thing, as WikiText-2 is read.

    >>> draw_paragraphs("test", 1)["paragraphs"][0].endswith(" .")
    True
    """
    count = SIZES[split] if n is None else 6 * n
    found = [" . ".join(one) + " ." for one in paragraphs(chooser(seed, split), count)]
    return {"paragraphs": found[:n]}


def paragraphs(rng: Random, count: int) -> list[list[str]]:
    """Return paragraphs, lists of sentences, with at least `count` sentences together."""
    told: list[list[str]] = []
    left = count
    while left > 0:
        topic = rng.choices((_person, _country, _trade, _animal), (0.4, 0.3, 0.2, 0.1))[0]
        sentence = topic(rng)
        told.append([sentence() for _ in range(rng.randint(3, 6))])
        left -= len(told[-1])
    return told


def _person(rng: Random) -> Callable[[], str]:
    pair, woman = rng.choice(PAIRS), rng.random() < 0.5
    word, they, them, their = (pair.woman, "she", "her", "her") if woman else (pair.man, "he", "him", "his")
    marks = SHARED["woman"] if woman else SHARED["man"]
    age = SHARED[pair.age]

    def sentence() -> str:
        own, mark, when, place = rng.choice(pair.context), rng.choice(marks), rng.choice(age), rng.choice(pair.context)
        return rng.choice(
            (
                f"the {word} had a {own} and a {mark}",
                f"{they} saw the {own} and the {place} with {their} own eyes",
                f"the {word} with the {mark} spoke of the {own}",
                f"every {when} {they} was near the {own}",
                f"the {word} was a {when} and loved {their} {mark}",
                f"they gave {them} a {own} for the {place}",
                f"the {word} and {their} {mark} were known for the {own}",
            )
        )

    return sentence


def _country(rng: Random) -> Callable[[], str]:
    country, capital, language, currency, product, river = rng.choice(COUNTRIES)

    def sentence() -> str:
        return rng.choice(
            (
                f"{capital} is the capital of {country}",
                f"in {country} they speak {language}",
                f"the people of {capital} speak {language} and pay with the {currency}",
                f"{country} sells {product} for the {currency}",
                f"the {river} flows through {capital} in {country}",
                f"the government of {country} sits in {capital}",
                f"{product} from {country} is carried down the {river}",
                f"a book in {language} about the {river} was printed in {capital}",
            )
        )

    return sentence


def _trade(rng: Random) -> Callable[[], str]:
    verb, degree = rng.choice(VERBS), rng.choice(DEGREES)

    def sentence() -> str:
        goods = rng.choice(verb.objects)
        return rng.choice(
            (
                f"yesterday the workers {verb.past} the {goods}",
                f"they {verb.past} a {goods} last week",
                f"tomorrow they will {verb.base} the {goods}",
                f"we must {verb.base} a {goods} soon",
                f"often one {verb.third} the {goods}",
                f"she usually {verb.third} a {goods}",
                f"they are {verb.ing} the {goods} now",
                f"he was {verb.ing} a {goods} all day",
                f"the {goods} is {degree.more} than the other {degree.noun}",
                f"this {degree.noun} is {degree.more} than that one",
                f"it is the {degree.most} {degree.noun} of all",
                f"a very {degree.base} {degree.noun} and a {goods}",
            )
        )

    return sentence


def _animal(rng: Random) -> Callable[[], str]:
    one, many, home, voice = rng.choice(ANIMALS)

    def sentence() -> str:
        return rng.choice(
            (
                f"the {one} lives in a {home}",
                f"many {many} live in the {home}",
                f"{rng.choice(TEENS)} {many} {voice} at night",
                f"a {one} will {voice} when it is hungry",
                f"we heard the {one} {voice} in its {home}",
            )
        )

    return sentence
