"""The only place that knows the order of the stages: load, check, execute, convert, render."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from nbpress import book as books
from nbpress import inventory
from nbpress.book import Book, Page
from nbpress.errors import BookError, Place, Problem, UsageError
from nbpress.forks import Fork
from nbpress.listener import Listener, note_pages
from nbpress.memo import Memo
from nbpress.needs import needs
from nbpress.notebook import Notebook

if TYPE_CHECKING:  # the verbs that execute nothing must not wait for Jupyter's import
    from nbpress.execute.options import Options
    from nbpress.execute.reuse import Verdict
    from nbpress.execute.run import Run
    from nbpress.targets import Divisible


def check(book: Book, pages: Sequence[Page]) -> list[Problem]:
    """Everything that the rules find wrong with `pages`."""
    from nbpress import markup
    from nbpress.check import check as find

    with inventory.remembering(book, markup.remembered) as memo:
        return find(book, pages, memo)


def mend(book: Book, pages: Sequence[Page]) -> list[Path]:
    """Mend what can be mended without a look; the files that changed."""
    from nbpress.check import mend as find
    from nbpress.notebook import dump

    found = find(book, pages)
    for page, raw in found.items():
        temporary = page.path.with_name(f".{page.path.name}.new")
        temporary.write_text(dump(raw), encoding="utf-8")
        temporary.replace(page.path)
    return [page.path for page in found]


def run(
    book: Book, pages: Sequence[Page], listener: Listener, options: Options | None = None, *, force: bool = False
) -> int:
    """Execute those of `pages` that have no stored run that holds; all are tried, and all failures shown.

    Returns the number of pages that are up to date now: all but those that no worker can run, or whose run is not kept.

    Raises:
        BookError: a page could not be executed; the others are stored all the same.
        UsageError: what was executed could not be stored.
    """
    from nbpress.execute import reuse
    from nbpress.execute.report import line
    from nbpress.executing import Executed

    with inventory.looking(book, pages, listener) as (present, store, tasks):
        done = {} if force else reuse.find_all(present, store, tasks)
        executed = Executed(book, present, store, listener)
        executed.execute(tasks, set(done), options)
        lines = {name: line(name, "up to date", entry.seconds, entry.memory) for name, entry in done.items()}
        executed.finish(tasks, lines)
    if executed.unstored:
        raise UsageError(executed.unstored)
    return len(pages) - len(executed.left)


def sync(book: Book, *, write: bool = True, back: bool = False) -> list[Path]:
    """Carry what notebooks save into the library, or `back` into the notebooks; the files that changed.

    Raises:
        BookError: they differ and nothing is to be written, or something stands in the way: nothing is written.
    """
    from nbpress.library import files, plan

    made = plan.make(book, (task.notebook for task in inventory.load_pages(book, book.pages)))
    problems = made.problems + ([] if write else [difference.problem for difference in made.differences])
    if problems:
        raise BookError(problems)
    return files.write_notebooks(book, made) if back else files.write_modules(book, made)


def why(book: Book, pages: Sequence[Page], listener: Listener) -> list[Verdict]:
    """Of each page, whether it would run, and everything that changed since its last run."""
    from nbpress.execute import reuse

    with inventory.looking(book, pages, listener) as (present, store, tasks):
        return [reuse.explain(present, store, task) for task in tasks]


def compare(book: Book, revision: str, out: Path, listener: Listener, tolerance: float) -> tuple[int, Path]:
    """Write into `out` what changed for the reader since a commit; how many pages, and the file to open.

    Nothing is executed: outputs are compared where both versions of a page have a stored run that holds.

    Raises:
        UsageError: there is no such commit.
    """
    from nbpress.comparison import report
    from nbpress.comparison import revision as revisions
    from nbpress.comparison.pages import compare_pages

    listener.stage(f"comparing with {revision}")
    with revisions.at(book, revision) as before:
        old = revisions.versions(before, listener) if before else {}
    new = revisions.versions(book, listener)
    unknown = [name for name, page in new.items() if name in old and not (page.executed and old[name].executed)]
    note_pages(listener, "outputs not compared, since a version has none stored (nbpress run makes today's)", unknown)
    found = (compare_pages(name, old.get(name), new.get(name), tolerance) for name in dict.fromkeys([*new, *old]))
    pages = [page for page in found if page is not None]
    out.mkdir(parents=True, exist_ok=True)
    (out / "summary.md").write_text(report.as_markdown(revision, pages), encoding="utf-8")
    file = out / "index.html"
    file.write_text(report.as_html(book.config.title, revision, pages, tolerance), encoding="utf-8")
    return len(pages), file


def reproduce(book: Book, pages: Sequence[Page], listener: Listener, options: Options | None = None) -> int:
    """Run each of `pages` twice and compare the outputs byte for byte; nothing is stored.

    Returns the number of pages that were compared.

    Raises:
        BookError: a page failed, or showed something else the second time.
    """
    from nbpress.execute import reproduce as compare
    from nbpress.executing import Executed

    with inventory.looking(book, pages, listener) as (present, store, tasks):
        excused = [task for task in tasks if not needs(task.notebook).reproducible]
        for task in excused:
            listener.note(f"{task.page.name} is not compared: {needs(task.notebook).reason}")
        compared = [task for task in tasks if task not in excused and any(task.notebook.executed_cells)]
        runs = []
        failures: tuple[Problem, ...] = ()
        for _ in range(2 if compared else 0):
            executed = Executed(book, present, store, listener, keep=False)
            executed.execute(compared, set(), options)
            try:
                executed.finish(compared, {})
            except BookError as error:
                failures = error.problems
            runs.append(executed.runs)
    both = [task for task in compared if all(task.page.name in one for one in runs)]
    problems = [
        problem
        for task in both
        for problem in compare.differences(task.notebook, *(one[task.page.name] for one in runs))
    ]
    if failures or problems:
        raise BookError([*failures, *problems])
    return len(both)


def build(
    book: Book,
    targets: Sequence[str],
    pages: Sequence[Page],
    listener: Listener,
    *,
    execute: bool = True,
    edition: str = "",
) -> list[Path]:
    """Check and execute `pages`, print an edition of the book as each of `targets`; the files to open.

    Of a target that can be divided only `pages` are printed; of others the whole, unless that is as it should be.
    """
    from nbpress import editions, freshness
    from nbpress.targets import with_needed

    editions.find(book, edition)
    made: dict[str, Path] = {}
    for name in with_needed(targets):
        path = None if _divided(book, name, pages) else freshness.made(book, freshness.Target(name, edition))
        made |= {name: path} if path else {}
    stale = [name for name in with_needed(targets) if name not in made]
    if stale:
        made |= _build(book, stale, pages, listener, execute, edition)
    return [made[name] for name in targets]


def _divided(book: Book, name: str, pages: Sequence[Page]) -> Divisible | None:
    """The target of that name, if only `pages` of it are to be printed, and can be."""
    from nbpress.targets import Divisible, target

    module = target(name) if len(pages) < len(book.pages) else None
    return module if isinstance(module, Divisible) else None


class _Gathered(NamedTuple):
    """All that is printed."""

    notebooks: dict[str, Notebook]
    runs: dict[str, Run]
    others: list[Path] | None  # what the runs depend on outside of the book's folders; None where a page lacks its run


def _build(
    book: Book, targets: Sequence[str], pages: Sequence[Page], listener: Listener, execute: bool, edition: str
) -> dict[str, Path]:
    from nbpress import convert, freshness
    from nbpress.targets import NEEDED, target

    before = freshness.look(book, [freshness.Target(name, edition) for name in targets])
    modules = [(name, target(name)) for name in targets]
    for name, module in modules:
        module.require()
        if divided := _divided(book, name, pages):
            divided.require_pages(book, pages)
    listener.stage("checking")
    found, gathered = _gather(book, pages, listener, execute)
    source = book.build / "sphinx" / edition / "source"
    made: dict[str, Path] = {}
    problems = list(found)
    known = {problem.place for problem in found}
    failed: set[str] = set()
    with _alone(book, listener):
        convert.write_source(book, gathered.notebooks, gathered.runs, source, edition)
        others = None if found else gathered.others
        del gathered  # while a large book is printed, there must be room for other things than its outputs
        for name, module in modules:
            if failed.intersection(NEEDED.get(name, ())):
                continue
            listener.stage(f"printing {name}")
            printed = freshness.Target(name, edition)
            divided = _divided(book, name, pages)
            try:
                if divided:
                    made[name] = divided.render_pages(book, source, printed.folder(book), pages)
                    continue
                freshness.forget(book, printed)
                made[name] = module.render(book, source, printed.folder(book))
            except BookError as error:  # the next target may have more to say
                failed.add(name)
                problems += [problem for problem in error.problems if problem.place not in known]
            else:
                if others is not None:
                    freshness.keep(book, printed, before, others, made[name])
    if problems:
        raise BookError(dict.fromkeys(problems))
    return made


def _gather(book: Book, pages: Sequence[Page], listener: Listener, execute: bool) -> tuple[list[Problem], _Gathered]:
    """The whole book with its runs, after those of `pages` were executed that have none, if they may be.

    What the rules find wrong with a book that is not executed comes first: that can be printed all the same.

    Raises:
        BookError: the book is executed, and has problems.
    """
    from nbpress import markup
    from nbpress.execute.static import code

    executed = book.config.execution.enabled
    with inventory.remembering(book, markup.remembered, *([code] if executed else [])) as memo:
        checked = _checking(book, pages, memo)
        if executed:
            return [], _gather_runs(book, pages, memo, checked, listener, execute)
        try:
            tasks = inventory.load_pages(book, book.pages)
        finally:
            problems = checked()
        return problems, _Gathered({page.name: notebook for page, notebook in tasks}, {}, [])


def _checking(book: Book, pages: Sequence[Page], memo: Memo) -> Callable[[], list[Problem]]:
    """What the rules find, as a function that waits for it: another process looks meanwhile, where that is worth it."""
    from nbpress.check import check as find
    from nbpress.execute import machine

    def look() -> tuple[list[Problem], dict[str, bytes]]:
        return find(book, pages, memo), memo.used

    fork = Fork(look) if len(book.pages) > inventory.FEW and machine.processes() > 1 else None

    def found() -> list[Problem]:
        problems, learned = fork.result() if fork else look()
        memo.used |= learned
        return problems

    return found


def _gather_runs(
    book: Book,
    pages: Sequence[Page],
    memo: Memo,
    checked: Callable[[], list[Problem]],
    listener: Listener,
    execute: bool,
) -> _Gathered:
    from nbpress.execute import reuse
    from nbpress.execute.report import line
    from nbpress.executing import Executed

    try:
        tasks = inventory.load_pages(book, book.pages, memo)
        present, store = inventory.prepare(book, tasks, memo, listener)
        entries = reuse.find_all(present, store, tasks)
    finally:
        if problems := checked():
            raise BookError(problems)
    stored = {name: store.load(entry.run) for name, entry in entries.items()}
    runs = {name: run for name, run in stored.items() if run is not None}
    if execute:
        chosen = [task for task in tasks if task.page in pages]
        executed = Executed(book, present, store, listener)
        executed.execute(chosen, set(runs))
        executed.finish(chosen, {name: line(name, "up to date") for name in runs})
        runs |= executed.runs
        entries |= executed.entries
        for problem in executed.unstored:
            listener.note(str(problem))
    bare = [task for task in tasks if task.page.name not in runs and any(task.notebook.executed_cells)]
    old = {task.page.name: run for task in bare if (run := reuse.outdated(present, store, task))}
    runs |= old
    complete = set(pages) == set(book.pages) and runs.keys() <= entries.keys() and not bare
    others = list(reuse.files(present, store, tasks, entries)) if complete else None
    note_pages(listener, "printed with the outputs of an earlier run", old)
    note_pages(listener, "printed without outputs", [task.page.name for task in bare if task.page.name not in old])
    return _Gathered({page.name: notebook for page, notebook in tasks}, runs, others)


@contextmanager
def _alone(book: Book, listener: Listener) -> Iterator[None]:
    """Wait until no other nbpress prints this book: they would write into one folder."""
    from filelock import FileLock, Timeout

    try:
        book.build.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(Problem(f"{book.build} cannot be written: {error.strerror}.")) from error
    lock = FileLock(book.build / ".lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        listener.stage("waiting for another nbpress that prints this book")
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def load(root: Path) -> Book:
    """The book in a folder, or an error that says what it lacks."""
    book = books.load(root)
    if not book.pages:
        raise BookError(Problem("the book has no pages.", Place("conf/book.toml"), "list chapters under [[parts]]"))
    return book
