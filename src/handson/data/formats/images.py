"""Readers of published pictures."""

import gzip
from math import prod
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from handson.data.entries import Fields
from handson.data.errors import DataError
from handson.data.formats.unpickling import load_arrays

__all__ = ["read_cifar10", "read_fashion_mnist", "read_idx"]

ROW = 1 + 3 * 32 * 32  # of CIFAR-10's binary files: label, then red, green and blue


def read_idx(path: Path) -> NDArray[np.uint8]:
    """Read an array of bytes in the IDX format of MNIST, packed with gzip.

    Raises DataError for another type than bytes, and a length that is not what the header says.

    Source: LeCun, Cortes and Burges, The MNIST database of handwritten digits.
    """
    with gzip.open(path) as file:
        data = file.read()
    zero, kind, dimensions = data[:2], data[2:3], data[3:4]
    if zero != b"\0\0" or kind != b"\x08":
        raise DataError(f"{path.name}: expected IDX data of bytes (00 00 08), found {data[:3].hex(' ')}")
    start = 4 + 4 * dimensions[0]
    shape = tuple(int(size) for size in np.frombuffer(data[4:start], ">u4"))
    if len(data) - start != prod(shape):
        raise DataError(f"{path.name}: expected {prod(shape):,} bytes for {shape}, found {len(data) - start:,}")
    return np.frombuffer(data, np.uint8, offset=start).reshape(shape)


def read_fashion_mnist(folder: Path, split: str) -> Fields:
    """Read `images` (n, 28, 28) and `labels` (n,)."""
    prefix = {"train": "train", "test": "t10k"}[split]
    return {
        "images": read_idx(folder / f"{prefix}-images-idx3-ubyte.gz"),
        "labels": read_idx(folder / f"{prefix}-labels-idx1-ubyte.gz"),
    }


def read_cifar10(folder: Path, split: str) -> Fields:
    """Read `images` (n, 3, 32, 32) and `labels` (n,), from the binary files or from the pickled ones."""
    names = [f"data_batch_{number}" for number in range(1, 6)] if split == "train" else ["test_batch"]
    if (folder / "cifar-10-batches-bin").exists():
        parts = [_binary(folder / "cifar-10-batches-bin" / f"{name}.bin") for name in names]
    else:
        parts = [_pickled(folder / "cifar-10-batches-py" / name) for name in names]
    images = np.concatenate([images for images, _ in parts]).reshape(-1, 3, 32, 32)
    return {"images": images, "labels": np.concatenate([labels for _, labels in parts])}


def _binary(path: Path) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    data = np.fromfile(path, np.uint8)
    if data.size % ROW:
        raise DataError(f"{path.name}: expected rows of {ROW:,} bytes, found {data.size:,} bytes")
    rows = data.reshape(-1, ROW)
    return rows[:, 1:], rows[:, 0]


def _pickled(path: Path) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    content = load_arrays(path)
    return np.asarray(content["data"], np.uint8), np.asarray(content["labels"], np.uint8)
