"""The store keeps its contract, on disk and in memory."""

import pytest

from clausewatch.store import open_store
from clausewatch.testing.stores import StoreContract


class TestStoreOnDisk(StoreContract):
    @pytest.fixture(autouse=True)
    def _home(self, tmp_path):
        self.home = tmp_path

    def make_store(self):
        return open_store(self.home)


class TestStoreInMemory(StoreContract):
    def make_store(self):
        return open_store(None)
