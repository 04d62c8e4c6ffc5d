import math

import numpy as np
import pytest
import torch
from torch import nn

from handson.data.loading import batches
from handson.data.synthetic import linear_regression, polynomial, sine_series, spirals
from handson.metrics import accuracy
from handson.training import fit


@pytest.fixture(autouse=True)
def seeded():
    torch.manual_seed(0)


def test_least_squares_recover_the_weights():
    x, y = linear_regression(torch.tensor([2.0, -3.4]), 4.2, 1000)
    found = torch.linalg.lstsq(torch.cat([x, torch.ones(1000, 1)], dim=1), y).solution
    assert found.flatten().tolist() == pytest.approx([2, -3.4, 4.2], abs=2e-3)
    rest = y - x @ torch.tensor([[2.0], [-3.4]]) - 4.2
    assert rest.std().item() == pytest.approx(0.01, rel=0.1)


def test_a_weight_has_one_axis():
    with pytest.raises(ValueError, match=r"got \(2, 1\)"):
        linear_regression(torch.zeros(2, 1), 0, 3)


def test_a_polynomial_is_that_of_numpy():
    x, y = polynomial([1, -2, 0.5, 3], 50, noise=0)
    assert np.allclose(y, np.polynomial.Polynomial([1, -2, 0.5, 3])(x.numpy()), atol=1e-6)
    assert x.min() >= -1
    assert x.max() <= 1


def test_the_noise_of_a_polynomial():
    _, y = polynomial([], 5000, noise=0.3)
    assert y.std().item() == pytest.approx(0.3, rel=0.05)


def test_a_series_is_a_sine():
    assert sine_series(700, noise=0).tolist() == pytest.approx([math.sin(0.01 * t) for t in range(1, 701)], abs=1e-6)
    assert (sine_series(5000) - sine_series(5000, noise=0)).std().item() == pytest.approx(0.2, rel=0.05)


@pytest.mark.parametrize("arms", [2, 3])
def test_radius_and_angle_of_a_spiral(arms):
    points, labels = spirals(300, arms=arms, noise=0)
    radius = points.norm(dim=1)
    turned = torch.atan2(points[:, 1], points[:, 0]) - math.pi * (radius - 0.5) - 2 * math.pi * labels / arms
    assert torch.allclose(torch.cos(turned), torch.ones(300), atol=1e-4)
    assert labels.bincount().tolist() == [300 // arms] * arms


def test_the_noise_of_a_spiral():
    torch.manual_seed(1)
    noisy, _ = spirals(5000)
    torch.manual_seed(1)
    clean, _ = spirals(5000, noise=0)
    assert (noisy - clean).std().item() == pytest.approx(0.1, rel=0.05)


def test_a_hidden_layer_tells_the_arms_apart_and_a_line_does_not():
    points, labels = spirals(400)
    loaders = batches(points, labels, size=40), [(points, labels)]
    scores = []
    for model in (nn.Linear(2, 2), nn.Sequential(nn.Linear(2, 64), nn.ReLU(), nn.Linear(64, 2))):
        optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
        history = fit(model, loaders, nn.CrossEntropyLoss(), optimizer, epochs=60, metrics=[accuracy])
        scores.append(history.last["valid_accuracy"])
    assert scores[0] < 0.7
    assert scores[1] > 0.95
