import pytest
import structlog

from service.world import World


@pytest.fixture
def world(tmp_path):
    made = World(tmp_path)
    yield made
    made.close()


@pytest.fixture
def logged():
    with structlog.testing.capture_logs() as lines:
        yield lines
