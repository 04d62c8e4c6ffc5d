"""Multilayer perceptrons against products of matrices and the number of their parameters."""

from itertools import pairwise

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from handson.inspection import parameter_count
from handson.nn.mlp import MLP


@given(st.lists(st.integers(1, 6), min_size=2, max_size=5), st.sampled_from([nn.ReLU, nn.Tanh, nn.Sigmoid]))
@settings(deadline=None, max_examples=30)
def test_equals_products_of_matrices(sizes, activation):
    model, sigma = MLP(sizes, activation=activation), activation()
    x = torch.randn(3, sizes[0])
    h, layers = x, [layer for layer in model if isinstance(layer, nn.Linear)]
    for number, layer in enumerate(layers):
        h = h @ layer.weight.T + layer.bias
        h = h if number == len(layers) - 1 else sigma(h)
    torch.testing.assert_close(model(x), h)
    assert parameter_count(model) == sum((a + 1) * b for a, b in pairwise(sizes))


def test_images_are_flattened():
    model, x = MLP([12, 4]), torch.randn(5, 3, 2, 2)
    assert torch.equal(model(x), model(x.reshape(5, 12)))


def test_dropout_is_behind_each_activation_and_only_in_training():
    model = MLP([4, 8, 8, 2], dropout=0.5)
    kinds = [type(layer).__name__ for layer in model]
    assert kinds == ["Flatten", *["Linear", "ReLU", "Dropout"] * 2, "Linear"]
    x = torch.randn(64, 4)
    assert not torch.equal(model(x), model(x))
    assert torch.equal(model.eval()(x), model(x))


def test_no_dropout_is_no_layer():
    assert not any(isinstance(layer, nn.Dropout) for layer in MLP([4, 8, 2]))


@pytest.mark.parametrize("sizes", [[], [3]])
def test_too_few_sizes(sizes):
    with pytest.raises(ValueError, match="sizes of input and output"):
        MLP(sizes)


def test_inputs_of_another_size_name_both():
    with pytest.raises(ValueError, match=r"expected 784 numbers an example, got \(2, 1, 27, 28\)"):
        MLP([784, 10])(torch.zeros(2, 1, 27, 28))
