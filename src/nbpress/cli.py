"""The command line. A verb loads the book, calls the pipeline, prints, and says how it ended.

Heavy imports (Sphinx, Jupyter, rich) wait for the verb that needs them: `nbpress --help` must answer at once.
"""

from __future__ import annotations

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
def check(root: Path, pages: tuple[str, ...]) -> None:
    """Look for everything that is wrong with the book, or with PAGEs of it, without executing anything."""
    from nbpress import book, pipeline

    loaded = pipeline.load(root)
    chosen = book.select(loaded, pages)
    pipeline.check(loaded, chosen)
    click.echo(f"{len(chosen)} page{'s' if len(chosen) > 1 else ''}, no problems.")


@verb("nbpress run preliminaries -j 4")
@PAGES
@click.option(
    "-j",
    "--jobs",
    metavar="N",
    default=0,
    type=click.IntRange(min=0),
    help="Pages at once; one a core where it is not given.",
)
@click.option("--force", is_flag=True, help="Execute also what is up to date.")
@click.option("--fail-fast", is_flag=True, help="Begin no further page after the first that fails.")
def run(root: Path, pages: tuple[str, ...], jobs: int, force: bool, fail_fast: bool) -> None:
    """Execute the pages that changed since their last run."""
    from nbpress import book, pipeline, terminal

    loaded = pipeline.load(root)
    chosen = book.select(loaded, pages)
    with terminal.Terminal() as listener:
        pipeline.run(loaded, chosen, listener, jobs=jobs, force=force, fail_fast=fail_fast)
    click.echo(f"{len(chosen)} page{'s' if len(chosen) > 1 else ''} up to date.")


@verb("nbpress build html pdf")
@click.argument("names", metavar="TARGET... [PAGE]...", nargs=-1, required=True)
@click.option("--no-run", is_flag=True, help="Execute nothing; print with the stored outputs.")
def build(root: Path, names: tuple[str, ...], no_run: bool) -> None:
    """Check the book, execute what changed, and print it: html is the web site, pdf the paper book.

    With PAGEs only these are checked and executed; the others are printed with what is stored of them.
    """
    from nbpress import book, pipeline, targets, terminal

    chosen, pages = targets.split(names)
    loaded = pipeline.load(root)
    with terminal.Terminal() as listener:
        made = pipeline.build(loaded, chosen, book.select(loaded, pages), listener, execute=not no_run)
    for path in made:
        click.echo(loaded.relative(path))


@verb("nbpress doctor")
def doctor(root: Path) -> None:
    """Show what is installed and what is missing, and how to get it."""
    from nbpress import doctor as doctors

    sys.exit(doctors.report(root))


@verb("nbpress clean --store")
@click.option("--store", is_flag=True, help="Delete the stored runs too: the next build executes every page.")
def clean(root: Path, store: bool) -> None:
    """Delete everything generated: the folder build/."""
    import shutil

    from nbpress import book
    from nbpress.execute import store as stores

    loaded = book.load(root)
    shutil.rmtree(loaded.build, ignore_errors=True)
    if store:
        stores.default().clear()


def entry_point() -> None:
    """Run the command line and turn every ending into its exit code."""
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
