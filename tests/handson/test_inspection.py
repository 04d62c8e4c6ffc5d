import pytest
import torch
from torch import nn

from handson.inspection import activations, multiply_adds, parameter_count, summary


def lenet():
    return nn.Sequential(
        *(nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Flatten(), nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10)),
    )


def vgg16():
    layers, inputs = [], 3
    for width, depth in [(64, 2), (128, 2), (256, 3), (512, 3), (512, 3)]:
        for _ in range(depth):
            layers += [nn.Conv2d(inputs, width, 3, padding=1), nn.ReLU()]
            inputs = width
        layers += [nn.MaxPool2d(2)]
    head = [nn.Flatten(), nn.Linear(512 * 49, 4096), nn.ReLU(), nn.Linear(4096, 4096), nn.ReLU(), nn.Linear(4096, 1000)]
    return nn.Sequential(*layers, *head)


def test_parameters_of_lenet():
    assert parameter_count(lenet()) == 61_706


def test_shared_parameters_count_once():
    layer = nn.Linear(4, 4)
    assert parameter_count(nn.Sequential(layer, nn.ReLU(), layer)) == 20


def test_frozen_parameters():
    model = nn.Sequential(nn.Linear(3, 2), nn.Linear(2, 1))
    model[0].requires_grad_(False)
    assert (parameter_count(model), parameter_count(model, trainable=True)) == (11, 3)


def test_activations_are_those_of_a_pass_by_hand():
    torch.manual_seed(0)
    model, x = lenet(), torch.randn(2, 1, 28, 28)
    shown = activations(model, x)
    assert list(shown) == [str(number) for number in range(12)]
    for number, layer in enumerate(model):
        x = layer(x)
        assert torch.equal(shown[str(number)], x)


def test_nothing_stays_in_the_model():
    model = lenet()
    with pytest.raises(RuntimeError):
        activations(model, torch.zeros(2, 3))
    assert not any(layer._forward_hooks for layer in model.modules())


def test_a_summary_agrees_with_activations_and_with_the_number_of_parameters():
    model, x = lenet(), torch.randn(2, 1, 28, 28)
    table = summary(model, x)
    assert list(table["output shape"]) == [tuple(output.shape) for output in activations(model, x).values()]
    assert table["parameters"].sum() == parameter_count(model)


def test_a_summary_without_any_computation():
    with torch.device("meta"):
        model, x = vgg16(), torch.zeros(1, 3, 224, 224)
    assert summary(model, x)["parameters"].sum() == 138_357_544


def test_parameters_of_no_layer_have_a_row():
    class Scaled(nn.Module):
        def __init__(self):
            super().__init__()
            self.layer, self.scale = nn.Linear(2, 2), nn.Parameter(torch.ones(2))

        def forward(self, x):
            return self.scale * self.layer(x)

    table = summary(Scaled(), torch.ones(1, 2))
    assert table.loc["-", "parameters"] == 2


def test_work_of_published_networks():
    with torch.device("meta"):
        assert multiply_adds(vgg16(), torch.zeros(1, 3, 224, 224)) == pytest.approx(15.47e9, rel=1e-3)


def test_work_by_formula():
    assert multiply_adds(nn.Conv2d(2, 3, 5), torch.zeros(1, 2, 9, 9)) == 2 * 3 * 25 * 25
