"""The shared code of the book: data, plotting, training and layers, in small typed modules."""

__all__ = ["__version__"]

__version__ = "0.1.0"
