"""Readers of published texts."""

import json
import tarfile
from pathlib import Path

from handson.data.entries import Fields

__all__ = ["read_imdb", "read_pairs", "read_ptb", "read_snli", "read_time_machine", "read_wikitext2"]

LABELS = ("entailment", "contradiction", "neutral")
HELD_OUT = 10  # every tenth pair of sentences is for testing: the published file has no split


def read_time_machine(folder: Path, split: str) -> Fields:
    """Read the novel as one `text`, without what Project Gutenberg puts around it."""
    text = (folder / "timemachine.txt").read_text(encoding="utf-8")
    lines = text.splitlines()
    marks = [number for number, line in enumerate(lines) if line.startswith("*** ")]
    if len(marks) >= 2:
        text = "\n".join(lines[marks[0] + 1 : marks[-1]]) + "\n"
    return {"text": text}


def read_pairs(folder: Path, split: str) -> Fields:
    """Read `english` and `french` sentences, from a file with a pair a line, separated by a tab."""
    lines = next(folder.rglob("fra.txt")).read_text(encoding="utf-8").splitlines()
    pairs = [line.split("\t")[:2] for line in lines if "\t" in line]
    chosen = [pair for number, pair in enumerate(pairs) if (number % HELD_OUT == 0) == (split == "test")]
    return {"english": [pair[0] for pair in chosen], "french": [pair[1] for pair in chosen]}


def read_ptb(folder: Path, split: str) -> Fields:
    """Read `sentences`, each a text of words separated by spaces."""
    text = next(folder.rglob(f"ptb.{split}.txt")).read_text(encoding="utf-8")
    return {"sentences": [line.strip() for line in text.splitlines() if line.strip()]}


def read_wikitext2(folder: Path, split: str) -> Fields:
    """Read `paragraphs`, each a text of words separated by spaces; headings are left out."""
    text = next(folder.rglob(f"wiki.{split}.tokens")).read_text(encoding="utf-8")
    lines = [line.strip() for line in text.split("\n")]
    return {"paragraphs": [line for line in lines if line and not line.startswith("= ")]}


def read_imdb(folder: Path, split: str) -> Fields:
    """Read review `texts` and `labels` (1 = positive) from the archive, in the order of their names."""
    found = []
    with tarfile.open(folder / "aclImdb_v1.tar.gz") as archive:
        for member in archive:
            parts = member.name.split("/")
            if len(parts) == 4 and parts[1] == split and parts[2] in ("pos", "neg") and member.isreg():
                source = archive.extractfile(member)
                assert source is not None
                found.append((member.name, source.read().decode(), int(parts[2] == "pos")))
    found.sort()
    return {"texts": [text for _, text, _ in found], "labels": [label for _, _, label in found]}


def read_snli(folder: Path, split: str) -> Fields:
    """Read `premises`, `hypotheses` and `labels` (0 entailment, 1 contradiction, 2 neutral).

    Pairs on which those who labelled them did not agree ("-") are left out.
    """
    name = {"train": "train", "valid": "dev", "test": "test"}[split]
    lines = next(folder.rglob(f"snli_1.0_{name}.jsonl")).read_text(encoding="utf-8").splitlines()
    rows = [row for row in map(json.loads, lines) if row["gold_label"] in LABELS]
    return {
        "premises": [row["sentence1"] for row in rows],
        "hypotheses": [row["sentence2"] for row in rows],
        "labels": [LABELS.index(row["gold_label"]) for row in rows],
    }
