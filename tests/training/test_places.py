"""Who may train and who waits: the rules by example, then for every course of events that hypothesis can think of."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from training.places import Places


def test_the_first_get_places_and_the_others_wait_in_order() -> None:
    places = Places(2)
    assert [places.ask(run_id, run_id) for run_id in "abcd"] == [True, True, False, False]
    assert places.order() == ["c", "d"]
    assert places.leave("a") == ["c"]
    assert places.leave("b") == ["d"]
    assert places.leave("c") == places.leave("d") == []
    assert places.holding == places.waiting == {}


def test_asking_twice_changes_nothing() -> None:
    places = Places(1)
    assert places.ask("a", "ada")
    assert places.ask("a", "ada")
    assert not places.ask("b", "bob")
    assert not places.ask("c", "cyd")
    assert not places.ask("b", "bob")
    assert places.order() == ["b", "c"]


def test_who_holds_fewest_comes_first_and_then_who_waited_longest() -> None:
    places = Places(2)
    places.ask("a1", "ada")
    places.ask("a2", "ada")
    for run_id, learner in (("a3", "ada"), ("a4", "ada"), ("b1", "bob"), ("c1", "cyd"), ("b2", "bob")):
        places.ask(run_id, learner)
    # Ada holds two: Bob and Cyd come first, in the order they came; then Bob has one, and Ada's runs wait longest.
    assert places.order() == ["b1", "c1", "b2", "a3", "a4"]
    assert places.leave("a1") == ["b1"]
    # Now Bob holds one and Ada none: she comes before Cyd, for she has waited longer.
    assert places.leave("a2") == ["a3"]
    assert places.order() == ["c1", "a4", "b2"]


def test_giving_up_a_wait_grants_nothing() -> None:
    places = Places(1)
    places.ask("a", "ada")
    places.ask("b", "bob")
    assert places.leave("b") == []
    assert places.leave("never seen") == []
    assert list(places.holding) == ["a"]


events = st.lists(st.tuples(st.sampled_from(["ask", "leave"]), st.integers(0, 9)), max_size=60)


@given(st.integers(1, 4), events)
def test_never_more_than_the_capacity_and_never_an_idle_place(
    capacity: int, course: list[tuple[str, int]]
) -> None:
    places = Places(capacity)
    alive: set[str] = set()
    for event, number in course:
        run_id, learner = str(number), str(number % 3)
        if event == "ask":
            granted = places.ask(run_id, learner)
            alive.add(run_id)
            assert granted == (run_id in places.holding)
        else:
            frees = run_id in places.holding
            waited = {other: who for other, who in places.waiting.items() if other != run_id}
            held = [who for other, who in places.holding.items() if other != run_id]
            granted_now = places.leave(run_id)
            alive.discard(run_id)
            fewest = min((held.count(who) for who in waited.values()), default=0)
            poorest = [other for other, who in waited.items() if held.count(who) == fewest]
            assert granted_now == (poorest[:1] if frees else [])
        assert len(places.holding) <= capacity
        assert not places.waiting or len(places.holding) == capacity
        assert set(places.holding) | set(places.waiting) == alive
        assert not set(places.holding) & set(places.waiting)
        assert sorted(places.order()) == sorted(places.waiting)


@given(
    st.integers(1, 3), st.lists(st.integers(0, 4), min_size=1, max_size=25), st.randoms(use_true_random=False)
)
def test_nobody_starves(capacity: int, learners: list[int], chance: random.Random) -> None:
    """Whoever holds nothing waits for no more places than there are learners in front, however many runs those have."""
    places = Places(capacity)
    for number, learner in enumerate(learners):
        places.ask(str(number), str(learner))
    poor = [run_id for run_id, who in places.waiting.items() if who not in places.holding.values()]
    first_of = {places.waiting[run_id]: run_id for run_id in reversed(poor)}
    in_front = [run_id for run_id in poor if run_id in first_of.values()]
    assert places.order()[: len(in_front)] == in_front
    left = set(places.waiting)
    served: list[str] = []
    while left:
        served += places.leave(chance.choice(sorted(places.holding)))
        left -= set(served)
        assert len(served) <= len(learners)
    assert len(served) == len(set(served)) == max(0, len(learners) - capacity)
