"""Hosts that publish more than one of the data sets."""

__all__ = ["D2L", "ONE_HOST"]

_D2L = "d2l-data.s3-accelerate.amazonaws.com/"
D2L = (f"https://{_D2L}", f"http://{_D2L}")  # one bucket; the book that it belongs to names it with http
ONE_HOST = "These files are on one host only; when that is gone, the sample is the only way."
