"""The error of the data modules."""

__all__ = ["DataError"]


class DataError(RuntimeError):
    """Data cannot be had or are not what they should be; the message names file, expected and found.

    >>> raise DataError("dice.zip: expected 6 bytes, found 5")
    Traceback (most recent call last):
    handson.data.errors.DataError: dice.zip: expected 6 bytes, found 5
    """
