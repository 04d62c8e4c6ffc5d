import os
import signal

import pytest

from nbpress.forks import Fork


def test_the_result_comes_from_another_process():
    process, value = Fork(lambda: (os.getpid(), 6 * 7)).result()
    assert (process != os.getpid(), value) == (True, 42)


def test_an_error_is_raised_here():
    def fail():
        raise ValueError(os.getpid())

    with pytest.raises(ValueError, match=str(os.getpid())):
        Fork(fail).result()


def test_what_a_killed_process_had_to_do_is_done_here():
    here = os.getpid()

    def die_elsewhere():
        if os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)
        return "done"

    assert Fork(die_elsewhere).result() == "done"


def test_more_than_a_pipe_holds():
    assert len(Fork(lambda: b"x" * 1_000_000).result()) == 1_000_000
