"""The texts and the table of airfoils: statistics of the calibration, with a tolerance."""

import re
from collections import Counter

import numpy as np
import pytest
import torch
from torch import nn

import calibration
from handson.data.samples import airfoil, eng_fra, glove, imdb, snli, time_machine, topics
from handson.data.samples.french import NOUNS, VERBS
from handson.data.samples.topic_words import ANALOGIES

SEEDS = range(3)


def story_words(seed):
    return re.sub("[^a-z]+", " ", time_machine.draw(seed=seed)["text"].lower()).split()


@pytest.mark.parametrize("seed", SEEDS)
def test_story_is_as_long_and_as_rich_as_calibrated(seed):
    text = time_machine.draw(seed=seed)["text"]
    words = story_words(seed)
    assert 178_000 <= len(text) < 179_500
    assert len(set("".join(words))) == 26
    assert 520 <= len(set(words)) <= 620
    assert all(len(line) <= 70 for line in text.splitlines())
    assert text.count("CHAPTER") == pytest.approx(len(text.split("\n\n")) / 7, abs=1)


def test_n_grams_of_the_story_are_as_calibrated():
    words = story_words(0)
    cut = int(0.9 * len(words))
    perplexity = [calibration.witten_bell(words[:cut], words[cut:], order) for order in (1, 2, 3)]
    for found, (low, high) in zip(perplexity, [(140, 170), (17, 22), (12, 15)], strict=True):
        assert low < found < high


def test_characters_of_the_story_are_as_calibrated():
    text = re.sub("[^a-z]+", " ", time_machine.draw()["text"].lower())
    cut = int(0.9 * len(text))
    perplexity = [calibration.witten_bell(text[:cut], text[cut:], order) for order in (1, 2, 3, 4, 5)]
    assert perplexity == pytest.approx([16.6, 8.5, 4.3, 2.5, 2.0], rel=0.07)


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_recurrent_networks_know_the_story_better_than_n_grams(seed):
    words = story_words(seed)
    number = {word: place for place, word in enumerate(sorted(set(words)))}
    ids, cut = torch.tensor([number[word] for word in words]), int(0.9 * len(words))
    grams = min(calibration.witten_bell(words[:cut], words[cut:], order) for order in (2, 3, 4))
    with calibration.one_thread(seed):
        scores = [
            calibration.recurrent_perplexity(cell, ids[:cut], ids[cut:], vocabulary=len(number))
            for cell in (nn.RNN, nn.LSTM, nn.GRU)
        ]
    print(f"seed {seed}: n-grams {grams:.2f}; RNN, LSTM, GRU {scores}")
    assert max(scores) < 0.65 * grams


@pytest.mark.parametrize("split", ["train", "test"])
def test_pairs_of_sentences_are_different_and_held_out_ones_are_for_testing(split):
    pairs = eng_fra.draw(split, 1_500)
    assert len(set(pairs["english"])) == 1_500
    assert not set(pairs["english"]) & set(eng_fra.draw({"train": "test", "test": "train"}[split], 1_500)["english"])
    held = [(verb, noun) for verb in VERBS for noun in NOUNS if eng_fra.held_out(verb.base, noun.one)]
    used = [
        sentence
        for sentence in pairs["english"]
        for verb, noun in held
        if re.search(rf"\b({verb.base}|{verb.third}|{verb.past}) (the|an?|my|your|this) {noun.one}\b", sentence)
    ]
    assert bool(used) == (split == "test")


def test_french_elides_before_vowels_only():
    sentences = " ".join(eng_fra.draw("train", 3_000)["french"])
    assert not re.search(r"\b(le|la|je|ne|que|de) [aeiouhéêâî]", sentences, re.I)
    assert not re.search(r"\b[ljndu]'[bcdfgklmnpqrstvwxz]", sentences, re.I)
    assert re.search(r"\bcet h|\bvieil a|\bbel a|\bnouvel a", sentences)


def test_words_of_the_pairs_are_as_many_as_calibrated():
    pairs = eng_fra.draw()
    counts = [len({word.strip(".?,").lower() for text in pairs[key] for word in text.split()}) for key in pairs]
    assert counts[0] == pytest.approx(177, abs=15)
    assert counts[1] == pytest.approx(345, abs=25)
    lengths = [len(text.split()) for text in pairs["english"]]
    assert np.mean(lengths) == pytest.approx(8.6, abs=0.8)
    assert 3 <= min(lengths) <= max(lengths) <= 25


