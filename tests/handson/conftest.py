"""Data are kept in a folder of the tests; samples are drawn once for all of them."""

import pytest


@pytest.fixture(scope="session")
def shared_cache(tmp_path_factory):
    return tmp_path_factory.mktemp("handson")


@pytest.fixture(autouse=True)
def _kept_in_the_tests_folder(shared_cache, monkeypatch):
    monkeypatch.setenv("HANDSON_CACHE", str(shared_cache))
    monkeypatch.delenv("HANDSON_DATA", raising=False)
