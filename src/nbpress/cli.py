"""The command line. A verb loads the book, calls the pipeline, prints, and says how it ended.

Heavy imports (Sphinx, Jupyter, rich) wait for the verb that needs them: `nbpress --help` must answer at once.
"""

from __future__ import annotations

import gc
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from nbpress import __version__

CODES = """\b
Exit codes: 0 fine, 1 the book has problems, 2 wrong usage or configuration,
3 a bug in nbpress (with a log to paste into an issue), 130 interrupted."""


class Verb(click.Command):
    """A command whose help ends with an example."""

    def __init__(self, *args: Any, example: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.epilog = f"\b\nExample:\n  {example}"


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}, epilog=CODES)
@click.option("-C", "root", metavar="DIR", default=".", type=click.Path(path_type=Path), help="The book's folder.")
@click.version_option(__version__, prog_name="nbpress")
@click.pass_context
def main(context: click.Context, root: Path) -> None:
    """A press for books written as Jupyter notebooks.

    \b
    Example:
      nbpress build html      check, execute what changed, print the web site
    """
    context.obj = root


def verb(example: str) -> Callable[[Callable[..., None]], click.Command]:
    """Register a function as a verb, with the book's folder as its first argument."""
    return lambda function: main.command(cls=Verb, example=example)(click.pass_obj(function))


PAGES = click.argument("pages", metavar="[PAGE]...", nargs=-1)


@verb("nbpress check preliminaries/tensors")
@PAGES
@click.option("--fix", is_flag=True, help="First mend what can be mended without a look.")
@click.option("--format", "form", type=click.Choice(["text", "github", "json"]), default="text", show_default=True)
def check(root: Path, pages: tuple[str, ...], fix: bool, form: str) -> None:
    """Look for everything that is wrong with the book, or with PAGEs of it, without executing anything."""
    from nbpress import book, pipeline
    from nbpress.errors import BookError

    loaded = pipeline.load(root)
    chosen = book.select(loaded, pages)
    for path in pipeline.mend(loaded, chosen) if fix else ():
        click.echo(f"mended: {loaded.relative(path)}", err=True)
    problems = pipeline.check(loaded, chosen)
    if form != "text":
        from nbpress.check import formats

        shown = formats.as_json(problems) if form == "json" else formats.as_annotations(problems, loaded.root)
        click.echo(shown, nl=bool(shown))
        sys.exit(1 if problems else 0)
    if problems:
        raise BookError(problems)
    click.echo(f"{len(chosen)} page{'s' if len(chosen) > 1 else ''}, no problems.")


@verb("nbpress run preliminaries -j 4")
@PAGES
@click.option(
    "-j",
    "--jobs",
    metavar="N",
    default=0,
    type=click.IntRange(min=0),
    help="Pages at once; where it is not given, what cores and memory can bear.",
)
@click.option("--scheduler", metavar="ADDRESS", default="", help="Run on the Dask cluster of tcp://HOST:PORT.")
@click.option("--force", is_flag=True, help="Execute also what is up to date.")
@click.option("--fail-fast", is_flag=True, help="End with the first page that fails.")
@click.option("--check-reproducible", is_flag=True, help="Run each page twice and compare; store nothing.")
def run(root: Path, pages: tuple[str, ...], jobs: int, scheduler: str, **flags: bool) -> None:
    """Execute the pages that changed since their last run, or whose library, data or packages did."""
    from nbpress import book, pipeline, terminal
    from nbpress.execute.options import Options

    loaded = pipeline.load(root)
    chosen = book.select(loaded, pages)
    options = Options(jobs, flags["fail_fast"], scheduler)
    count = f"{len(chosen)} page{'s' if len(chosen) > 1 else ''}"
    with terminal.Terminal() as listener:
        if flags["check_reproducible"]:
            compared = pipeline.reproduce(loaded, chosen, listener, options)
            click.echo(f"{compared} page{'' if compared == 1 else 's'} compared, no differences.")
        else:
            done = pipeline.run(loaded, chosen, listener, options, force=flags["force"])
            click.echo(f"{count} up to date." if done == len(chosen) else f"{done} of {count} up to date.")


@verb("nbpress sync --check")
@click.option("--check", "look", is_flag=True, help="Write nothing; show what differs, and exit 1 if anything does.")
@click.option("--back", is_flag=True, help="The other way: from the library into the notebooks.")
def sync(root: Path, look: bool, back: bool) -> None:
    """Carry the definitions that notebooks mark `#@save MODULE` into the library."""
    from nbpress import pipeline

    loaded = pipeline.load(root)
    changed = pipeline.sync(loaded, write=not look, back=back)
    click.echo("\n".join(f"written: {loaded.relative(path)}" for path in changed) or "library and notebooks agree.")


