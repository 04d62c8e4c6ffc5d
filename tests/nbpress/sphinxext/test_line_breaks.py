"""Lines of the source in Chinese, and where they end."""

import json

import pytest

from factory import notebook_text
from printed import Printed

PAGE = """# 元素

元素的
张量表示，
**粗体**
之后，见[](#deng)
“引号”
与 Latin
文字，见
[](other.ipynb)
之前，$x$
公式，한국어
띄어쓰기，two
words.

> 算法，
> 用于计算。

```text
代码
换行
```

(deng)=
## 等式

句。
"""
TEXT = (
    "元素的张量表示，粗体之后，见第 1.1.1 节“引号”与 Latin 文字，见第 1.2 节之前，x 公式，한국어 띄어쓰기，two words."
)


@pytest.fixture(scope="module")
def root(tmp_path_factory, press):
    root = tmp_path_factory.mktemp("lines") / "book"
    chapter = root / "notebooks" / "chapter"
    chapter.mkdir(parents=True)
    (root / "conf").mkdir()
    (chapter / "page.ipynb").write_text(notebook_text(PAGE), encoding="utf-8")
    (chapter / "other.ipynb").write_text(notebook_text("# 其他\n\n其他的\n*句子*\n。"), encoding="utf-8")
    (root / "conf/book.toml").write_text(
        'title = "书"\nauthors = ["作者"]\nlanguages = ["zh_CN"]\nurl = "https://example.org/"\n[[parts]]\ntitle = "部分"\n'
        '[[parts.chapters]]\npath = "chapter"\ntitle = "章"\npages = ["page", "other"]\n',
        encoding="utf-8",
    )
    done = press(root, "build", "html", "pdf")
    assert done.returncode == 0, done.stderr
    return root


@pytest.fixture(scope="module")
def printed(root):
    return Printed(root)


def test_a_break_between_chinese_characters_is_no_space(printed):
    [paragraph, *_] = printed.page("chapter/page").select("article section > p")
    for formula in paragraph.select(".math"):
        formula.replace_with("x")
    assert " ".join(paragraph.get_text().split()) == TEXT


def test_on_paper_neither(printed):
    assert "元素的张量表示，\\sphinxstylestrong{粗体}之后" in printed.tex


def test_the_plain_page_and_the_search_agree(root):
    assert "元素的张量表示，**粗体**之后" in (root / "build/html/chapter/page.md").read_text(encoding="utf-8")
    text = (root / "build/html/_static/search-text.js").read_text(encoding="utf-8")
    assert "算法，用于计算。" in str(json.loads(text.partition("=")[2]))


def test_what_others_are_told_of_the_page_agrees(printed):
    assert printed.page("chapter/other").select_one("meta[name=description]")["content"] == "其他的句子。"


def test_lines_of_code_stay(printed):
    assert "代码\n换行" in printed.page("chapter/page").pre.get_text()
