"""The pictures: shapes, classes, boxes and masks, and statistics of the calibration with a tolerance."""

import numpy as np
import pytest
import torch

import calibration
from handson.data.samples import cifar10, detection, dog_breeds, fashion_mnist, hotdog, voc_segmentation


def scaled(data, colour=True):
    images = torch.tensor(data["images"]).float().div(255)
    return (images - 0.5) / 0.25 if colour else images[:, None], torch.tensor(data["labels"]).long()


@pytest.mark.parametrize(("module", "shape"), [(fashion_mnist, (28, 28)), (cifar10, (3, 32, 32))])
def test_ten_classes_are_equally_common(module, shape):
    data = module.draw("test")
    assert data["images"].shape == (2_000, *shape)
    assert data["images"].dtype == data["labels"].dtype == np.uint8
    assert np.bincount(data["labels"]).tolist() == [200] * 10


@pytest.mark.parametrize("module", [fashion_mnist, cifar10, hotdog, dog_breeds, detection, voc_segmentation])
def test_no_images_are_an_empty_array(module):
    assert module.draw("test", 0)["images"].shape[0] == 0


def test_brightness_is_less_than_a_third_of_the_variance_of_garments():
    pixels = fashion_mnist.draw("train", 2_000)["images"].reshape(2_000, -1) / 255
    brightness = pixels.mean(axis=1) - pixels.mean()
    centred = pixels - pixels.mean(axis=0)
    explained = np.outer(brightness, brightness @ centred / (brightness @ brightness))
    assert (explained**2).sum() / (centred**2).sum() < 1 / 3


def test_simple_classifiers_of_garments_are_as_good_as_calibrated():
    train, test = (scaled(fashion_mnist.draw(split), colour=False) for split in ("train", "test"))
    assert 55 <= calibration.nearest_mean(train, test) <= 72
    assert 69 <= calibration.naive_bayes(train, test) <= 78


def test_hot_dogs_are_half_of_the_food():
    assert hotdog.draw("train", 100)["labels"].sum() == 50


def test_breeds_are_equally_common_and_look_the_same_for_every_seed():
    assert np.bincount(dog_breeds.draw("train", 100)["labels"]).tolist() == [10] * 10
    assert dog_breeds.breed(3) == dog_breeds.breed.__wrapped__(3)
    assert len({dog_breeds.breed(kind) for kind in range(10)}) == 10


def test_boxes_are_inside_the_image_and_as_large_as_calibrated():
    data = detection.draw("test")
    classes, (left, top, right, bottom) = data["labels"][:, 0, 0], data["labels"][:, 0, 1:].T
    assert (classes == 0).all()
    assert ((left >= 0) & (left < right) & (right <= 1) & (top >= 0) & (top < bottom) & (bottom <= 1)).all()
    assert np.mean([right - left, bottom - top]) == pytest.approx(0.28, abs=0.04)


def test_banana_is_what_is_yellow_in_the_box():
    mask = np.zeros((1, 8, 8), bool)
    mask[0, 2:5, 3:7] = True
    assert detection._boxes(mask).tolist() == [[[0, 3 / 8, 2 / 8, 7 / 8, 5 / 8]]]


def test_masks_have_all_classes_a_border_and_mostly_background():
    masks = voc_segmentation.draw("test")["masks"]
    assert set(np.unique(masks)) == {0, 1, 2, 3, 4, 5, voc_segmentation.BORDER}
    assert (masks == 0).mean() == pytest.approx(0.85, abs=0.05)
    assert (masks == voc_segmentation.BORDER).mean() == pytest.approx(0.035, abs=0.015)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_larger_models_know_garments_better(seed):
    with calibration.one_thread(seed):
        train, test = (scaled(fashion_mnist.draw(split, seed=seed), colour=False) for split in ("train", "test"))
        mean, deviation = train[0].mean(), train[0].std()
        train, test = (((x - mean) / deviation, y) for x, y in (train, test))
        softmax = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(784, 10))
        optimizer, last = torch.optim.SGD(softmax.parameters(), 0.02), []
        for _ in range(10):
            calibration.train(softmax, train, optimizer, epochs=1)
            last = [*last[-2:], calibration.percent(softmax, *test)]
        mlp = calibration.perceptron()
        calibration.train(mlp, train, torch.optim.Adam(mlp.parameters(), 1e-3), epochs=10)
        few = calibration.perceptron()
        calibration.train(few, (train[0][:1000], train[1][:1000]), torch.optim.Adam(few.parameters(), 1e-3), epochs=60)
        lenet = calibration.lenet()
        optimizer = torch.optim.Adam(lenet.parameters())
        calibration.train(lenet, train, optimizer, epochs=5, schedule=calibration.one_cycle(optimizer, 4e-3, 5 * 157))
        resnet = calibration.resnet()
        optimizer = torch.optim.Adam(resnet.parameters(), 8e-3)
        schedule = calibration.one_cycle(optimizer, 8e-3, 5 * 157)
        calibration.train(resnet, train, optimizer, epochs=5, schedule=schedule)
        scores = [sum(last) / 3, *(calibration.percent(model, *test) for model in (mlp, lenet, resnet))]
        few_scores = calibration.percent(few, train[0][:1000], train[1][:1000]), calibration.percent(few, *test)
    print(f"seed {seed}: softmax, MLP, LeNet, ResNet {scores}; MLP with 1,000 images, training and test {few_scores}")
    assert scores == sorted(scores)
    for score, (low, high) in zip(scores, [(76, 84), (82, 88), (88, 94), (91, 97)], strict=True):
        assert low <= score <= high
    assert few_scores[0] == 100
    assert few_scores[1] < 82


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_augmentation_helps_where_images_are_few(seed):
    with calibration.one_thread(seed):
        train, test = scaled(cifar10.draw("train", 1_500, seed)), scaled(cifar10.draw("test", 1_000, seed))
        plain = calibration.percent(calibration.train_colour(train, epochs=16, augment=lambda x: x), *test)
        more = calibration.percent(
            calibration.train_colour(train, epochs=16, augment=calibration.flip_and_shift), *test
        )
    print(f"seed {seed}: plain {plain:.1f}, augmented {more:.1f}")
    assert 38 <= plain <= 58
    assert more - plain > 10


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_what_was_learnt_on_other_images_helps(seed):
    with calibration.one_thread(seed):
        body = calibration.train_colour(
            scaled(cifar10.draw("train", 5_000, seed)), epochs=10, augment=calibration.flip_and_shift
        )
        for classes, count, draw in (
            (5, 150, lambda split, n: dog_breeds.draw(split, n, seed, breeds=5)),
            (2, 120, lambda split, n: hotdog.draw(split, n, seed)),
        ):
            train, test = scaled(draw("train", count)), scaled(draw("test", 500))
            scratch, tuned = calibration.transfer(body, train, test, classes)
            print(f"seed {seed}: {classes} classes, from scratch {scratch:.1f}, fine-tuned {tuned:.1f}")
            assert tuned > scratch
