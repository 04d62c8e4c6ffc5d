"""Numbers that say how good."""


def share(right: int, of: int = 1) -> float:
    """Return the share.

    :param right: How many.
    """
    return right / of
