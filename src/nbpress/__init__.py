"""A press for books written as Jupyter notebooks."""

__version__ = "0.1.0"
