"""`python -m nbpress.check` prints the handbook's page of rules, made of their own sentences."""

from __future__ import annotations

import nbpress.check as checks  # not `from`: this module must register the rules in the package, not in a copy of it

HEAD = """\
# Rules

`nbpress check` looks for what breaks one of these rules, in all pages or in those that it is given, and executes
nothing. All problems are shown, each with its place and what to do; the exit code is 1. `--fix` mends what can be
mended without a look. `--format github` makes them notes in a pull request, `--format json` is for programs.

A page is excused from a rule in the notebook's metadata, with a reason:

```json
{"nbpress": {"ignore": {"cells-short": "the listing is the point of the page"}}}
```

What a book asks of its own pages stands under `[check]` in [`book.toml`](configuration.md). `--fix` mends the rules
with a ✎; those with a ◦ are not asked of a book that prints the notebooks of others.

| rule | what it asks |
|---|---|"""


def page() -> str:
    """The page in Markdown."""
    checks.register()
    return "\n".join([HEAD, *(_row(name) for name in sorted(checks.RULES))]) + "\n"


def _row(name: str) -> str:
    marks = ("✎" if name in checks.MENDS else "") + ("◦" if name in checks.OF_EXECUTED_BOOKS else "")
    sentence = " ".join((checks.RULES[name].__doc__ or "").split()).replace("|", "\\|")
    return f"| `{name}`{f' {marks}' if marks else ''} | {sentence} |"


if __name__ == "__main__":
    print(page(), end="")
