import copy

import pytest
import torch
from torch import nn

from handson.optim import SGD, clipped


def steps(model, optimizer, count=5):
    torch.manual_seed(1)
    for _ in range(count):
        optimizer.zero_grad()
        model(torch.randn(8, 3)).square().mean().backward()
        optimizer.step()
    return [parameter.detach() for parameter in model.parameters()]


@pytest.fixture
def models():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2))
    return model, copy.deepcopy(model)


def test_sgd_is_that_of_torch_bit_for_bit(models):
    one, other = models
    ours = steps(one, SGD(one.parameters(), lr=0.1))
    theirs = steps(other, torch.optim.SGD(other.parameters(), lr=0.1))
    assert all(torch.equal(a, b) for a, b in zip(ours, theirs, strict=True))


def test_parameters_without_gradient_stay():
    still = torch.ones(1, requires_grad=True)
    SGD([still], lr=1.0).step()
    assert still.item() == 1


def test_clipped_is_what_one_would_write_by_hand(models):
    one, other = models
    ours = steps(one, clipped(torch.optim.SGD(one.parameters(), lr=1.0), 0.01))
    optimizer = torch.optim.SGD(other.parameters(), lr=1.0)
    torch.manual_seed(1)
    for _ in range(5):
        optimizer.zero_grad()
        other(torch.randn(8, 3)).square().mean().backward()
        nn.utils.clip_grad_norm_(other.parameters(), 0.01)
        optimizer.step()
    assert all(torch.equal(a, b) for a, b in zip(ours, other.parameters(), strict=True))


def test_clipped_returns_the_same_optimiser():
    optimizer = torch.optim.Adam([nn.Parameter(torch.zeros(1))])
    assert clipped(optimizer, 1.0) is optimizer


def test_a_norm_must_be_positive():
    with pytest.raises(ValueError, match="must be positive, got 0"):
        clipped(torch.optim.Adam([nn.Parameter(torch.zeros(1))]), 0)
