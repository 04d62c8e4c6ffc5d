"""The words that stand on the page without being in a notebook, in the languages that the press knows beside English.

They are looked up by what they are in English; what is not here, Sphinx's own catalogue may have.
"""

from __future__ import annotations

from collections.abc import Mapping

CHINESE = {
    # what stands before numbers
    "Part %s": "第 %s 部分",
    "Chapter %s": "第 %s 章",
    "Section %s": "第 %s 节",
    " (%s)": "（%s）",
    "Figure %s": "图 %s",
    "Table %s": "表 %s",
    "Listing %s": "代码 %s",
    # blocks
    "Theorem": "定理",
    "Lemma": "引理",
    "Proposition": "命题",
    "Corollary": "推论",
    "Definition": "定义",
    "Example": "例",
    "Remark": "注",
    "Algorithm": "算法",
    "Proof": "证明",
    "Derivation": "推导",
    "Exercise": "练习",
    "Solution": "解答",
    "Solutions": "习题解答",
    "Solution to %s": "%s 的解答",
    "Solution on page %s": "解答见第 %s 页",
    "page %s": "第 %s 页",
    "%s on page %s": "%s（第 %s 页）",
    "%s, page %s": "%s，第 %s 页",
    "%s (page %s)": "%s（第 %s 页）",
    "the solution": "解答",
    "%s.": "%s：",  # a proof begins
    "Link to this %s": "链接到此%s",
    "Link to this heading": "链接到此标题",
    "Link to this equation": "链接到此公式",
    # code and outputs
    "Show the code": "显示代码",
    "Show the output": "显示输出",
    "Output": "输出",
    "In the library:": "见代码库：",
    "Interactive in the notebook.": "在笔记本中可以交互。",
    "This output as PDF": "此输出的 PDF 版本",
    "This output can be seen only in the notebook.": "此输出只能在笔记本中查看。",
    "This output can be seen only on %s.": "此输出只能在%s上查看。",
    "the web site": "网站",
    "This picture is damaged.": "此图片已损坏。",
    "done": "已完成",
    "to do": "待办",
    # the frame of a page
    "Table of Contents": "目录",
    "On this page": "本页内容",
    "Breadcrumb": "当前位置",
    "Previous and next page": "上一页与下一页",
    "previous": "上一页",
    "next": "下一页",
    "Colours": "配色",
    "As the system": "跟随系统",
    "Light": "浅色",
    "Dark": "深色",
    "Search": "搜索",
    "Search the book": "搜索本书",
    "The search needs JavaScript.": "搜索需要 JavaScript。",
    "Nothing found for “%s”": "没有找到“%s”",
    "%s section": "%s 个小节",
    "%s sections": "%s 个小节",
    "Copy": "复制",
    "Enlarge: %s": "放大：%s",
    "Close": "关闭",
    "Open": "打开",
    "Continue: %s": "继续阅读：%s",
    # what readers take with them
    "Run this page": "运行本页",
    "Take this page": "取用本页",
    "Open in": "打开方式",
    "Download": "下载",
    "needs a Google account": "需要 Google 帐号",
    "no account; starts in minutes": "无需帐号，几分钟后启动",
    "of your school or firm": "你所在学校或公司的",
    "This notebook": "本页笔记本",
    "with its outputs": "含输出",
    "This notebook, empty": "本页笔记本（无输出）",
    "to run it yourself": "供自己运行",
    "All notebooks": "全部笔记本",
    "with what they need": "含所需的一切",
    "What this page imports is installed where it is missing, as in Colab.": (
        "缺少本页所需的库时在此安装，例如在 Colab 中。"
    ),
    "What this page imports comes with all notebooks.": "本页所需的库随全部笔记本提供。",
    "run pip install . in the folder to which %s unpacks": "请在 %s 解压后的文件夹中运行 pip install .",
    "%(page)s, from *%(book)s* by %(authors)s.": "%(page)s，选自《%(book)s》，作者：%(authors)s。",
    "The book is written as Jupyter notebooks; outputs were computed by the code before them.": (
        "本书以 Jupyter 笔记本写成，输出均由其前面的代码计算得出。"
    ),
    "Back matter": "附录",
    "The notebooks of *%(book)s* by %(authors)s.": "《%(book)s》的笔记本，作者：%(authors)s。",
    "With Python %s or newer, in this folder:": "请使用 Python %s 或更新版本，在此文件夹中运行：",
    "Text, formulas as MathML, and descriptions of pictures, read in the order of the contents.": (
        "文字、MathML 公式和图片说明，按目录的顺序阅读。"
    ),
    "With conda or mamba: `%s`.": "使用 conda 或 mamba：`%s`。",
    "On Windows it is `%(windows)s` in place of `%(others)s`.": "在 Windows 上，用 `%(windows)s` 代替 `%(others)s`。",
    # the page of the book's other forms
    "Get the book": "获取本书",
    "The same book in other forms, printed from the same notebooks at the same time.": (
        "同一本书的其他形式，由同样的笔记本同时印制。"
    ),
    "There is no other form of it here.": "这里没有其他形式。",
    "Form": "形式",
    "For whom": "用途",
    "Size": "大小",
    "SHA-256": "SHA-256",
    "All checksums": "全部校验和",
    "PDF": "PDF",
    "EPUB": "EPUB",
    "Notebooks": "笔记本",
    "This site as one file": "本站（单个文件）",
    "For paper and for a large screen.": "用于纸张和大屏幕。",
    "For e-readers and telephones.": "用于电子阅读器和手机。",
    "To run: all pages, the library, and what to install.": "用于运行：全部页面、代码库和要安装的内容。",
    "To read without a network: unpack it, and open index.html.": "用于离线阅读：解压后打开 index.html。",
    # slides
    "Slides": "幻灯片",
    "Exercises": "练习",
    "All slides": "全部幻灯片",
    "The page": "本页",
    "The book": "本书",
    "Keys": "按键",
    "continued": "续",
    "To teach from: a deck for each page.": "用于授课：每页一组幻灯片。",
    # the foot of a page, and pages that are none
    "Last changed %s": "最后修改于 %s",
    "Edit on %s": "在 %s 上编辑",
    "the repository": "代码仓库",
    "Report a problem": "报告问题",
    "Discuss this page": "讨论本页",
    "The discussion on GitHub": "GitHub 上的讨论",
    "Page not found": "页面不存在",
    "There is no page at this address. It may have been renamed, or the link may be wrong.": (
        "此地址没有页面。页面可能已改名，或者链接有误。"
    ),
    "This page has moved:": "本页已移至：",
    # the back of the book, and its imprint
    "Cover": "封面",
    "Contents": "目录",
    "Index": "索引",
    "References": "参考文献",
    "Handbook": "使用手册",
    "Licence of the text": "正文许可",
    "Printed with nbpress from notebooks, with the outputs that were stored in them.": (
        "本书由 nbpress 从笔记本排印，输出为其中已保存的结果。"
    ),
    "Printed with nbpress from notebooks: every number and every picture that stands after code was computed "
    "by this code.": "本书由 nbpress 从笔记本排印：代码之后的每个数字和每幅图都由该代码计算得出。",
}
TRANSLATIONS: Mapping[str, Mapping[str, str]] = {"zh": CHINESE, "zh_CN": CHINESE}


def words(language: str) -> Mapping[str, str]:
    """The words of a language by the English ones; none for English, and for one that the press does not know."""
    return TRANSLATIONS.get(language.replace("-", "_"), {})
