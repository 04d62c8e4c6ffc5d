"""A calibrated stand-in for The Time Machine: a long story, told so that memory pays.

Each paragraph keeps a state (who is there, who owns which thing, where they are), and its sentences
follow from it: a pronoun agrees with a name some sentences back, a thing keeps its adjective and its
owner until it is given away, and after a walk only the new place is described.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from textwrap import fill
from typing import TypeVar

from handson.data.samples import words
from handson.data.samples.seeding import chooser

__all__ = ["LENGTH", "draw"]

LENGTH = 178_000  # characters, about as many as the novel has
SKEW = 1.45  # 1 would make all words of a list equally common
T = TypeVar("T")


def draw(split: str = "train", n: int | None = None, seed: int = 0) -> dict[str, str]:
    """Tell a story of at least `n` characters, in paragraphs of lines of at most 70 characters.

    >>> print(draw(n=100)["text"].splitlines()[0])
    CHAPTER 1
    """
    rng, paragraphs, length = chooser(seed, split), list[str](), 0
    while length < (LENGTH if n is None else n):
        chapter, inside = divmod(len(paragraphs), 7)
        paragraphs.append(fill(_Paragraph(rng).tell(), 70) if inside else f"CHAPTER {chapter + 1}")
        length += len(paragraphs[-1]) + 2
    return {"text": "\n\n".join(paragraphs) + "\n"}


def _choose(rng: Random, options: Sequence[T]) -> T:
    """Choose the first options more often than the last, about as words in a text are."""
    return options[int(len(options) * rng.random() ** SKEW)]


def _several(rng: Random, options: Sequence[T], count: int) -> list[T]:
    """Choose different options."""
    chosen: list[T] = []
    while len(chosen) < count:
        one = _choose(rng, options)
        if one not in chosen:
            chosen.append(one)
    return chosen


@dataclass
class _Person:
    name: str
    role: str
    woman: bool
    things: list[str] = field(default_factory=list)  # "brass lamp"

    def pronoun(self) -> str:
        return "she" if self.woman else "he"

    def his(self) -> str:
        return "her" if self.woman else "his"


class _Paragraph:
    """What is so while a paragraph is told."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        women = rng.sample([True, True, False, False], 4)
        names = {woman: _several(rng, words.WOMEN if woman else words.MEN, 2) for woman in (True, False)}
        roles = _several(rng, words.ROLES, 4)
        self.people = [_Person(names[woman].pop(), role, woman) for woman, role in zip(women, roles, strict=True)]
        for person, thing in zip(self.people, _several(rng, words.THINGS, 4), strict=True):
            person.things.append(f"{_choose(rng, words.ADJECTIVES)} {thing}")
        self.place = _choose(rng, tuple(words.PLACES))
        self.topic, self.time, self.mood = (_choose(rng, all_) for all_ in (words.TOPICS, words.TIMES, words.MOODS))
        self.town = rng.choice(words.STEMS) + rng.choice(words.ENDINGS)
        self.sentences = rng.randint(6, 10)
        self.last: _Person | None = None

    def tell(self) -> str:
        sentences = [self.opening()]
        while len(sentences) < self.sentences:
            first, *rest = self.rng.choices(KINDS, WEIGHTS)[0](self)
            sentences += [self.linked(first), *rest]
        return " ".join(_sentence(text) for text in [*sentences, self.closing()])

    def linked(self, sentence: str) -> str:
        """Sometimes with a word before it that says when."""
        if self.rng.random() >= 0.25 or sentence.startswith(("then", '"')):
            return sentence
        return f"{_choose(self.rng, words.LINKS)} {sentence}"

    def actor(self) -> _Person:
        """The one who acts next: mostly the first two."""
        return self.people[self.rng.choice((0, 1)) if self.rng.random() < 0.7 else self.rng.choice((2, 3))]

    def subject(self, person: _Person) -> str:
        """A pronoun if the same person acted last, else the name or the role."""
        same, self.last = person is self.last, person
        if same and self.rng.random() < 0.7:
            return person.pronoun()
        return person.name.title() if self.rng.random() < 0.6 else f"the {person.role}"

    def called(self, person: _Person) -> str:
        return person.name.title() if self.rng.random() < 0.6 else f"the {person.role}"

    def other(self, person: _Person) -> _Person:
        return self.rng.choice([one for one in self.people if one is not person])

    def detail(self) -> str:
        return _choose(self.rng, words.PLACES[self.place])

    def opening(self) -> str:
        self.last = first = self.people[0]
        name, town = first.name.title(), self.town.title()
        return self.rng.choice(
            (
                f"it was a {self.mood} {self.time} when {name} the {first.role} came from {town} to the {self.place}, "
                f"and the talk was of {self.topic}",
                f"one {self.mood} {self.time} {name} the {first.role} arrived at the {self.place} with news of "
                f"{self.topic} from {town}",
                f"nobody in {town} cared for {self.topic}, but on this {self.mood} {self.time} {name} the {first.role} "
                f"had come to the {self.place} to hear more",
            )
        )

    def closing(self) -> str:
        first = self.people[0]
        name, town = first.name.title(), self.town.title()
        return self.rng.choice(
            (
                f"so ended the {self.mood} {self.time}, and {name} the {first.role} went back to {town} and thought no "
                f"more of {self.topic}",
                f"when the {self.mood} {self.time} was over, {name} wrote a letter about {self.topic} to a friend in "
                f"{town}",
            )
        )

    def talk(self) -> list[str]:
        person, rng = self.actor(), self.rng
        subject = self.subject(person)
        feeling = _choose(rng, words.FEELINGS)
        verb, adverb = _choose(rng, words.SAYING), _choose(rng, words.ADVERBS)
        return [f"{subject} {verb} {adverb} that {self.topic} was a matter of {feeling}"]

    def look(self) -> list[str]:
        person = self.actor()
        owner = self.other(person)
        if not owner.things:
            return self.stand()
        subject, thing = self.subject(person), self.rng.choice(owner.things)
        return [f"{subject} {_choose(self.rng, words.LOOKING)} the {thing} of {self.called(owner)}"]

    def handle(self) -> list[str]:
        person = self.actor()
        if not person.things:
            return self.stand()
        subject, thing = self.subject(person), self.rng.choice(person.things)
        end = f", for {person.pronoun()} was a {person.role}" if self.rng.random() < 0.3 else ""
        return [f"{subject} {_choose(self.rng, words.HANDLING)} {person.his()} {thing}{end}"]

    def give(self) -> list[str]:
        person = self.actor()
        if not person.things:
            return self.stand()
        receiver, thing = self.other(person), self.rng.choice(person.things)
        subject = self.subject(person)
        person.things.remove(thing)
        receiver.things.append(thing)
        return [f"{subject} gave the {thing} to {self.called(receiver)}"]

    def ask(self) -> list[str]:
        person = self.actor()
        owner = self.other(person)
        if not owner.things:
            return self.stand()
        thing = self.rng.choice(owner.things)
        noun = thing.split()[-1]
        question = f'"where is the {noun}?" {owner.name.title()} asked {person.name.title()}'
        if self.rng.random() >= 0.7:
            return [question]
        self.last = person
        return [question, f'"the {thing} is by the {self.detail()}, {owner.name.title()}," said {person.name.title()}']

    def stand(self) -> list[str]:
        person = self.actor()
        subject = self.subject(person)
        return [f"{subject} stood {_choose(self.rng, words.ADVERBS)} by the {self.detail()}"]

    def leave(self) -> list[str]:
        left = self.place
        while self.place == left:
            self.place = _choose(self.rng, tuple(words.PLACES))
        self.last = None
        return [f"then they left the {left} and went to the {self.place}"]

    def feel(self) -> list[str]:
        person = self.actor()
        subject = self.subject(person)
        return [f"{subject} felt {_choose(self.rng, words.FEELINGS)} at the sight of the {self.detail()}"]

    def remember(self) -> list[str]:
        person = self.actor()
        subject = self.subject(person)
        return [f"{subject} spoke of {self.town.title()} and of {self.topic} all the {self.time}"]

    def introduce(self) -> list[str]:
        person = self.actor()
        self.last = person
        return [
            f"{person.name.title()} was the {person.role} here, and {person.pronoun()} knew the {self.detail()} well"
        ]


KINDS: tuple[Callable[[_Paragraph], list[str]], ...] = (
    _Paragraph.talk,
    _Paragraph.look,
    _Paragraph.handle,
    _Paragraph.give,
    _Paragraph.ask,
    _Paragraph.stand,
    _Paragraph.leave,
    _Paragraph.feel,
    _Paragraph.remember,
    _Paragraph.introduce,
)
WEIGHTS = (3, 4, 4, 2, 3, 2, 1, 2, 1, 2)


def _sentence(text: str) -> str:
    """Capital letter and full stop."""
    first = next(number for number, letter in enumerate(text) if letter.isalpha())
    return f"{text[:first]}{text[first].upper()}{text[first + 1 :]}."
