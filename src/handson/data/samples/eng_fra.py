"""A calibrated stand-in for Tatoeba's pairs of sentences: one grammar builds English and French together.

A fixed part of all pairs of an adjective and a noun, and of a verb and a noun, never occurs in
training; sentences that use one are for testing, like a share of all others.
"""

from random import Random
from typing import NamedTuple
from zlib import crc32

from handson.data.samples import french
from handson.data.samples.french import Adjective, Noun, Verb
from handson.data.samples.seeding import chooser

__all__ = ["SIZES", "draw", "held_out"]

SIZES = {"train": 18_000, "test": 2_000}
HELD_OUT, TESTED = 8, 2  # per cent of the combinations, of the other sentences
VOWELS = "aeiouhéèêâîôœy"
ETRE = ("suis", "es", "est", "sommes", "êtes", "sont")
AVOIR = ("ai", "as", "a", "avons", "avez", "ont")
ALLER = ("vais", "vas", "va", "allons", "allez", "vont")
BE = ("am", "are", "is", "are", "are", "are")


class _Phrase(NamedTuple):
    english: str
    french: str
    person: int  # 0 … 5: je, tu, il, nous, vous, ils
    feminine: bool
    head: str = ""  # the noun, in English
    adjective: str = ""
    indefinite: bool = False


class _Clause(NamedTuple):
    english: str
    french: str
    combinations: tuple[tuple[str, str], ...]


def held_out(first: str, noun: str) -> bool:
    """Whether an adjective or verb never goes with a noun in training, whatever the seed.

    >>> sum(held_out("see", noun.one) for noun in french.NOUNS) < 10
    True
    """
    return crc32(f"{first} {noun}".encode()) % 100 < HELD_OUT


def draw(split: str = "train", n: int | None = None, seed: int = 0) -> dict[str, list[str]]:
    """Draw different `english` sentences and their `french` translations.

    >>> [len(texts) for texts in draw("test", 3).values()]
    [3, 3]
    """
    rng = chooser(seed, split)
    n = SIZES[split] if n is None else n
    pairs: dict[str, str] = {}
    while len(pairs) < n:
        sentence = _sentence(rng)
        if _split_of(sentence) == split:
            pairs.setdefault(sentence.english, sentence.french)
    return {"english": list(pairs), "french": list(pairs.values())}


def _split_of(sentence: _Clause) -> str:
    if any(held_out(*combination) for combination in sentence.combinations):
        return "test"
    return "test" if crc32(sentence.english.encode()) % 100 < TESTED else "train"


def _sentence(rng: Random) -> _Clause:
    first = _clause(rng)
    if rng.random() < 0.12:
        que = _elided("que", first.french)
        return _finished(first, f"do you think that {first.english}?", f"crois-tu {que}{first.french} ?")
    if rng.random() < 0.25:
        second = _clause(rng)
        word, mot = rng.choice((("and", "et"), ("but", "mais"), ("because", "parce que"), ("when", "quand")))
        joint = _elided("parce que", second.french) if mot == "parce que" else f"{mot} "
        both = _Clause("", "", first.combinations + second.combinations)
        return _finished(both, f"{first.english} {word} {second.english}.", f"{first.french} {joint}{second.french}.")
    return _finished(first, f"{first.english}.", f"{first.french}.")


def _finished(clause: _Clause, english: str, french_text: str) -> _Clause:
    english, french_text = (text[0].upper() + text[1:].replace("_", " ") for text in (english, french_text))
    return _Clause(english, french_text, clause.combinations)


def _clause(rng: Random) -> _Clause:
    subject = _pronoun(rng) if rng.random() < 0.6 else _noun_phrase(rng, french.NOUNS[-french.PEOPLE :], 0.2)
    negative = rng.random() < 0.3
    if rng.random() < 0.2:
        return _state(rng, subject, negative)
    verb, tense = rng.choice(french.VERBS), rng.choices(("present", "past", "future"), (0.5, 0.25, 0.25))[0]
    object_ = _noun_phrase(rng, french.NOUNS, 0.5)
    pronoun = rng.random() < 0.18
    english = _english(subject, verb, tense, negative, "them" if pronoun else object_.english)
    words = _french(subject, verb, tense, negative, None if pronoun else object_)
    if rng.random() < 0.5:
        more, plus = rng.choice(french.ADVERBS + french.PLACES)
        english, words = f"{english} {more}", f"{words} {plus}"
    combinations = [(verb.base, object_.head), (object_.adjective, object_.head)]
    used = [*combinations[: 0 if pronoun else 2], (subject.adjective, subject.head)]
    return _Clause(english, words, tuple(pair for pair in used if all(pair)))


