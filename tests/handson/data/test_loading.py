import torch

from handson.data.loading import batches


def test_every_row_comes_once_an_epoch():
    loader = batches(torch.arange(10), torch.arange(10) * 2, size=4)
    x, y = (torch.cat(parts) for parts in zip(*loader, strict=True))
    assert sorted(x.tolist()) == list(range(10))
    assert torch.equal(y, 2 * x)


def test_order_is_kept_where_asked_for():
    assert torch.cat([x for (x,) in batches(torch.arange(5), size=2, shuffle=False)]).tolist() == [0, 1, 2, 3, 4]
