"""The cart-pole's page: links that say nonsense."""

from __future__ import annotations

import pytest

from models.cartpole import Config
from models.settings import to_mapping
from tests.pages.lesson_page import LessonPage


@pytest.mark.parametrize(
    ("name", "value", "legal"),
    [
        ("gravity", "abc", "from 1 to 50 m/s²"),
        ("learner", "nobody", "hand or ppo"),
        ("n_episodes", "-3", "from 1 to 64"),
        ("discount", "7", "from 0 to 1"),
    ],
)
def test_a_link_that_says_nonsense(name: str, value: str, legal: str) -> None:
    page = LessonPage("cartpole", {name: value})
    assert page.sentences == [f"{name} is {value}; it may be {legal}. The link's value was left out."]
    assert page.config == to_mapping(Config())