def _pronoun(rng: Random) -> _Phrase:
    english, mot, person, feminine = rng.choice(french.PRONOUNS)
    return _Phrase(english, mot, person, feminine)


def _state(rng: Random, subject: _Phrase, negative: bool) -> _Clause:
    mood = rng.choice(french.MOODS)
    english = f"{subject.english} {BE[subject.person]} {'not ' if negative else ''}{mood.english}"
    form = mood.french[subject.feminine + 2 * (subject.person > 2)]
    return _Clause(
        english,
        f"{_with_verb(subject, ETRE[subject.person], negative)} {form}",
        ((subject.adjective, subject.head),) if subject.adjective else (),
    )


def _english(subject: _Phrase, verb: Verb, tense: str, negative: bool, object_: str) -> str:
    third = subject.person == 2
    if tense == "present":
        form = f"{'does' if third else 'do'} not {verb.base}" if negative else (verb.third if third else verb.base)
    elif tense == "past":
        form = f"did not {verb.base}" if negative else verb.past
    else:
        form = f"will {'not ' if negative else ''}{verb.base}"
    return f"{subject.english} {form} {object_}"


def _french(subject: _Phrase, verb: Verb, tense: str, negative: bool, object_: _Phrase | None) -> str:
    """Without an object, "les" stands for it: before the verb, or before the infinitive of the future."""
    les = "les " if object_ is None else ""
    text = "" if object_ is None else f" {_denied(object_) if negative else object_.french}"
    if tense == "present":
        return _with_verb(subject, les + verb.present[subject.person], negative) + text
    if tense == "past":
        agreed = verb.participle + ("s" if les and not verb.participle.endswith("s") else "")
        return f"{_with_verb(subject, les + AVOIR[subject.person], negative)} {agreed}{text}"
    return f"{_with_verb(subject, ALLER[subject.person], negative)} {les}{verb.infinitive}{text}"


def _with_verb(subject: _Phrase, verb: str, negative: bool) -> str:
    if negative:
        verb = f"{_elided('ne', verb)}{verb} pas"
    if subject.french == "je":
        return f"{_elided('je', verb)}{verb}"
    return f"{subject.french} {verb}"


def _denied(object_: _Phrase) -> str:
    """After a negation the indefinite article becomes "de"."""
    if not object_.indefinite:
        return object_.french
    noun = object_.french.split(" ", 1)[1]
    return _elided("de", noun) + noun


def _elided(word: str, following: str) -> str:
    """The word with the space behind it, or with an apostrophe instead of its last vowel."""
    return f"{word[:-1]}'" if following[0].lower() in VOWELS else f"{word} "


def _noun_phrase(rng: Random, nouns: tuple[Noun, ...], described: float) -> _Phrase:
    noun, plural = rng.choice(nouns), rng.random() < 0.3
    adjective = rng.choice(french.ADJECTIVES) if rng.random() < described else None
    english = " ".join(filter(None, [adjective.english if adjective else "", noun.many if plural else noun.one]))
    words = _described(noun, adjective, plural)
    kind = rng.choice(("the", "the", "a", "my", "your", "this"))
    determiner = {"a": "", "this": "these"}.get(kind, kind) if plural else kind
    if determiner == "a" and english[0] in "aeiou":
        determiner = "an"
    text = f"{determiner} {english}".strip()
    article = _determiner(kind, noun.feminine, plural, words)
    person = 5 if plural else 2
    return _Phrase(
        text, article + words, person, noun.feminine, noun.one, adjective.english if adjective else "", kind == "a"
    )


def _described(noun: Noun, adjective: Adjective | None, plural: bool) -> str:
    word = noun.des if plural else noun.un
    if adjective is None:
        return word
    form = adjective.french[noun.feminine + 2 * plural]
    if not adjective.before:
        return f"{word} {form}"
    if not plural and not noun.feminine and word[0] in VOWELS:
        form = adjective.before
    return f"{form} {word}"


def _determiner(kind: str, feminine: bool, plural: bool, words: str) -> str:
    """The French article or what stands for it, with the space or apostrophe behind it."""
    vowel = words[0] in VOWELS
    if plural:
        return {"the": "les ", "a": "des ", "my": "mes ", "your": "tes ", "this": "ces "}[kind]
    if kind == "the":
        return "l'" if vowel else ("la " if feminine else "le ")
    if kind == "this":
        return "cette " if feminine else ("cet " if vowel else "ce ")
    masculine, female = {"a": ("un ", "une "), "my": ("mon ", "ma "), "your": ("ton ", "ta ")}[kind]
    return female if feminine and (kind == "a" or not vowel) else masculine
