import time

import pytest
import torch

from handson.data.images import FASHION_CLASSES, fashion_mnist
from handson.data.registry import load


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HANDSON_CACHE", str(tmp_path_factory.mktemp("images")))
        yield fashion_mnist(batch_size=512)


def gathered(loader):
    return [torch.cat(parts) for parts in zip(*loader, strict=True)]


def test_classes_are_those_of_the_original_in_its_order():
    assert len(FASHION_CLASSES) == 10
    assert (FASHION_CLASSES[0], FASHION_CLASSES[6], FASHION_CLASSES[9]) == ("t-shirt", "shirt", "ankle boot")


def test_training_images_are_standardised(whole):
    images, labels = gathered(whole.train)
    assert images.shape == (10_000, 1, 28, 28)
    assert (images.dtype, labels.dtype) == (torch.float32, torch.int64)
    assert images.mean().item() == pytest.approx(0, abs=1e-4)
    assert images.std().item() == pytest.approx(1, abs=1e-4)


def test_classes_are_equally_common(whole):
    for loader, count in ((whole.train, 1000), (whole.valid, 200)):
        assert gathered(loader)[1].bincount().tolist() == [count] * 10


def test_validation_is_scaled_like_training_and_not_shuffled(whole):
    images, labels = gathered(whole.valid)
    assert labels.tolist() == load("fashion_mnist", "test")["labels"].tolist()
    assert 0 < images.mean().abs() < 0.05


def test_limit_keeps_the_first_images():
    few = gathered(fashion_mnist(limit=64).train)
    assert sorted(few[1].tolist()) == sorted(load("fashion_mnist")["labels"][:64].tolist())


def test_size_enlarges_and_keeps_the_mean():
    plain, large = (fashion_mnist(50, size=size).valid for size in (28, 56))
    assert len(large) == len(plain) == 40
    (small, _), (big, _) = next(iter(plain)), next(iter(large))
    assert big.shape == (50, 1, 56, 56)
    assert big.mean().item() == pytest.approx(small.mean().item(), abs=1e-3)


@pytest.mark.parametrize("wrong", [{"limit": 0}, {"size": -1}])
def test_numbers_that_make_no_sense_are_refused(wrong):
    with pytest.raises(ValueError, match="must be at least 1, got"):
        fashion_mnist(**wrong)


def test_second_time_is_fast(whole):
    start = time.perf_counter()
    fashion_mnist()
    assert time.perf_counter() - start < 0.5