def naive_bayes(train, test, classes):
    """Share that a bag of words gets right; `train` and `test` are (texts, labels)."""
    counts, rows = [Counter() for _ in range(classes)], []
    for text, label in zip(*train, strict=True):
        counts[label].update(text.lower().split())
    words = set().union(*counts)
    for text, label in zip(*test, strict=True):
        score = [
            sum(np.log((count[word] + 1) / (count.total() + len(words))) for word in text.lower().split())
            for count in counts
        ]
        rows.append(int(np.argmax(score)) == label)
    return np.mean(rows)


def test_reviews_are_balanced_and_a_bag_of_words_is_not_enough():
    train, test = imdb.draw("train"), imdb.draw("test")
    assert Counter(train["labels"]) == {0: 2_000, 1: 2_000}
    assert np.mean([len(text.split()) for text in train["texts"]]) == pytest.approx(48, abs=8)
    assert 0.75 < naive_bayes((train["texts"], train["labels"]), (test["texts"], test["labels"]), 2) < 0.87


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_order_of_words_matters_for_reviews(seed):
    train, test, vocabulary = imdb.draw("train", seed=seed), imdb.draw("test", seed=seed), {}
    x, u = (calibration.encoded(part["texts"], vocabulary, 120) for part in (train, test))
    y, v = torch.tensor(train["labels"]), torch.tensor(test["labels"])
    with calibration.one_thread(seed):
        scores = [
            calibration.percent(calibration.train_text(model(len(vocabulary) + 1, 2), (x, y), epochs=epochs), u, v)
            for model, epochs in ((calibration.Bag, 15), (calibration.TextCNN, 6), (calibration.TextGRU, 8))
        ]
    print(f"seed {seed}: bag, CNN, RNN {scores}")
    assert scores == sorted(scores)


@pytest.mark.parametrize("seed", SEEDS)
def test_hypotheses_alone_give_nothing_away(seed):
    train, test = snli.draw("train", seed=seed), snli.draw("test", seed=seed)
    alone = naive_bayes((train["hypotheses"], train["labels"]), (test["hypotheses"], test["labels"]), 3)
    assert alone == pytest.approx(1 / 3, abs=0.06)
    assert not set(zip(*list(train.values())[:2], strict=True)) & set(zip(*list(test.values())[:2], strict=True))
    assert min(Counter(train["labels"]).values()) > 3_000


def test_no_pair_has_two_labels():
    labels = {}
    for split in ("train", "valid", "test"):
        for premise, hypothesis, label in zip(*snli.draw(split).values(), strict=True):
            assert labels.setdefault((premise, hypothesis), label) == label


@pytest.mark.parametrize("seed", SEEDS)
def test_counting_finds_the_queen(seed):
    sentences = [text.split() for text in topics.draw_sentences(seed=seed)["sentences"]]
    words = tuple(word for word, _ in Counter(word for text in sentences for word in text).most_common())
    vectors = glove.vectors(sentences, words, 60)
    solved = {kind: share_solved(words, vectors, pairs) for kind, pairs in ANALOGIES.items()}
    assert analogy(words, vectors, "man", "king", "woman") == "queen"
    assert min(solved["gender"], solved["past"], solved["capital"]) > 0.5


def analogy(words, vectors, one, other, third):
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    rows = [words.index(word) for word in (one, other, third)]
    score = unit @ (unit[rows[1]] - unit[rows[0]] + unit[rows[2]])
    score[rows] = -np.inf
    return words[int(score.argmax())]


def share_solved(words, vectors, pairs):
    asked = [(a, b, c, d) for a, b in pairs for c, d in pairs if a != c]
    return np.mean([analogy(words, vectors, a, b, c) == d for a, b, c, d in asked])


def test_vectors_know_the_words_of_reviews():
    made = glove.draw()
    assert made["vectors"].shape == (len(made["words"]), 50)
    assert {"good", "boring", "queen", "paris"} <= set(made["words"])


@pytest.mark.parametrize("seed", SEEDS)
def test_airfoil_is_half_linear(seed):
    data = airfoil.draw(seed=seed)
    x, level = data["features"], data["level"]
    assert x.shape == (1503, 5)
    assert level.mean() == pytest.approx(121, abs=1)
    assert level.std() == pytest.approx(5, abs=0.7)
    z = np.column_stack([(x - x.mean(axis=0)) / x.std(axis=0), np.ones(len(x))])
    residual = level - z @ np.linalg.lstsq(z, level)[0]
    assert 1 - residual.var() / level.var() == pytest.approx(0.55, abs=0.09)