@verb("nbpress why preliminaries -v")
@PAGES
@click.option("-v", "--verbose", is_flag=True, help="Everything that changed, and how the page comes to depend on it.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def why(root: Path, pages: tuple[str, ...], verbose: bool, form: str) -> None:
    """Say of each page whether it would be executed, and what exactly changed since its last run."""
    from nbpress import book, pipeline, terminal

    loaded = pipeline.load(root)
    with terminal.Terminal() as listener:
        verdicts = pipeline.why(loaded, book.select(loaded, pages), listener)
    click.echo("\n".join(terminal.verdicts(verdicts, form, verbose)))


@verb("nbpress build html pdf")
@click.argument("names", metavar="[TARGET]... [PAGE]...", nargs=-1)
@click.option("--no-run", is_flag=True, help="Execute nothing; print with the stored outputs.")
@click.option(
    "--edition", metavar="NAME", default="", help="Print an edition: student has no solutions, print is for a printer."
)
def build(root: Path, names: tuple[str, ...], no_run: bool, edition: str) -> None:
    """Check the book, execute what changed, and print it.

    html is the web site, pdf the paper book, epub the book for e-readers, slides a deck for each page, notebooks what
    readers run, offline the site as one file to be read without a network, and site all of these in one folder for a
    web server.

    With PAGEs only these are checked and executed. The PDF then is one of these pages alone, beside that of the book,
    with the numbers that they have in it; the other targets are printed whole, with what is stored of other pages.
    """
    from nbpress import book, editions, pipeline, targets, terminal

    loaded = pipeline.load(root)
    chosen, pages = targets.split(names or editions.targets(loaded, edition))
    with terminal.Terminal() as listener:
        selected = book.select(loaded, pages)
        made = pipeline.build(loaded, chosen, selected, listener, execute=not no_run, edition=edition)
    for path in made:
        click.echo(loaded.relative(path))


@verb("nbpress serve preliminaries/tensors --open")
@PAGES
@click.option("--port", metavar="N", default=8000, show_default=True, type=click.IntRange(0, 65535), help="0: any.")
@click.option("--open", "browser", is_flag=True, help="Open the page in a browser.")
def serve(root: Path, pages: tuple[str, ...], port: int, browser: bool) -> None:
    """Show the book in a browser, and each change as soon as a notebook, a picture or the library is saved.

    With PAGEs only these, and what is saved from then on, are executed. Ctrl-C ends it.
    """
    from nbpress.serve import serve as preview

    preview(root, pages, port, browser=browser)


@verb("nbpress diff origin/main")
@click.argument("revision", metavar="[REV]", default="HEAD")
@click.option(
    "-o", "out", metavar="DIR", type=click.Path(path_type=Path), help="Where to write it; build/diff without it."
)
@click.option(
    "--tolerance",
    metavar="SHARE",
    default=1e-6,
    show_default=True,
    type=click.FloatRange(0, 1),
    help="Numbers that differ by no more than this share of them count as the same.",
)
def diff(root: Path, revision: str, out: Path | None, tolerance: float) -> None:
    """Show what changed for the reader since the commit REV: prose, code, numbers, tables, pictures.

    Writes index.html, which needs no other file, and summary.md, for a comment. Executes nothing: outputs are those
    of stored runs.
    """
    from nbpress import pipeline, terminal

    loaded = pipeline.load(root)
    with terminal.Terminal() as listener:
        count, file = pipeline.compare(loaded, revision, out or loaded.build / "diff", listener, tolerance)
    click.echo(f"{count or 'no'} page{'' if count == 1 else 's'} changed for the reader: {loaded.relative(file)}")


@verb("nbpress new my-book --title 'My Book'")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--title", default="", help="The book's title; made of the folder's name where it is not given.")
@click.option("--author", default="", help="Its author; git's user.name where it is not given.")
def new(root: Path, folder: Path, title: str, author: str) -> None:
    """Begin a book of one's own in DIR: two pages, a library, tests, a workflow, a Makefile."""
    from nbpress import scaffold

    files = scaffold.make(root / folder, title, author)
    click.echo(f"{folder}: {len(files)} files. Next: cd {folder} && make html")


@verb("nbpress setup-git")
@click.option("--remove", is_flag=True, help="Take it back.")
def setup_git(root: Path, remove: bool) -> None:
    """Teach git about notebooks in this clone: commits without outputs, diffs as text, merges cell by cell."""
    from nbpress import pipeline
    from nbpress.git import setup

    book = pipeline.load(root)
    path = setup.remove(book) if remove else setup.install(book)
    click.echo(f"{'taken back' if remove else 'set up'}: see {book.relative(path)} and git config --get-regexp nbpress")


@main.group(hidden=True)
def git() -> None:
    """What git calls after `nbpress setup-git`."""


@git.command("clean")
@click.option("--keep-outputs", is_flag=True)
@click.argument("file")
def git_clean(file: str, keep_outputs: bool) -> None:
    """Write what is committed of the notebook on standard input."""
    from nbpress.git import driver

    content, warning = driver.clean(sys.stdin.buffer.read(), file, keep_outputs=keep_outputs)
    sys.stdout.buffer.write(content)
    if warning:
        click.echo(f"nbpress: {warning}", err=True)


@git.command("text")
@click.argument("path", type=click.Path(path_type=Path))
def git_text(path: Path) -> None:
    """Write what is compared of a notebook."""
    from nbpress.git import driver

    sys.stdout.buffer.write(driver.text(path).encode())


@git.command("merge")
@click.argument("versions", nargs=3, type=click.Path(path_type=Path))
@click.argument("file")
def git_merge(versions: tuple[Path, Path, Path], file: str) -> None:
    """Merge BASE, OURS and THEIRS of a notebook into OURS; exit code 1 where a person must look at it."""
    from nbpress.git import driver

    conflicts = driver.merge_files(*versions, file)
    click.echo("\n".join(conflicts), err=True, nl=bool(conflicts))
    sys.exit(1 if conflicts else 0)


@verb("nbpress doctor")
def doctor(root: Path) -> None:
    """Show what is installed and what is missing, and how to get it."""
    from nbpress import doctor as doctors

    sys.exit(doctors.report(root))


@verb("nbpress clean --store --larger-than '2 GB'")
@click.option("--store", is_flag=True, help="Delete stored runs instead: all, or what the limits below say.")
@click.option(
    "--older-than", metavar="DAYS", type=click.FloatRange(0, 36500), help="Of the store: runs not used for so long."
)
@click.option(
    "--larger-than", metavar="SIZE", help="Of the store: the longest unused, until it is no larger than this."
)
def clean(root: Path, store: bool, older_than: float | None, larger_than: str | None) -> None:
    """Delete everything generated, the folder build/; or stored runs, after which pages are executed again."""
    from nbpress import cleaning

    if not store and (older_than is not None or larger_than is not None):
        raise click.UsageError("--older-than and --larger-than are limits of the store: add --store.")
    click.echo(cleaning.clean_store(older_than, larger_than) if store else cleaning.clean(root))


def entry_point() -> None:
    """Run the command line and turn every ending into its exit code."""
    gc.disable()  # what is made mostly stays, and looking for garbage would take a fifth of the time
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # an exception, so that kernels and TeX are ended too
    try:
        main.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        print("\ninterrupted.", file=sys.stderr)
        sys.exit(130)
    except Exception as error:
        sys.exit(_exit_code(error))


def _exit_code(error: Exception) -> int:
    """Say what ended the program: problems, a file that cannot be read or written, or a bug."""
    from nbpress.errors import PressError

    while isinstance(error, ExceptionGroup):  # of pages that ran at once; one is enough to go on with
        error = error.exceptions[0]
    if isinstance(error, PressError):
        from nbpress.terminal import Terminal

        Terminal().problems(error)
        return error.exit_code
    if isinstance(error, OSError) and error.strerror:
        print(f"nbpress: {error.filename or 'the disk'}: {error.strerror}.", file=sys.stderr)
        print("    make room, or make it writable; nothing else is wrong with the book so far", file=sys.stderr)
        return 2
    return _report_bug(error)


def _report_bug(error: Exception) -> int:
    """Write a log that fits into an issue; 3."""
    import platform
    import tempfile
    import traceback

    text = f"nbpress {__version__}, Python {platform.python_version()}, {platform.platform()}\n"
    text += f"arguments: {' '.join(sys.argv[1:])}\n\n{traceback.format_exc()}"
    with tempfile.NamedTemporaryFile(
        "w", prefix="nbpress-", suffix=".log", delete=False, encoding="utf-8", errors="backslashreplace"
    ) as log:
        log.write(text)
    print(
        f"nbpress: a bug in nbpress: {type(error).__name__}: {error}\n    please paste {log.name} into an issue",
        file=sys.stderr,
    )
    return 3
