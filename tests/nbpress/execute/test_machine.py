import os
import subprocess
import sys

from nbpress.execute import machine


def test_at_least_one_page_runs_at_once():
    assert 1 <= machine.pages_at_once() <= machine.cores()


def test_the_peak_is_remembered_after_the_memory_is_returned():
    code = "x = bytearray(200_000_000); x[::4096] = b'1' * len(x[::4096]); del x; print('ready', flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        assert machine.peak_memory(process.pid) > 200_000_000
        process.communicate(b"\n")


def test_a_process_that_is_gone_holds_nothing():
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    assert machine.peak_memory(process.pid) == 0


def test_kills_for_want_of_memory_are_counted(tmp_path):
    (tmp_path / "memory.events").write_text("low 0\noom 3\noom_kill 2\n")
    assert machine.out_of_memory_kills(tmp_path) == 2


def test_a_system_that_does_not_tell(tmp_path):
    assert machine.out_of_memory_kills(tmp_path) == 0


def test_gpus_are_those_that_are_visible(monkeypatch):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0, 2")
    machine.gpus.cache_clear()
    assert machine.gpus() == ("0", "2")
    machine.gpus.cache_clear()


def test_memory_is_what_the_machine_has():
    assert 0 < machine.memory() <= os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
