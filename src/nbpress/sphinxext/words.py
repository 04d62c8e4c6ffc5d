"""The words that stand on the page without being in a notebook, in one place, for translators."""

from __future__ import annotations

WORDS = {
    "theorem": "Theorem",
    "lemma": "Lemma",
    "proposition": "Proposition",
    "corollary": "Corollary",
    "definition": "Definition",
    "example": "Example",
    "remark": "Remark",
    "algorithm": "Algorithm",
    "proof": "Proof",
    "exercise": "Exercise",
    "solution": "Solution",
    "solutions": "Solutions",
    "solution to": "Solution to %s",
    "solution on page": "Solution on page %s",
    "solution left out": "the solution",
}
