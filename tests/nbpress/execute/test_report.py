import json
import xml.etree.ElementTree as ET

import pytest

from nbpress.errors import Place, Problem
from nbpress.execute import report

LINES = [
    report.line("one/a", "up to date", 1.0),
    report.line("one/b", "executed", 2.0, 5_000_000),
    report.line("one/c", "failed", 3.0, 0, Problem("Error: <no>", Place("c.ipynb", 2))),
    report.line("one/d", "not run"),
]


@pytest.fixture
def folder(tmp_path):
    report.write(tmp_path / "report", LINES)
    return tmp_path / "report"


def test_json_has_a_line_for_each_page(folder):
    lines = json.loads((folder / "execution.json").read_text())
    assert [(line["page"], line["state"], line["seconds"]) for line in lines[:2]] == [
        ("one/a", "up to date", 1.0),
        ("one/b", "executed", 2.0),
    ]


def test_junit_counts(folder):
    suite = ET.parse(folder / "execution.xml").getroot()
    assert {key: suite.get(key) for key in ("tests", "failures", "skipped", "time")} == {
        "tests": "4",
        "failures": "1",
        "skipped": "2",
        "time": "5.0",
    }


def test_junit_says_what_failed_and_where(folder):
    assert ET.parse(folder / "execution.xml").find(".//failure").text == "c.ipynb, cell 2: Error: <no>"


def test_junit_has_the_memory(folder):
    assert ET.parse(folder / "execution.xml").find(".//property").get("value") == "5000000"


def test_junit_is_xml_whatever_the_page_said(tmp_path):
    report.write(tmp_path, [report.line("a", "failed", 0, 0, Problem("a\x00\x1b[0m"))])
    assert "\N{REPLACEMENT CHARACTER}" in ET.parse(tmp_path / "execution.xml").find(".//failure").text
