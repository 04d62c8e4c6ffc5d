import os
import pickle
from collections import OrderedDict

import numpy as np
import pytest

from handson.data.errors import DataError
from handson.data.formats.unpickling import load_arrays


class Harmful:
    def __reduce__(self):
        return os.system, ("echo harm",)


@pytest.mark.parametrize("protocol", range(5))
def test_arrays_and_plain_values_are_read(tmp_path, protocol):
    content = {"data": np.arange(3, dtype=np.uint8), "labels": [1, 2.5, "x", None]}
    (tmp_path / "batch").write_bytes(pickle.dumps(content, protocol=protocol))
    loaded = load_arrays(tmp_path / "batch")
    assert loaded["labels"] == content["labels"]
    assert np.array_equal(loaded["data"], content["data"])


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (Harmful(), r"found (posix|nt).system"),
        (OrderedDict(a=1), r"found collections.OrderedDict"),
        ({"f": eval}, r"found builtins.eval"),
        ({"o": np.array([print], dtype=object)}, r"found builtins.print"),
        ([1], r"expected a dictionary, found list"),
    ],
)
def test_anything_else_is_refused(tmp_path, content, found):
    (tmp_path / "batch").write_bytes(pickle.dumps(content))
    with pytest.raises(DataError, match=rf"batch: .*{found}"):
        load_arrays(tmp_path / "batch")


def test_bytes_in_another_encoding_are_refused(tmp_path):
    (tmp_path / "batch").write_bytes(b"c_codecs\nencode\n(Va\nVrot13\ntR.")
    with pytest.raises(DataError, match="batch: expected bytes as latin1, found rot13"):
        load_arrays(tmp_path / "batch")


def test_what_is_no_pickle_is_refused(tmp_path):
    (tmp_path / "batch").write_bytes(b"hello")
    with pytest.raises(DataError, match=r"batch: "):
        load_arrays(tmp_path / "batch")
