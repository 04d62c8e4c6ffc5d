"""What every sample promises: pure functions of split, size and seed."""

import subprocess
import sys
import time

import numpy as np
import pandas as pd
import pytest

from handson.data.catalogue import ENTRIES

# Examples drawn, and seconds that it may take on a machine that is not quiet
PACE = {"fashion_mnist": (12_000, 3), "cifar10": (1_000, 3), "detection": (200, 4), "voc_segmentation": (200, 3)}
DIFFERENT = [name for name in ENTRIES if name != "house_prices"]  # which is drawn once and cut, as Kaggle's is


def same(one, other):
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and one.tobytes() == other.tobytes()
    if isinstance(one, pd.DataFrame):
        return one.equals(other)
    return one == other


@pytest.mark.parametrize("name", ENTRIES)
def test_same_seed_gives_the_same_bytes(name):
    one, other = (ENTRIES[name].sample("train", 40, 3) for _ in range(2))
    assert one.keys() == other.keys()
    assert all(same(one[key], other[key]) for key in one)


@pytest.mark.parametrize("name", DIFFERENT)
def test_other_seed_gives_other_examples(name):
    one, other = (ENTRIES[name].sample("train", 400, seed) for seed in (0, 1))
    key = next(reversed(one)) if name == "glove" else next(iter(one))
    assert not same(one[key], other[key])


@pytest.mark.parametrize("name", [name for name in DIFFERENT if "test" in ENTRIES[name].splits])
def test_other_split_gives_other_examples(name):
    key = next(iter(ENTRIES[name].sample("test", 4, 0)))
    one, other = (ENTRIES[name].sample(split, 4, 0)[key] for split in ("train", "test"))
    assert not same(one, other)


@pytest.mark.parametrize("name", [*PACE])
def test_drawing_is_fast(name):
    count, seconds = PACE[name]
    start = time.process_time()
    ENTRIES[name].sample("train", count, 0)
    assert time.process_time() - start < seconds


def test_samples_are_the_same_in_another_process():
    code = (
        "from zlib import crc32; from handson.data.catalogue import ENTRIES\n"
        "for name in ('imdb', 'snli', 'eng_fra', 'time_machine'):\n"
        "    print(crc32(repr(ENTRIES[name].sample('train', 50, 0)).encode()))"
    )
    outputs = {subprocess.check_output([sys.executable, "-c", code], text=True) for _ in range(2)}
    assert len(outputs) == 1
