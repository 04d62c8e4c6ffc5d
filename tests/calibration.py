"""Small models, trained in seconds on one thread, that say how hard a sample is."""

import collections
import contextlib
import copy
import math

import torch
from torch import nn


@contextlib.contextmanager
def one_thread(seed):
    """Fix the seed and the number of threads, and put both back."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with torch.random.fork_rng():
            torch.manual_seed(seed)
            yield
    finally:
        torch.set_num_threads(threads)


def percent(network, x, y):
    with torch.no_grad():
        return 100 * (network.eval()(x).argmax(1) == y).float().mean().item()


def train(network, data, optimizer, *, epochs, schedule=None, augment=lambda x: x, size=64):
    """Train on (x, y), and return the network."""
    x, y = data
    for _ in range(epochs):
        network.train()
        for rows in torch.randperm(len(x)).split(size):
            optimizer.zero_grad()
            nn.functional.cross_entropy(network(augment(x[rows])), y[rows]).backward()
            optimizer.step()
            if schedule:
                schedule.step()
    return network


def one_cycle(optimizer, rate, steps):
    return torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, total_steps=steps)


def nearest_mean(data, test):
    (x, y), (u, v) = data, test
    means = torch.stack([x[y == k].flatten(1).mean(0) for k in range(10)])
    return 100 * (torch.cdist(u.flatten(1), means).argmin(1) == v).float().mean().item()


def naive_bayes(data, test):
    """Bernoulli naive Bayes on pixels brighter than half."""
    (x, y), (u, v) = data, test
    on = torch.stack([((x[y == k].flatten(1) > 0.5).float().sum(0) + 1) / ((y == k).sum() + 2) for k in range(10)])
    bright = (u.flatten(1) > 0.5).float()
    return 100 * ((bright @ on.log().T + (1 - bright) @ (1 - on).log().T).argmax(1) == v).float().mean().item()


def lenet():
    return nn.Sequential(
        *(nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Flatten(), nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10)),
    )


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        first = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU()
        self.body = nn.Sequential(*first, nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False), nn.BatchNorm2d(outputs))
        self.short = nn.Conv2d(inputs, outputs, 1, stride, bias=False)

    def forward(self, x):
        return torch.relu(self.body(x) + self.short(x))


def resnet():
    stem = nn.Conv2d(1, 16, 3, 1, 1, bias=False), nn.BatchNorm2d(16), nn.ReLU()
    blocks = Block(16, 16, 2), Block(16, 32, 2), Block(32, 64, 2)
    return nn.Sequential(*stem, *blocks, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10))


def colour_network(classes=10):
    """24-48-96-96 channels, the first three of stride 2, batch norm, global average."""
    layers = []
    for inputs, outputs, stride in [(3, 24, 2), (24, 48, 2), (48, 96, 2), (96, 96, 1)]:
        layers += [nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU()]
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(96, classes))


class LanguageModel(nn.Module):
    """Embedding 64, a recurrent layer of 128, and a linear layer over the vocabulary."""

    def __init__(self, cell, vocabulary):
        super().__init__()
        self.embedding, self.cell = nn.Embedding(vocabulary, 64), cell(64, 128, batch_first=True)
        self.head = nn.Linear(128, vocabulary)

    def forward(self, tokens):
        return self.head(self.cell(self.embedding(tokens))[0])


def recurrent_perplexity(cell, train_ids, test_ids, *, vocabulary, steps=48, epochs=8, size=16, rate=5e-3):
    """Perplexity on `test_ids` of a model trained with one-cycle Adam on windows at random offsets."""
    network = LanguageModel(cell, vocabulary)
    optimizer = torch.optim.Adam(network.parameters())
    count = (len(train_ids) - steps - 1) // steps
    schedule = one_cycle(optimizer, rate, epochs * -(-count // size))
    for _ in range(epochs):
        offset = int(torch.randint(steps, ()))
        for rows in torch.randperm(count).split(size):
            x, y = windows(train_ids, rows * steps + offset, steps)
            optimizer.zero_grad()
            nn.functional.cross_entropy(network(x).flatten(0, 1), y.flatten()).backward()
            nn.utils.clip_grad_norm_(network.parameters(), 1)
            optimizer.step()
            schedule.step()
    with torch.no_grad():
        x, y = windows(test_ids, torch.arange((len(test_ids) - 1) // steps) * steps, steps)
        return nn.functional.cross_entropy(network(x).flatten(0, 1), y.flatten()).exp().item()


def windows(ids, starts, steps):
    rows = starts[:, None] + torch.arange(steps)
    return ids[rows], ids[rows + 1]


def witten_bell(train_tokens, test_tokens, order):
    """Perplexity of an interpolated n-gram model."""
    counts = [collections.defaultdict(collections.Counter) for _ in range(order)]
    for length, table in enumerate(counts):
        for at in range(length, len(train_tokens)):
            table[tuple(train_tokens[at - length : at])][train_tokens[at]] += 1
    loss, floor = 0.0, 1 / len(set(train_tokens) | set(test_tokens))
    for at in range(order - 1, len(test_tokens)):
        chance = floor
        for length, table in enumerate(counts):
            seen = table.get(tuple(test_tokens[at - length : at]))
            if seen:
                total = seen.total()
                chance = (seen[test_tokens[at]] + len(seen) * chance) / (total + len(seen))
        loss -= math.log(chance)
    return math.exp(loss / (len(test_tokens) - order + 1))


def flip_and_shift(images, reach=3):
    """Mirror each image with probability ½ and move all of them by at most `reach` pixels."""
    flipped = torch.where(torch.rand(len(images), 1, 1, 1) < 0.5, images.flip(-1), images)
    down, across = torch.randint(-reach, reach + 1, (2,)).tolist()
    return torch.roll(flipped, (down, across), (-2, -1))


def train_colour(data, *, epochs, augment, classes=10, rate=4e-3):
    network = colour_network(classes)
    optimizer = torch.optim.AdamW(network.parameters(), lr=rate)
    schedule = one_cycle(optimizer, rate, epochs * -(-len(data[0]) // 64))
    return train(network, data, optimizer, epochs=epochs, schedule=schedule, augment=augment)


def encoded(texts, vocabulary, length):
    """Word numbers of texts, (n, length), 0 where there is none; new words are added to `vocabulary`."""
    ids = torch.zeros(len(texts), length, dtype=torch.long)
    for row, text in enumerate(texts):
        words = text.lower().replace(".", " .").split()[:length]
        ids[row, : len(words)] = torch.tensor([vocabulary.setdefault(word, len(vocabulary) + 1) for word in words])
    return ids


class Bag(nn.Module):
    """The mean of the words' embeddings, and a linear layer."""

    def __init__(self, vocabulary, classes):
        super().__init__()
        self.embedding, self.head = nn.EmbeddingBag(vocabulary, 64, padding_idx=0), nn.Linear(64, classes)

    def forward(self, ids):
        return self.head(self.embedding(ids))


