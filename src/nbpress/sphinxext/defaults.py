"""nbpress's settings of Sphinx. A book's `conf/sphinx/conf.py` overrides what it sets itself, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.locale import _
from sphinx.util import texescape

from nbpress.macros import declaration
from nbpress.markup import EXTENSIONS
from nbpress.sphinxext import facts as book_facts
from nbpress.sphinxext.bibliography import STYLE
from nbpress.sphinxext.blocks import KINDS, word
from nbpress.sphinxext.excerpt import ELEMENTS
from nbpress.sphinxext.facts import Facts

HERE = Path(__file__).parent

SHARED: dict[str, Any] = {
    "numfig": True,
    "numfig_secnum_depth": 1,
    "math_numfig": True,
    "math_numsep": ".",
    "math_eqref_format": "({number})",
    "exclude_patterns": ["**.ipynb_checkpoints", "nbpress.json"],
    "pygments_style": "friendly",
    "nbsphinx_execute": "never",
    "nbsphinx_requirejs_path": "",
    "nbsphinx_assume_equations": False,
    "myst_enable_extensions": EXTENSIONS,
    "myst_dmath_double_inline": True,
    "bibtex_reference_style": STYLE,
    "add_module_names": False,
    "toc_object_entries_show_parents": "hide",
    "show_warning_types": False,  # names by which one could suppress a warning; each is an error here
    "smartquotes": False,  # Markdown's parser sets quotes, and leaves code alone
}

HTML: dict[str, Any] = {
    "template_bridge": "nbpress.sphinxext.policy.Templates",
    "html_theme": "pydata_sphinx_theme",
    "html_math_renderer": "katex",
    "html_sidebars": {"**": ["nbpress-contents.html"]},
    "html_permalinks_icon": "#",
    "html_secnumber_suffix": "\u2002",
    "html_context": {"default_mode": "light"},  # until the script knows better
    "html_copy_source": False,
    "html_show_sourcelink": False,
    "html_show_sphinx": False,
    "html_scaled_image_link": False,
    "html_theme_options": {
        "navbar_start": ["nbpress-brand"],
        "navbar_center": [],
        "navbar_end": ["theme-switcher"],
        "navbar_persistent": ["search-button-field"],
        "article_header_start": ["nbpress-trail"],
        "article_header_end": ["nbpress-launch"],
        "primary_sidebar_end": [],
        "secondary_sidebar_items": {"**": ["page-toc"], "index": []},
        "show_toc_level": 2,
        "article_footer_items": ["nbpress-foot"],
        "show_prev_next": True,
        "footer_start": ["nbpress-footer"],
        "footer_center": [],
        "footer_end": [],
        "pygments_light_style": "friendly",
        "pygments_dark_style": "github-dark",
    },
}

LATEX: dict[str, Any] = {
    "latex_engine": "xelatex",
    "latex_show_urls": "no",
    "latex_show_pagerefs": False,
    "latex_table_style": ["booktabs"],
    "latex_toplevel_sectioning": "chapter",
    "latex_use_xindy": False,
}

SHORT_BOOK = 30  # pages, each of them a section


def apply(app: Sphinx, config: Config) -> None:
    """Fill in every setting that the book's conf.py has left alone."""
    facts = book_facts.load(app.srcdir)
    config.nbpress_facts = facts
    given = {*config._raw_config, *config.overrides}
    own = {**_identity(facts), **_numbers(), **_latex(facts, config.nbpress_excerpt)}
    for name, value in {**own, **SHARED, **HTML, **LATEX}.items():
        if name not in given:
            setattr(config, name, value)
    if facts.title and "include_patterns" not in given:  # a README among the notebooks is no page
        config.include_patterns = ["**.ipynb", "references.md", *([f"{facts.handbook}/**"] if facts.handbook else [])]
    if not facts.executed:  # how the headings of others follow each other is theirs
        config.suppress_warnings = [*config.suppress_warnings, "myst.header"]
    config.templates_path = [*config.templates_path, str(HERE / "templates")]
    config.html_static_path = [*config.html_static_path, str(HERE / "static")]
    if facts.bibliography and not config.bibtex_bibfiles:
        config.bibtex_bibfiles = [str(Path(app.srcdir) / facts.bibliography)]  # else taken as relative to conf.py


def _identity(facts: Facts) -> dict[str, Any]:
    names = ", ".join(facts.authors)
    return {
        "project": facts.title,
        "author": names,
        "copyright": names,
        "html_title": facts.title,
        "html_baseurl": facts.url and f"{facts.url}/",
        "language": facts.language,
    }


def _numbers() -> dict[str, Any]:
    """What stands before and after numbers."""
    formats = {
        "figure": _("Figure %s"),
        "table": _("Table %s"),
        "code-block": _("Listing %s"),
        "section": _("Section %s"),
    }
    return {"numfig_format": formats | {name: f"{word(name)} %s" for name, kind in KINDS.items() if kind.numbered}}


