import pytest
from companion import Companion


@pytest.fixture
def companion(tmp_path):
    """A companion of this test's own."""
    made = Companion(tmp_path).start()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """A companion for tests that leave nothing behind."""
    made = Companion(tmp_path_factory.mktemp("companion")).start()
    yield made
    assert made.stop() == 0
