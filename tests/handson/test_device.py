import pytest
import torch

from handson import device


@pytest.mark.parametrize(
    ("cuda", "apple", "expected"),
    [(True, True, "cuda"), (True, False, "cuda"), (False, True, "mps"), (False, False, "cpu")],
)
def test_best_prefers_cuda_then_apple_then_cpu(cuda, apple, expected, monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: apple)
    assert device.best() == torch.device(expected)


def test_a_tensor_can_be_created_on_the_best_device():
    assert torch.ones(3, device=device.best()).sum().item() == 3


@pytest.mark.parametrize("count", [0, 1, 3])
def test_gpus_are_as_many_as_cuda_counts(count, monkeypatch):
    monkeypatch.setattr(torch.cuda, "device_count", lambda: count)
    assert device.gpus() == [torch.device(f"cuda:{index}") for index in range(count)]
