"""English and French words with what their grammar needs, for the sample of pairs of sentences."""

from typing import NamedTuple

__all__ = [
    "ADJECTIVES",
    "ADVERBS",
    "MOODS",
    "NOUNS",
    "PEOPLE",
    "PLACES",
    "PRONOUNS",
    "VERBS",
    "Adjective",
    "Noun",
    "Verb",
]


class Noun(NamedTuple):
    """A thing or a person: English one and many, French one and many, and whether French says la."""

    one: str
    many: str
    un: str
    des: str
    feminine: bool


class Adjective(NamedTuple):
    """Its English form, and French he, she, they (m), they (f); `before` is the form before a vowel where it leads."""

    english: str
    french: tuple[str, str, str, str]
    before: str = ""


class Verb(NamedTuple):
    """English base, he-form and past; French for je, tu, il, nous, vous, ils, participle and infinitive."""

    base: str
    third: str
    past: str
    present: tuple[str, str, str, str, str, str]
    participle: str
    infinitive: str


def _noun(text: str) -> Noun:
    one, many, un, des, gender = text.split("|")
    return Noun(one, many, un, des, gender == "f")


def _adjective(text: str) -> Adjective:
    english, forms, *before = text.split("|")
    masculine, feminine, plural, both = forms.split()
    return Adjective(english, (masculine, feminine, plural, both), *before)


def _verb(text: str) -> Verb:
    english, present, rest = text.split("|")
    base, third, past = english.split()
    je, tu, il, nous, vous, ils = present.split()
    participle, infinitive = rest.split()
    return Verb(base, third, past, (je, tu, il, nous, vous, ils), participle, infinitive)


NOUNS = tuple(
    _noun(line)
    for line in """house|houses|maison|maisons|f
book|books|livre|livres|m
knife|knives|couteau|couteaux|m
horse|horses|cheval|chevaux|m
boat|boats|bateau|bateaux|m
garden|gardens|jardin|jardins|m
tree|trees|arbre|arbres|m
flower|flowers|fleur|fleurs|f
church|churches|église|églises|f
apple|apples|pomme|pommes|f
dog|dogs|chien|chiens|m
bird|birds|oiseau|oiseaux|m
picture|pictures|image|images|f
letter|letters|lettre|lettres|f
car|cars|voiture|voitures|f
table|tables|table|tables|f
door|doors|porte|portes|f
chair|chairs|chaise|chaises|f
bag|bags|sac|sacs|m
newspaper|newspapers|journal|journaux|m
hat|hats|chapeau|chapeaux|m
star|stars|étoile|étoiles|f
island|islands|île|îles|f
key|keys|clé|clés|f
bridge|bridges|pont|ponts|m
animal|animals|animal|animaux|m
school|schools|école|écoles|f
cake|cakes|gâteau|gâteaux|m
man|men|homme|hommes|m
woman|women|femme|femmes|f
child|children|enfant|enfants|m
friend|friends|ami|amis|m
girl|girls|fille|filles|f
boy|boys|garçon|garçons|m
teacher|teachers|professeur|professeurs|m
sister|sisters|sœur|sœurs|f
brother|brothers|frère|frères|m
neighbour|neighbours|voisin|voisins|m""".splitlines()
)
PEOPLE = 10  # the last ones
ADJECTIVES = tuple(
    _adjective(line)
    for line in """little|petit petite petits petites|petit
big|grand grande grands grandes|grand
old|vieux vieille vieux vieilles|vieil
new|nouveau nouvelle nouveaux nouvelles|nouvel
beautiful|beau belle beaux belles|bel
good|bon bonne bons bonnes|bon
black|noir noire noirs noires
white|blanc blanche blancs blanches
red|rouge rouge rouges rouges
green|vert verte verts vertes
strange|étrange étrange étranges étranges
heavy|lourd lourde lourds lourdes
expensive|cher chère chers chères
famous|célèbre célèbre célèbres célèbres""".splitlines()
)
MOODS = tuple(
    _adjective(line)
    for line in """happy|heureux heureuse heureux heureuses
tired|fatigué fatiguée fatigués fatiguées
sad|triste triste tristes tristes
ready|prêt prête prêts prêtes
ill|malade malade malades malades
late|en_retard en_retard en_retard en_retard""".splitlines()
)
VERBS = tuple(
    _verb(line)
    for line in """see sees saw|vois vois voit voyons voyez voient|vu voir
buy buys bought|achète achètes achète achetons achetez achètent|acheté acheter
find finds found|trouve trouves trouve trouvons trouvez trouvent|trouvé trouver
sell sells sold|vends vends vend vendons vendez vendent|vendu vendre
like likes liked|aime aimes aime aimons aimez aiment|aimé aimer
draw draws drew|dessine dessines dessine dessinons dessinez dessinent|dessiné dessiner
lose loses lost|perds perds perd perdons perdez perdent|perdu perdre
take takes took|prends prends prend prenons prenez prennent|pris prendre
want wants wanted|veux veux veut voulons voulez veulent|voulu vouloir
forget forgets forgot|oublie oublies oublie oublions oubliez oublient|oublié oublier
listen_to listens_to listened_to|écoute écoutes écoute écoutons écoutez écoutent|écouté écouter
know knows knew|connais connais connaît connaissons connaissez connaissent|connu connaître""".splitlines()
)
PRONOUNS = (  # English, French, person 0 … 5 (je … ils), feminine
    ("I", "je", 0, False), ("you", "tu", 1, False), ("he", "il", 2, False), ("she", "elle", 2, True),
    ("we", "nous", 3, False), ("they", "ils", 5, False),
)  # fmt: skip
ADVERBS = (
    ("today", "aujourd'hui"),
    ("often", "souvent"),
    ("again", "encore"),
    ("here", "ici"),
    ("together", "ensemble"),
)
PLACES = (
    ("in Paris", "à Paris"),
    ("at home", "à la maison"),
    ("in the city", "en ville"),
    ("near the sea", "près de la mer"),
)
