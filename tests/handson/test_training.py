import copy

import matplotlib
import pytest
import torch
from torch import nn

from handson.data.loading import Loaders, batches
from handson.metrics import accuracy
from handson.optim import SGD
from handson.training import History, evaluate, fit

matplotlib.use("agg")


@pytest.fixture
def data():
    torch.manual_seed(0)
    x, y = torch.randn(20, 3), torch.randint(2, (20,))
    return Loaders(batches(x[:15], y[:15], size=4, shuffle=False), batches(x[15:], y[15:], size=2, shuffle=False))


def test_the_losses_are_those_of_a_loop_written_by_hand(data):
    model = nn.Linear(3, 2)
    twin, loss = copy.deepcopy(model), nn.CrossEntropyLoss()
    history = fit(model, data, loss, SGD(model.parameters(), lr=0.5), epochs=2, metrics=[accuracy])
    optimizer = torch.optim.SGD(twin.parameters(), lr=0.5)
    for row in history.rows:
        total = right = 0.0
        for x, y in data.train:
            optimizer.zero_grad()
            output = twin(x)
            value = loss(output, y)
            value.backward()
            optimizer.step()
            total += value.item() * len(y)
            right += (output.argmax(1) == y).sum().item()
        assert (row["train_loss"], row["train_accuracy"]) == pytest.approx((total / 15, right / 15))
        whole = [torch.cat(parts) for parts in zip(*data.valid, strict=True)]
        assert row["valid_loss"] == pytest.approx(loss(twin(whole[0]), whole[1]).item())


def test_least_squares_are_found():
    torch.manual_seed(0)
    x = torch.randn(100, 3, dtype=torch.double)
    y = x @ torch.tensor([[1.0], [-2.0], [0.5]], dtype=torch.double) + 0.1 * torch.randn(100, 1, dtype=torch.double)
    model = nn.Linear(3, 1, bias=False, dtype=torch.double)
    fit(model, ([(x, y)], [(x, y)]), nn.MSELoss(), SGD(model.parameters(), lr=0.3), epochs=100)
    assert torch.allclose(model.weight.T, torch.linalg.lstsq(x, y).solution, atol=1e-6)


def test_what_an_epoch_shows(data):
    model = nn.Linear(3, 2)
    history = fit(model, data, nn.CrossEntropyLoss(), SGD(model.parameters(), lr=0.1), epochs=3, metrics=[accuracy])
    assert len(history.rows) == 3
    assert list(history.last) == ["train_loss", "train_accuracy", "valid_loss", "valid_accuracy", "seconds"]


def test_several_inputs():
    class Sum(nn.Module):
        def forward(self, a, b):
            return a + b

    assert evaluate(Sum(), [(torch.ones(2), torch.ones(2), torch.zeros(2))], nn.MSELoss()) == {"loss": 4.0}


def test_data_follow_the_model():
    seen = []
    model = nn.Linear(1, 1, device="meta")

    def loss(output, target):
        seen.append((output.device.type, target.device.type))
        return torch.zeros(())

    evaluate(model, [(torch.zeros(1, 1), torch.zeros(1, 1))], loss)
    assert seen == [("meta", "meta")]


def test_evaluation_is_that_of_the_whole_data_and_leaves_the_mode_alone():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(2, 1), nn.Dropout(0.5), nn.BatchNorm1d(1))
    x, y = torch.randn(5, 2), torch.randn(5, 1)
    model.train()
    parts = evaluate(model, batches(x, y, size=2), nn.MSELoss())
    assert model.training
    model.eval()
    assert parts["loss"] == pytest.approx(nn.MSELoss()(model(x), y).item())
    evaluate(model, [(x, y)], nn.MSELoss())
    assert not model.training


def test_the_mode_is_restored_after_an_error():
    model = nn.Linear(2, 1)
    with pytest.raises(RuntimeError):
        evaluate(model, [(torch.zeros(1, 5), torch.zeros(1, 1))], nn.MSELoss())
    assert model.training


def test_curves_of_a_history():
    history = History(
        [{"train_loss": 2.0, "valid_loss": 3.0, "seconds": 1.0}, {"train_loss": 1.0, "valid_loss": 2.5, "seconds": 1.0}]
    )
    ax = history.plot()
    assert {line.get_label(): line.get_xydata().tolist() for line in ax.lines} == {
        "train loss": [[1, 2], [2, 1]],
        "valid loss": [[1, 3], [2, 2.5]],
    }
    assert [line.get_label() for line in history.plot("seconds").lines] == ["seconds"]
    matplotlib.pyplot.close("all")