class TextCNN(nn.Module):
    """Windows of 3, 4 and 5 words, 64 filters each, maximum over time."""

    def __init__(self, vocabulary, classes):
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, 64, padding_idx=0)
        self.windows = nn.ModuleList(nn.Conv1d(64, 64, width) for width in (3, 4, 5))
        self.head = nn.Sequential(nn.Dropout(0.3), nn.Linear(192, classes))

    def forward(self, ids):
        x = self.embedding(ids).transpose(1, 2)
        return self.head(torch.cat([window(x).relu().amax(2) for window in self.windows], dim=1))


class TextGRU(nn.Module):
    """A bidirectional GRU of 64 units, its mean and maximum over time."""

    def __init__(self, vocabulary, classes):
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, 64, padding_idx=0)
        self.cell = nn.GRU(64, 64, batch_first=True, bidirectional=True)
        self.head = nn.Linear(256, classes)

    def forward(self, ids):
        outputs, there = self.cell(self.embedding(ids))[0], (ids > 0).unsqueeze(2)
        mean = (outputs * there).sum(1) / there.sum(1).clamp(min=1)
        return self.head(torch.cat([mean, outputs.masked_fill(~there, -9).amax(1)], dim=1))


def train_text(network, data, *, epochs, rate=3e-3):
    optimizer = torch.optim.Adam(network.parameters(), rate)
    return train(network, data, optimizer, epochs=epochs)


def perceptron():
    return nn.Sequential(nn.Flatten(), nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 10))


def transfer(body, data, test, classes):
    """Per cent right of a network trained from scratch, and of one that goes on from `body`."""
    scratch, tuned = colour_network(classes), copy.deepcopy(body)
    tuned[-1] = nn.Linear(96, classes)
    parts = [{"params": tuned[:-1].parameters(), "lr": 1e-3}, {"params": tuned[-1].parameters(), "lr": 1e-2}]
    for network, parameters in ((scratch, scratch.parameters()), (tuned, parts)):
        optimizer = torch.optim.AdamW(parameters, 4e-3)
        train(network, data, optimizer, epochs=30, augment=flip_and_shift, size=16)
    return percent(scratch, *test), percent(tuned, *test)
