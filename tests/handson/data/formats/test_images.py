import gzip
import pickle
import struct

import numpy as np
import pytest

from handson.data.errors import DataError
from handson.data.formats.images import read_cifar10, read_fashion_mnist, read_idx


def idx(array, kind=8):
    header = struct.pack(">HBB", 0, kind, array.ndim) + struct.pack(f">{array.ndim}I", *array.shape)
    return gzip.compress(header + array.tobytes())


IMAGES = np.arange(24, dtype=np.uint8).reshape(2, 3, 4)


def test_idx_is_read(tmp_path):
    (tmp_path / "a.gz").write_bytes(idx(IMAGES))
    assert np.array_equal(read_idx(tmp_path / "a.gz"), IMAGES)


def test_idx_of_another_type_is_refused(tmp_path):
    (tmp_path / "a.gz").write_bytes(idx(IMAGES, kind=13))
    with pytest.raises(DataError, match=r"a.gz: expected IDX data of bytes \(00 00 08\), found 00 00 0d"):
        read_idx(tmp_path / "a.gz")


def test_idx_of_another_length_is_refused(tmp_path):
    (tmp_path / "a.gz").write_bytes(gzip.compress(gzip.decompress(idx(IMAGES))[:-1]))
    with pytest.raises(DataError, match=r"a.gz: expected 24 bytes for \(2, 3, 4\), found 23"):
        read_idx(tmp_path / "a.gz")


@pytest.mark.parametrize(("split", "prefix"), [("train", "train"), ("test", "t10k")])
def test_fashion_mnist_is_read(tmp_path, split, prefix):
    (tmp_path / f"{prefix}-images-idx3-ubyte.gz").write_bytes(idx(IMAGES))
    (tmp_path / f"{prefix}-labels-idx1-ubyte.gz").write_bytes(idx(np.array([7, 9], np.uint8)))
    fields = read_fashion_mnist(tmp_path, split)
    assert fields["images"].shape == (2, 3, 4)
    assert fields["labels"].tolist() == [7, 9]


ROWS = np.random.default_rng(0).integers(0, 256, (2, 3073), dtype=np.uint8)
NAMES = [f"data_batch_{number}" for number in range(1, 6)] + ["test_batch"]


def binary(folder):
    (folder / "cifar-10-batches-bin").mkdir()
    for name in NAMES:
        (folder / "cifar-10-batches-bin" / f"{name}.bin").write_bytes(ROWS.tobytes())


def pickled(folder):
    (folder / "cifar-10-batches-py").mkdir()
    content = {b"data": ROWS[:, 1:].copy(), b"labels": ROWS[:, 0].tolist(), b"batch_label": b"one of five"}
    for name in NAMES:
        (folder / "cifar-10-batches-py" / name).write_bytes(pickle.dumps(content, protocol=2))


@pytest.mark.parametrize("write", [binary, pickled])
def test_cifar10_is_read(tmp_path, write):
    write(tmp_path)
    train, test = read_cifar10(tmp_path, "train"), read_cifar10(tmp_path, "test")
    assert train["images"].shape == (10, 3, 32, 32)
    assert test["labels"].tolist() == ROWS[:, 0].tolist()
    assert test["images"][1].ravel().tolist() == ROWS[1, 1:].tolist()


def test_cifar10_cut_short_is_refused(tmp_path):
    binary(tmp_path)
    (tmp_path / "cifar-10-batches-bin" / "test_batch.bin").write_bytes(b"x" * 3074)
    with pytest.raises(DataError, match=r"test_batch.bin: expected rows of 3,073 bytes, found 3,074 bytes"):
        read_cifar10(tmp_path, "test")
