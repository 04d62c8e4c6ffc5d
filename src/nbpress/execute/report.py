"""What a call executed, for people who read files and for CI: JSON, and JUnit's XML."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from pathlib import Path

import msgspec

from nbpress.errors import Problem

FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # in XML


class Line(msgspec.Struct, frozen=True):
    """One page of the report."""

    page: str
    state: str  # "up to date", "executed", "failed" or "not run"
    seconds: float = 0.0  # of the run that its outputs are from
    memory: int = 0  # peak of the kernel's resident memory, bytes; 0 where unknown
    problem: str = ""
    place: str = ""


def line(page: str, state: str, seconds: float = 0.0, memory: int = 0, problem: Problem | None = None) -> Line:
    """A line of the report; a problem is taken apart into what and where."""
    if problem is None:
        return Line(page, state, round(seconds, 3), memory)
    return Line(page, state, round(seconds, 3), memory, problem.message, str(problem.place or ""))


def write(folder: Path, lines: Sequence[Line]) -> None:
    """Write `execution.json` and `execution.xml` into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "execution.json").write_bytes(msgspec.json.format(msgspec.json.encode(lines)) + b"\n")
    ET.ElementTree(_junit(lines)).write(folder / "execution.xml", encoding="utf-8", xml_declaration=True)


def _junit(lines: Sequence[Line]) -> ET.Element:
    failed = [found for found in lines if found.state == "failed"]
    skipped = [found for found in lines if found.state in {"up to date", "not run"}]
    total = sum(found.seconds for found in lines if found.state in {"executed", "failed"})
    counts = {
        "tests": len(lines),
        "failures": len(failed),
        "errors": 0,
        "skipped": len(skipped),
        "time": round(total, 3),
    }
    suite = ET.Element("testsuite", {"name": "nbpress", **{key: str(value) for key, value in counts.items()}})
    for found in lines:
        attributes = {"classname": found.page.rpartition("/")[0], "name": found.page, "time": str(found.seconds)}
        case = ET.SubElement(suite, "testcase", attributes)
        if found in failed:
            problem = FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", found.problem)
            ET.SubElement(case, "failure", {"message": problem}).text = f"{found.place}: {problem}"
        elif found in skipped:
            ET.SubElement(case, "skipped", {"message": found.state})
        if found.memory:
            properties = ET.SubElement(case, "properties")
            ET.SubElement(properties, "property", {"name": "peak_memory_bytes", "value": str(found.memory)})
    return suite
