import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from handson.data.loading import batches, folds


def test_every_row_once_an_epoch_in_another_order():
    torch.manual_seed(0)
    x = torch.arange(50)
    loader = batches(x, 2 * x, size=8)
    epochs = [torch.cat([a for a, _ in loader]).tolist() for _ in range(2)]
    assert [sorted(epoch) for epoch in epochs] == [x.tolist()] * 2
    assert epochs[0] != epochs[1]
    assert all(torch.equal(2 * a, b) for a, b in loader)


def test_tensors_of_other_lengths():
    with pytest.raises(ValueError, match=r"equally long tensors, got \[2, 3\]"):
        batches(torch.zeros(2), torch.zeros(3))


def test_no_tensors():
    with pytest.raises(ValueError, match="equally long"):
        batches()


@given(st.integers(2, 40), st.data(), st.integers(0, 9))
def test_each_example_is_in_one_validation_part(count, data, seed):
    k = data.draw(st.integers(2, count))
    parts = list(folds(count, k, seed=seed))
    assert sorted(torch.cat([valid for _, valid in parts]).tolist()) == list(range(count))
    for train, valid in parts:
        assert sorted([*train.tolist(), *valid.tolist()]) == list(range(count))
    assert max(len(valid) for _, valid in parts) - min(len(valid) for _, valid in parts) <= 1


def test_folds_depend_on_their_seed_alone():
    state = torch.get_rng_state()
    first = [valid.tolist() for _, valid in folds(20, 4, seed=1)]
    assert first == [valid.tolist() for _, valid in folds(20, 4, seed=1)]
    assert first != [valid.tolist() for _, valid in folds(20, 4, seed=2)]
    assert torch.equal(state, torch.get_rng_state())


@pytest.mark.parametrize(("count", "k"), [(5, 1), (5, 6)])
def test_too_few_and_too_many_folds(count, k):
    with pytest.raises(ValueError, match=f"2 ≤ k ≤ {count}, got {k}"):
        folds(count, k)
