import ast
from pathlib import Path
from typing import get_args, get_type_hints

import pytest

from nbpress import config
from nbpress.errors import UsageError

SMALLEST = 'title = "Book"\nauthors = ["Author"]\n'


def load(tmp_path: Path, text: str) -> config.Config:
    (tmp_path / "conf").mkdir()
    (tmp_path / config.PATH).write_text(text, encoding="utf-8")
    return config.load(tmp_path)


def message(tmp_path: Path, text: str) -> str:
    with pytest.raises(UsageError) as caught:
        load(tmp_path, text)
    return str(caught.value)


def test_defaults(tmp_path):
    loaded = load(tmp_path, SMALLEST)
    assert (loaded.languages, loaded.execution.cell_timeout) == (("en",), 300)


def test_parts_chapters_pages(tmp_path):
    loaded = load(tmp_path, SMALLEST + '[[parts]]\ntitle = "P"\n[[parts.chapters]]\npath = "c"\npages = ["a", "b"]\n')
    assert loaded.parts[0].chapters[0].pages == ("a", "b")


def test_no_file(tmp_path):
    with pytest.raises(UsageError, match=r"there is no conf/book.toml in .*"):
        config.load(tmp_path)


def test_not_toml(tmp_path):
    assert "conf/book.toml, line 1: not valid TOML" in message(tmp_path, "title = \n")


def test_mistyped_key_names_line_and_nearest(tmp_path):
    said = message(tmp_path, SMALLEST + "[execution]\ncell_timout = 3\n")
    assert said == 'conf/book.toml, line 4: unknown key "cell_timout".\n    did you mean "cell_timeout"?'


def test_unknown_key_lists_the_known(tmp_path):
    assert "known here: path, pages, title" in message(
        tmp_path, SMALLEST + '[[parts]]\ntitle = "P"\n[[parts.chapters]]\npath = "c"\nzebra = 1\n'
    )


def test_all_unknown_keys_are_shown(tmp_path):
    with pytest.raises(UsageError) as caught:
        load(tmp_path, SMALLEST + "one = 1\ntwo = 2\n")
    assert len(caught.value.problems) == 2


def test_wrong_type_names_key_and_line(tmp_path):
    said = message(tmp_path, SMALLEST + '[execution]\ncell_timeout = "long"\n')
    assert said.startswith("conf/book.toml, line 4: execution.cell_timeout: expected `float`, got `str`")


def test_missing_key(tmp_path):
    assert 'the key "authors" is missing' in message(tmp_path, 'title = "Book"\n')


def test_missing_key_in_a_table(tmp_path):
    said = message(tmp_path, SMALLEST + '[[parts]]\ntitle = "P"\n[[parts.chapters]]\npages = ["a"]\n')
    assert 'line 5: the key "path" is missing in [[parts.chapters]]' in said


@pytest.mark.parametrize("kind", [config.Config, config.Part, config.Chapter, config.Execution])
def test_every_field_has_its_sentence(kind):
    tree = ast.parse(Path(config.__file__).read_text(encoding="utf-8"))
    body = next(node.body for node in tree.body if isinstance(node, ast.ClassDef) and node.name == kind.__name__)
    for field, sentence in zip(body, [*body[1:], None], strict=True):
        if isinstance(field, ast.AnnAssign):
            assert isinstance(sentence, ast.Expr)
            assert ast.literal_eval(sentence.value).endswith(".")


def test_the_reference_page_is_made_of_the_sentences():
    page = Path(__file__).parents[2] / "docs" / "configuration.md"
    assert page.read_text(encoding="utf-8") == config.reference(), "python -m nbpress.config > docs/configuration.md"


@pytest.mark.parametrize("line", ["languages = []", 'slug = "a/b"'])
def test_values_that_cannot_be(tmp_path, line):
    assert message(tmp_path, SMALLEST + line).startswith("conf/book.toml, line 3: ")


@pytest.mark.parametrize("line", [r'"\\x" = "{"', r"'\x' = '{'"])
def test_a_macro_that_tex_could_not_read_has_its_line(tmp_path, line):
    said = message(tmp_path, f"{SMALLEST}[macros]\n{line}")
    assert said == r'conf/book.toml, line 4: the macro "\x": a brace is not closed.'


def test_not_utf8(tmp_path):
    (tmp_path / "conf").mkdir()
    (tmp_path / config.PATH).write_bytes(b"title = '\xff'")
    with pytest.raises(UsageError, match="not UTF-8"):
        config.load(tmp_path)


@pytest.mark.parametrize("limit", ["cell_timeout = 0", "page_timeout = -1", "output_limit = 0"])
def test_a_limit_that_lets_nothing_run_is_an_error(make_book, press, limit):
    assert press(make_book({"page": ["# Page"]}, toml=f"[execution]\n{limit}"), "check").returncode == 2


@pytest.mark.parametrize(
    "line",
    [
        'url = "example.org/book"',
        'url = "https://example.org/bücher"',
        'url = "https://example.org/?book"',
        'repository = "git@github.com:example/book"',
        '[discussion]\nkind = "discourse"\naddress = "forum.example.org"',
        '[discussion]\nkind = "discourse"\naddress = "https://forum.example.org/{titel}"',
    ],
)
def test_an_address_is_whole(tmp_path, line):
    number = 3 + line.count("\n")
    said = message(tmp_path, f"{SMALLEST}{line}\n")
    assert said.startswith(f"conf/book.toml, line {number}: ")
    assert "the address of a" in said
    assert "\n    write " in said


def test_letters_of_an_address_are_shown_as_they_are_to_be_written(tmp_path):
    said = message(tmp_path, f'{SMALLEST}url = "https://example.org/bücher"')
    assert said.endswith(
        'url: "https://example.org/bücher" is not the address of a site.\n    write https://example.org/b%C3%BCcher'
    )


def test_a_missing_key_of_a_plain_table(tmp_path):
    assert "is missing in [discussion]." in message(tmp_path, f'{SMALLEST}[discussion]\nkind = "giscus"')


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ('[discussion]\nkind = "disqus"', "write discourse or giscus"),
        ('[execution]\nfigure_format = "gif"', "write svg, png or retina"),
        ('repository = "https://github.com/ann"', "write https://github.com/ann/NAME"),
        ('[launch]\nrepository = "https://github.com"', "write https://github.com/OWNER/NAME"),
        ('branch = "a b"', "write the name that `git branch` shows"),
        ('[launch]\nbranch = "a..b"', "write the name that `git branch` shows"),
        ('languages = ["xx"]', "write its code, such as en, de or zh_CN"),
        ('languages = ["en", "zh-CN"]', "write its code, such as en, de or zh_CN"),
        ('languages = ["zh_CN", "zh_CN"]', "take one out"),
    ],
)
def test_what_is_wrong_says_what_to_write(tmp_path, line, hint):
    said = message(tmp_path, f"{SMALLEST}{line}\n")
    assert said.startswith(f"conf/book.toml, line {3 + line.count(chr(10))}: ")
    assert said.endswith(f"\n    {hint}")


def test_the_kinds_that_are_named_are_those_that_there_are():
    assert config.KINDS["figure_format"] == get_args(get_type_hints(config.Execution)["figure_format"])
    tags = {kind.__struct_config__.tag for kind in (config.Giscus, config.Discourse)}
    assert {*config.KINDS["kind"]} == tags
