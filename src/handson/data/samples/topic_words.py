"""The words of the topic corpus, with the features that they carry."""

from typing import NamedTuple

__all__ = [
    "ANALOGIES",
    "ANIMALS",
    "COUNTRIES",
    "DEGREES",
    "PAIRS",
    "SHARED",
    "TEENS",
    "VERBS",
    "Degree",
    "Pair",
    "Verb",
]


class Pair(NamedTuple):
    """A man's and a woman's word for the same thing to be."""

    man: str
    woman: str
    age: str  # "old" or "young"
    context: tuple[str, ...]  # what goes with both of them, and with no other pair


class Verb(NamedTuple):
    """Four forms of a verb, and what it is done to."""

    base: str
    past: str
    third: str
    ing: str
    objects: tuple[str, ...]


class Degree(NamedTuple):
    """Three degrees of an adjective, and what it is said of."""

    base: str
    more: str
    most: str
    noun: str


# fmt: off
PAIRS = (
    Pair("king", "queen", "old", ("throne", "crown", "palace", "kingdom")),
    Pair("prince", "princess", "young", ("throne", "crown", "castle", "pony")),
    Pair("man", "woman", "old", ("house", "street", "chair", "newspaper")),
    Pair("boy", "girl", "young", ("school", "street", "toy", "playground")),
    Pair("father", "mother", "old", ("house", "family", "cradle", "supper")),
    Pair("son", "daughter", "young", ("school", "family", "bedroom", "supper")),
    Pair("brother", "sister", "young", ("family", "quarrel", "bedroom", "secret")),
    Pair("uncle", "aunt", "old", ("visit", "present", "parlour", "cousin")),
    Pair("grandfather", "grandmother", "old", ("pipe", "armchair", "past", "parlour")),
    Pair("actor", "actress", "old", ("stage", "audience", "curtain", "applause")),
    Pair("waiter", "waitress", "young", ("tray", "guest", "menu", "kitchen")),
    Pair("host", "hostess", "old", ("guest", "party", "cellar", "toast")),
    Pair("hero", "heroine", "young", ("battle", "dragon", "song", "sword")),
    Pair("monk", "nun", "old", ("abbey", "prayer", "candle", "cell")),
    Pair("husband", "wife", "old", ("wedding", "ring", "household", "quarrel")),
    Pair("duke", "duchess", "old", ("estate", "carriage", "palace", "butler")),
)
SHARED: dict[str, tuple[str, ...]] = {
    "man": ("beard", "suit", "tie", "moustache"),
    "woman": ("dress", "skirt", "necklace", "gown"),
    "old": ("veteran", "elder"),
    "young": ("youth", "pupil"),
}
COUNTRIES = (  # country, capital, language, currency, product, river
    ("france", "paris", "french", "franc", "wine", "seine"),
    ("germany", "berlin", "german", "mark", "steel", "spree"),
    ("italy", "rome", "italian", "lira", "marble", "tiber"),
    ("spain", "madrid", "spanish", "peseta", "oranges", "tagus"),
    ("england", "london", "english", "pound", "wool", "thames"),
    ("russia", "moscow", "russian", "rouble", "furs", "volga"),
    ("japan", "tokyo", "japanese", "yen", "silk", "sumida"),
    ("egypt", "cairo", "arabic", "piastre", "cotton", "nile"),
    ("poland", "warsaw", "polish", "zloty", "coal", "vistula"),
    ("greece", "athens", "greek", "drachma", "olives", "cephissus"),
    ("hungary", "budapest", "hungarian", "forint", "paprika", "danube"),
    ("india", "delhi", "hindi", "rupee", "tea", "yamuna"),
)
VERBS = (
    Verb("buy", "bought", "buys", "buying", ("lamp", "ladder", "basket")),
    Verb("sell", "sold", "sells", "selling", ("carpet", "mirror", "basket")),
    Verb("build", "built", "builds", "building", ("bridge", "wall", "barn")),
    Verb("paint", "painted", "paints", "painting", ("fence", "wall", "door")),
    Verb("carry", "carried", "carries", "carrying", ("sack", "ladder", "crate")),
    Verb("make", "made", "makes", "making", ("rope", "chair", "barrel")),
    Verb("write", "wrote", "writes", "writing", ("letter", "contract", "list")),
    Verb("read", "studied", "reads", "reading", ("letter", "map", "ledger")),
    Verb("bake", "baked", "bakes", "baking", ("loaf", "cake", "pie")),
    Verb("grow", "grew", "grows", "growing", ("cabbage", "tree", "rose")),
)
DEGREES = (
    Degree("big", "bigger", "biggest", "market"), Degree("small", "smaller", "smallest", "workshop"),
    Degree("fast", "faster", "fastest", "train"), Degree("slow", "slower", "slowest", "cart"),
    Degree("cheap", "cheaper", "cheapest", "price"), Degree("strong", "stronger", "strongest", "cable"),
    Degree("long", "longer", "longest", "road"), Degree("warm", "warmer", "warmest", "coat"),
)
ANIMALS = (
    ("wolf", "wolves", "den", "howl"), ("lion", "lions", "cave", "roar"), ("bird", "birds", "nest", "sing"),
    ("bee", "bees", "hive", "hum"), ("dog", "dogs", "kennel", "bark"), ("horse", "horses", "stable", "neigh"),
    ("pig", "pigs", "sty", "grunt"), ("mouse", "mice", "hole", "squeak"),
)
TEENS = ("three", "four", "five", "six")
# fmt: on

ANALOGIES: dict[str, tuple[tuple[str, str], ...]] = {  # kind → pairs that stand in the same relation
    "gender": tuple((pair.man, pair.woman) for pair in PAIRS),
    "past": tuple((verb.base, verb.past) for verb in VERBS),
    "comparative": tuple((degree.base, degree.more) for degree in DEGREES),
    "capital": tuple((country, capital) for country, capital, *_ in COUNTRIES),
    "language": tuple((country, language) for country, _, language, *_ in COUNTRIES),
}
