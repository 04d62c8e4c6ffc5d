"""Rules on code that notebooks save in the library."""

from __future__ import annotations

from collections.abc import Iterator

from nbpress.check import Sources, rule
from nbpress.errors import Problem
from nbpress.library import SIGN


@rule
def library_synced(sources: Sources) -> Iterator[Problem]:
    """What notebooks save with `#@save` is the same in the library."""
    notebooks = [source.notebook for source in sources.pages.values()]
    if not any(SIGN in cell.source for notebook in notebooks for cell in notebook.cells if cell.kind == "code"):
        return
    from nbpress.library import plan

    reported = {source.notebook.file for source in sources.reported}
    made = plan.make(sources.book, notebooks)
    for problem in (*made.problems, *(difference.problem for difference in made.differences)):
        if problem.place is None or problem.place.file in reported or problem.place.cell is None:
            yield problem