def _colophon(facts: Facts) -> str:
    if facts.executed:
        return _(
            "Printed with nbpress from notebooks: every number and every picture that stands after code was computed "
            "by this code."
        )
    return _("Printed with nbpress from notebooks, with the outputs that were stored in them.")


def _latex(facts: Facts, excerpt: dict[str, Any]) -> dict[str, Any]:
    """The look is in nbpress.sty; here stands what it must know about the book."""
    title, subtitle, licence, *authors = map(_tex, (facts.title, facts.subtitle, facts.licence, *facts.authors))
    address = f"\\url{{{facts.repository}}}" if facts.repository else ""
    preamble = [
        rf"\renewcommand*{{\nbpresssubtitle}}{{{subtitle}}}",
        rf"\renewcommand*{{\nbpresslicence}}{{{licence}}}",
        rf"\renewcommand*{{\nbpressrepository}}{{{address}}}",
        r"\usepackage{bookmark}",  # which hyperref must precede
        rf"\renewcommand{{\nbpresscoverlabel}}{{{_('Cover')}}}",
        _metadata(title, subtitle, ", ".join(authors), facts),
        rf"\setcounter{{tocdepth}}{{{_contents_depth(facts)}}}",
        rf"\AtBeginDocument{{\renewcommand{{\contentsname}}{{{_('Contents')}}}}}",  # where babel sets its own
        rf"\renewcommand{{\nbpresspartname}}[1]{{{_('Part %s') % '#1'}}}",
        rf"\renewcommand{{\nbpresslicencename}}{{{_('Licence of the text')}}}",
        rf"\renewcommand{{\nbpresscolophon}}{{{_colophon(facts)}}}",
        "" if facts.language.startswith(("zh", "ja", "ko")) else r"\nbpresslatinpunctuation",
        _macros(facts),
        r"\nbpressforpaper" if facts.paper else "",
        r"\InputIfFileExists{./book/preamble.tex}{}{}",  # the book's conf/latex, where targets.pdf puts it
    ]
    elements = {
        "pointsize": "11pt",
        "extraclassoptions": "openright" if facts.paper else "openany",
        "fncychap": "",
        "fontpkg": r"\usepackage{nbpress-fonts}",
        "preamble": "\n".join(filter(None, preamble)),
        "maketitle": r"\nbpresstitle",
        "tableofcontents": r"\nbpresstableofcontents",
        **(ELEMENTS if excerpt else {}),
    }
    documents = [("index", f"{excerpt.get('name', facts.slug)}.tex", title, r" \and ".join(authors), "manual", True)]
    return {"latex_elements": elements, "latex_documents": documents}


def _macros(facts: Facts) -> str:
    lines = [rf"\nbpressmacro{{{name}}}{{{declaration(name, body)}}}" for name, body in facts.macros.items()]
    inside = re.sub(r"\\.|#", lambda found: "##" if found[0] == "#" else found[0], "%\n".join(lines), flags=re.S)
    return rf"\renewcommand{{\nbpressmacros}}{{{inside}}}" if lines else ""


def _tex(text: str) -> str:
    texescape.init()  # Sphinx's builder does it, but later
    return texescape.escape(text, "xelatex")


def _metadata(title: str, subtitle: str, authors: str, facts: Facts) -> str:
    """What a reader's program says of the file; it shows the title, and knows the language to read aloud."""
    properties = {
        "pdftitle": title,
        "pdfsubject": _tex(facts.description) or subtitle,
        "pdfauthor": authors,
        "pdfkeywords": ", ".join(_tex(part.title) for part in facts.parts if part.numbered),
        "pdflang": facts.language.replace("_", "-"),
        "pdfdisplaydoctitle": "true",
    }
    entries = rf"\hypersetup{{{','.join(f'{key}={{{value}}}' for key, value in properties.items())}}}"
    return entries.replace(r"\sphinxhyphen{}", "-")  # a macro of the page, not of a file's properties


def _contents_depth(facts: Facts) -> int:
    """Chapters and pages, and in a short book also their sections: the contents should be a few pages."""
    return 2 if sum(len(chapter) for part in facts.parts for chapter in part.chapters) <= SHORT_BOOK else 1


def _reading(config: Config) -> list[Any]:
    """What pages have of the facts when they are read; when it changes, it is not enough to write them anew."""
    facts: Facts = config.nbpress_facts
    return [facts.trusted, facts.url, facts.executed]


def setup(app: Sphinx) -> None:
    """Apply the settings before anything else looks at them."""
    app.add_config_value("nbpress_facts", Facts(), "html", types=[Facts])
    app.add_config_value("nbpress_reading", _reading, "env")
    app.connect("config-inited", apply, priority=1)
    app.add_css_file("nbpress.css")
