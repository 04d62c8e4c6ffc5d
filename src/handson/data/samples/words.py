"""The words of the time machine sample: people, things and places of an invented county."""

__all__ = [
    *(
        "ADJECTIVES",
        "ADVERBS",
        "ENDINGS",
        "FEELINGS",
        "HANDLING",
        "LINKS",
        "LOOKING",
        "MEN",
        "MOODS",
        "PLACES",
        "ROLES",
    ),
    *("SAYING", "STEMS", "THINGS", "TIMES", "TOPICS", "WOMEN"),
]


def _split(text: str) -> tuple[str, ...]:
    return tuple(text.split())


MEN = _split("thomas henry walter edmund arthur oliver george ralph simon hugh martin felix")
WOMEN = _split("margaret clara agnes ellen beatrice helen lucy martha ruth winifred dora juliet")
ROLES = _split(
    """doctor captain teacher lawyer printer gardener sailor baker painter mayor clockmaker weaver
    miller surgeon banker smith librarian carpenter chemist poet judge engraver"""
)
THINGS = _split(
    """lamp watch key letter map book knife box coin glass candle hammer rope mirror pipe lens bottle
    ring drum spade basket cloak whistle compass quill kettle lantern saddle violin chain medal oar
    anvil jar zither sextant"""
)
ADJECTIVES = _split(
    """old small broken silver heavy black white green red blue brass wooden golden crooked polished
    rusty narrow strange quiet cracked painted borrowed empty foreign little great grey yellow plain
    quaint faded double hollow jagged precious simple square thin velvet vexing worn zinc"""
)
PLACES: dict[str, tuple[str, ...]] = {
    "workshop": ("bench", "furnace", "vice", "shelf", "lathe"),
    "garden": ("fountain", "hedge", "gate", "arbour", "rose"),
    "library": ("ladder", "globe", "desk", "catalogue", "armchair"),
    "harbour": ("pier", "anchor", "crane", "lighthouse", "net"),
    "kitchen": ("stove", "table", "oven", "dresser", "sink"),
    "tower": ("bell", "stair", "parapet", "window", "rafter"),
    "forest": ("oak", "brook", "path", "clearing", "fern"),
    "market": ("stall", "scales", "awning", "cart", "pump"),
    "theatre": ("curtain", "stage", "balcony", "orchestra", "trapdoor"),
    "station": ("platform", "signal", "engine", "clock", "bridge"),
    "museum": ("statue", "skeleton", "cabinet", "mummy", "portrait"),
    "chapel": ("altar", "pew", "organ", "font", "candlestick"),
    "laboratory": ("flask", "burner", "balance", "prism", "battery"),
    "inn": ("hearth", "counter", "barrel", "parlour", "doorway"),
}
TIMES = _split("morning evening night afternoon midnight dawn")
MOODS = _split("cold bright rainy windy quiet foggy warm stormy grey gentle bitter misty")
FEELINGS = _split("joy fear wonder anger doubt hope grief pride shame relief envy pity surprise patience")
TOPICS = _split(
    """time war music harvest electricity money marriage weather geometry history medicine law railways
    astronomy chess religion fashion painting fishing botany logic justice"""
)
SAYING = _split("said declared whispered insisted remarked explained")
ADVERBS = _split("slowly quickly softly loudly gravely kindly sadly firmly gaily exactly")
LOOKING = (
    "looked at", "stared at", "glanced at", "gazed upon", "peered at", "frowned at", "smiled at", "pointed at",
)  # fmt: skip
HANDLING = (
    "picked up", "turned over", "put down", "wiped", "held up", "shook", "examined", "wrapped up",
)  # fmt: skip
LINKS = ("now", "at last", "meanwhile", "after a while", "without a word", "once more", "soon", "for a moment")
STEMS = _split(
    """ash black brook chester dun east fern glen hart ivy kings long marl nether oak pem quarr raven
    stan thorn upper wex york"""
)
ENDINGS = _split("ford ton ham bury field mouth wick stead dale by combe worth minster port hurst well gate")
