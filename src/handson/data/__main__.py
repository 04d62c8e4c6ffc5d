"""`python -m handson.data`: the registry as a table; download a data set; verify what is there."""

import os
import sys

import click
from rich.console import Console
from rich.table import Table

from handson.data.catalogue import ENTRIES, entry
from handson.data.download import fetch, folder_of, verify
from handson.data.entries import Entry
from handson.data.errors import DataError


@click.group(invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.pass_context
def main(context: click.Context) -> None:
    """List the data sets of the book, download them, verify them.

    \b
    python -m handson.data                    list them: name, licence, size, cached?
    python -m handson.data get fashion_mnist  download one, with a progress bar
    python -m handson.data check              verify every file that is here

    The pages use generated samples unless HANDSON_DATA=real is set. HANDSON_CACHE is another folder to
    keep the files in.
    """
    if context.invoked_subcommand is None:
        _list()


def _list() -> None:
    table = Table("name", "licence", "size", "cached", box=None, header_style="bold", pad_edge=False)
    for one in ENTRIES.values():
        table.add_row(one.name, one.licence, _bytes(one.size), "yes" if folder_of(one).exists() else "no")
    width = None if sys.stdout.isatty() else 160
    Console(width=width).print(table)


@main.command()
@click.argument("name")
def get(name: str) -> None:
    """Download the published files of the data set NAME, and print their folder.

    Example: python -m handson.data get time_machine
    """
    os.environ["HANDSON_DATA"] = "real"
    try:
        click.echo(fetch(name))
    except (DataError, ValueError) as error:
        raise click.ClickException(str(error)) from None


@main.command()
@click.argument("names", nargs=-1)
def check(names: tuple[str, ...]) -> None:
    """Verify the files of the data sets NAMES, or of all that are here.

    Ends with 1 if a file is not the one that was published, and says how to get it anew.

    Example: python -m handson.data check fashion_mnist
    """
    try:
        asked = [entry(name) for name in names] or [one for one in ENTRIES.values() if folder_of(one).exists()]
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    if not asked:
        click.echo("no published files are here")
    wrong = [_checked(one) for one in asked]
    sys.exit(any(wrong))


def _checked(one: Entry) -> bool:
    """Say how it is with a data set; whether something is wrong."""
    problems = verify(one)
    click.echo(f"{one.name}: {'not as published' if problems else 'as published'}")
    for problem in problems:
        click.echo(f"  {problem}")
    if problems and folder_of(one).exists():
        click.echo(f"  next: delete {folder_of(one)}, then python -m handson.data get {one.name}")
    return bool(problems)


def _bytes(size: int) -> str:
    return f"{size / 1e6:,.1f} MB" if size >= 1e5 else f"{size / 1e3:,.0f} kB"


if __name__ == "__main__":
    main(prog_name="python -m handson.data")
