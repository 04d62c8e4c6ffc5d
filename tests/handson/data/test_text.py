from collections import Counter

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from handson.data.text import Vocabulary, time_machine, tokenize, windows

WORDS = st.lists(st.text("abc", min_size=1, max_size=3), max_size=30)


def test_story_is_the_same_each_time():
    assert time_machine() == time_machine()
    assert 170_000 < len(time_machine()) < 190_000


@pytest.mark.parametrize("text", ["The Time Machine, by H. G. Wells [1898]", "", "  ..  ", "Été"])
def test_words_are_those_of_the_cleaned_text(text):
    cleaned = "".join(letter if letter in "abcdefghijklmnopqrstuvwxyz" else " " for letter in text.lower())
    assert tokenize(text) == cleaned.split()
    assert tokenize(text, "char") == list(" ".join(cleaned.split()))


def test_unknown_unit_is_refused():
    with pytest.raises(ValueError, match="unit must be 'word' or 'char', got 'line'"):
        tokenize("a", "line")


@given(WORDS)
def test_encoding_and_decoding_gives_the_tokens_back(tokens):
    vocabulary = Vocabulary(tokens)
    assert vocabulary.decode(vocabulary.encode(tokens)) == tokens


@given(WORDS)
def test_most_frequent_comes_first(tokens):
    vocabulary = Vocabulary(tokens)
    ranked = vocabulary.decode(torch.arange(1, len(vocabulary)))
    assert ranked == [token for token, _ in Counter(tokens).most_common()]


def test_rare_tokens_are_unknown():
    vocabulary = Vocabulary(["a", "a", "b"], min_count=2, reserved=("<unk>", "<pad>"))
    assert len(vocabulary) == 3
    assert vocabulary.encode(["a", "b", "<pad>"]).tolist() == [2, 0, 1]
    assert vocabulary.counts["b"] == 1


def test_without_reserved_tokens_an_unknown_one_is_an_error():
    vocabulary = Vocabulary(["a"], reserved=())
    assert vocabulary.encode(["a"]).tolist() == [0]
    with pytest.raises(KeyError):
        vocabulary.encode(["b"])


@given(st.integers(2, 300), st.integers(1, 12), st.integers(1, 9), st.sampled_from([0.1, 0.5]))
def test_every_position_comes_at_most_once(count, steps, size, valid):
    held = round(valid * count)
    if min(held, count - held) <= steps:
        with pytest.raises(ValueError, match="need at least"):
            windows(torch.arange(count), steps, batch_size=size, valid=valid)
        return
    train, validation = windows(torch.arange(count), steps, batch_size=size, valid=valid)
    for loader, low, high in ((train, 0, count - held), (validation, count - held, count)):
        pairs = list(loader)
        assert len(pairs) == len(loader)
        seen = [number for x, _ in pairs for number in x.flatten().tolist()]
        assert len(seen) == len(set(seen))
        assert all(torch.equal(x + 1, y) and x.shape[1] == steps for x, y in pairs)
        assert all(low <= number < high - 1 for number in seen)


def test_training_windows_move_and_validation_windows_do_not():
    train, validation = windows(torch.arange(1000), 20, batch_size=100)
    starts = {min(next(iter(train))[0][:, 0].tolist()) for _ in range(30)}
    assert len(starts) > 5
    assert next(iter(validation))[0][0, 0] == next(iter(validation))[0][0, 0] == 900


def test_validation_windows_are_the_slices_in_order():
    _, validation = windows(torch.arange(100), 4, batch_size=2, valid=0.2)
    x = torch.cat([x for x, _ in validation])
    assert x.tolist() == [list(range(start, start + 4)) for start in range(80, 96, 4)]
