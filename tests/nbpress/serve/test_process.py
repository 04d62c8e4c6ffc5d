"""A process that answers, whatever happens in it."""

import pytest

from asked import PROBLEM, Thing
from nbpress.errors import BookError, UsageError
from nbpress.serve.process import Kept
from processes import in_a_loop


@pytest.fixture
def ask(tmp_path):
    kept = Kept(Thing, tmp_path)
    yield lambda *question: in_a_loop(kept.ask(*question))
    kept.close()


def test_it_remembers(ask, tmp_path):
    ask("count", 2)
    assert ask("count", 3) == (tmp_path, 5)


def test_its_problems_arrive_whole(ask):
    with pytest.raises(BookError) as caught:
        ask("complain")
    assert caught.value.problems == (PROBLEM,)


def test_a_full_disk_is_told_of_and_the_next_question_answered(ask):
    with pytest.raises(UsageError, match=r"build/serve/page\.html: No space left on device"):
        ask("write")
    assert ask("count", 1)[1] == 1


def test_a_crash_is_told_of(ask):
    with pytest.raises(UsageError, match="ended with exit code 7"):
        ask("crash")


def test_it_can_be_ended_while_it_works(tmp_path):
    kept = Kept(Thing, tmp_path)
    kept.close()
    assert kept.process.exitcode is not None
