"""`python -m nbpress`."""

from nbpress.cli import entry_point

entry_point()
