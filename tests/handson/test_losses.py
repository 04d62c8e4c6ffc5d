import pytest
import torch
from torch.nn import functional

from handson.losses import token_cross_entropy


def test_padding_does_not_count():
    torch.manual_seed(0)
    logits, targets = torch.randn(2, 3, 5), torch.randint(5, (2, 3))
    targets[1, 1:] = -100
    kept = [(0, 0), (0, 1), (0, 2), (1, 0)]
    alone = [functional.cross_entropy(logits[i, j], targets[i, j]) for i, j in kept]
    assert torch.allclose(token_cross_entropy(logits, targets), torch.stack(alone).mean())


def test_another_token_may_be_padding():
    logits = torch.tensor([[[9.0, 0.0], [0.0, 9.0]]])
    assert token_cross_entropy(logits, torch.tensor([[0, 0]]), ignore=1) > 4
    assert token_cross_entropy(logits, torch.tensor([[0, 1]]), ignore=1) < 0.01


def test_its_gradient_is_that_of_finite_differences():
    torch.manual_seed(0)
    logits = torch.randn(2, 3, 4, dtype=torch.double, requires_grad=True)
    targets = torch.tensor([[0, 1, 2], [3, -100, -100]])
    assert torch.autograd.gradcheck(lambda x: token_cross_entropy(x, targets), logits)


def test_other_shapes():
    with pytest.raises(ValueError, match=r"got \(2, 4\) and \(2, 3\)"):
        token_cross_entropy(torch.zeros(2, 4), torch.zeros(2, 3))
