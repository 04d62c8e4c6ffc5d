"""Where tensors live: the best device of this machine, and all of its GPUs."""

import torch

__all__ = ["best", "gpus"]


def best() -> torch.device:
    """Return the fastest device that is present: CUDA, else Apple's GPU, else the CPU.

    >>> torch.zeros(2, device=best()).device.type == best().type
    True

    Taught in: computation/devices.
    """
    if torch.cuda.is_available():
        return torch.device("cuda")
    if torch.backends.mps.is_available():
        return torch.device("mps")
    return torch.device("cpu")


def gpus() -> list[torch.device]:
    """Return every CUDA device in the order of its index, and an empty list where there is none.

    >>> len(gpus()) == torch.cuda.device_count()
    True

    Taught in: computation/devices.
    """
    return [torch.device("cuda", index) for index in range(torch.cuda.device_count())]
