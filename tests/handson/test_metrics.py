import math
import statistics
from collections import Counter

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from handson.metrics import Mean, accuracy, calibration_error, confusion, perplexity

weighted = st.lists(st.tuples(st.floats(-1e3, 1e3), st.integers(1, 9)), min_size=1)


@given(weighted)
def test_mean_is_the_weighted_one(pairs):
    mean = Mean()
    for value, count in pairs:
        mean.add(value, count)
    values, counts = zip(*pairs, strict=True)
    assert mean.value == pytest.approx(statistics.fmean(values, counts), abs=1e-9)


def test_mean_of_nothing():
    assert math.isnan(Mean().value)


def test_accuracy_is_what_a_loop_counts():
    torch.manual_seed(0)
    logits, labels = torch.randn(50, 4), torch.randint(4, (50,))
    right = sum(
        max(range(4), key=lambda k: row[k]) == label
        for row, label in zip(logits.tolist(), labels.tolist(), strict=True)
    )
    assert accuracy(logits, labels) == pytest.approx(right / 50)


def test_accuracy_of_sequences():
    logits = torch.tensor([[[1.0, 0.0], [0.0, 1.0]]])  # (1, 2, 2)
    assert accuracy(logits, torch.tensor([[0, 0]])) == 0.5


def test_accuracy_of_other_shapes():
    with pytest.raises(ValueError, match=r"expected labels \(3,\), got \(2,\)"):
        accuracy(torch.zeros(3, 2), torch.zeros(2))


def test_confusion_counts_pairs():
    torch.manual_seed(0)
    predicted, labels = torch.randint(3, (2, 40))
    counts = Counter(zip(labels.tolist(), predicted.tolist(), strict=True))
    assert confusion(predicted, labels, 3).tolist() == [[counts[i, j] for j in range(3)] for i in range(3)]


def test_confusion_of_other_shapes():
    with pytest.raises(ValueError, match=r"expected predictions \(2,\), got \(3,\)"):
        confusion(torch.zeros(3), torch.zeros(2), 2)


def test_calibration_error_is_what_a_loop_over_bins_gives():
    torch.manual_seed(0)
    probabilities = torch.randn(200, 3).softmax(dim=1).double()
    labels = torch.randint(3, (200,))
    confidence, predicted = probabilities.max(dim=1)
    error = 0.0
    for b in range(15):
        inside = (confidence > b / 15) & (confidence <= (b + 1) / 15)
        if inside.any():
            right = (predicted[inside] == labels[inside]).double().mean()
            error += float(inside.double().mean() * (right - confidence[inside].mean()).abs())
    assert calibration_error(probabilities, labels) == pytest.approx(error)


def test_a_calibrated_forecast_has_no_error():
    probabilities = torch.tensor([[0.75, 0.25]]).repeat(4, 1)
    assert calibration_error(probabilities, torch.tensor([0, 0, 0, 1])) == pytest.approx(0)


def test_calibration_error_of_other_shapes():
    with pytest.raises(ValueError, match=r"got \(3, 2\) and \(2,\)"):
        calibration_error(torch.zeros(3, 2), torch.zeros(2))


@pytest.mark.parametrize("tokens", [2, 10, 1000])
def test_perplexity_of_equally_likely_tokens_is_their_number(tokens):
    loss = torch.nn.functional.cross_entropy(torch.zeros(1, tokens, dtype=torch.double), torch.tensor([0])).item()
    assert perplexity(loss) == pytest.approx(tokens)


def test_perplexity_of_a_hopeless_model():
    assert perplexity(1e4) == math.inf
