"""More learners than places: a place in the queue, and the turn when somebody pauses."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bench.server import Server
from tests.browser.conftest import NewLearner

pytestmark = pytest.mark.browser


@pytest.fixture
def narrow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server on which one run trains at a time."""
    server = Server(tmp_path_factory.mktemp("narrow"), max_runs=1).start()
    yield server
    server.stop()


def test_a_place_in_the_queue(narrow: Server, new_learner: NewLearner) -> None:
    first, second = new_learner(narrow), new_learner(narrow)
    first.open()
    second.open()
    first.train()
    second.press("train")
    second.until_state("queued")
    assert second.sentence == "Waiting for a free place: number 1 in line."
    first.until_step(first.step + 20)
    assert (second.state, second.step) == ("queued", 0)
    assert second.fact("layers") == [2, 8, 4, 1], "the untrained network is there to look at"

    first.press("train")  # pause
    second.until("return root.dataset.state === 'running' && +root.dataset.step > 20")
    first.until_state("paused")
    first.press("train")
    first.until_state("queued")
    second.press("stop")
    first.until_state("running")
