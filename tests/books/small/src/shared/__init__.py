"""The shared code of the small book."""


def double(x):
    return 2 * x
