"""Races: how each ends, with numbers; the ravine needs momentum; whatever a rule does, paths stay finite."""

from __future__ import annotations

import math

import pytest

from models.descent import LIMIT, Path, descend, race, steps_to_minimum
from models.phase_map import best
from models.surfaces import SURFACES, surface_of
from models.update_rules import RULES, defaults

RAVINE = SURFACES["ravine"]


def finite(path: Path) -> bool:
    terms = [part for t in path.terms for pair in (t.gradient, t.velocity, t.scale, t.step) for part in pair]
    return all(map(math.isfinite, (*(part for point in path.points for part in point), *path.losses, *terms)))


def steps(rule: str, **numbers: float) -> int:
    path = descend(RAVINE, rule, numbers, RAVINE.start, 2000)
    assert path.outcome == "reached" and path.step is not None, path.words
    return path.step


def test_two_steps_down_a_bowl_by_hand() -> None:
    """f = ½ (x² + 10 y²) from (2, 1) with η = 0.05: x · 0.95, y · 0.5."""
    path = descend(surface_of("bowl", 10), "sgd", {"rate": 0.05}, (2.0, 1.0), 2)
    for place, expected in zip(path.points, ((2, 1), (1.9, 0.5), (1.805, 0.25)), strict=True):
        assert place == pytest.approx(expected)
    assert path.losses == pytest.approx((7, 3.055, (1.805**2 + 10 * 0.0625) / 2))
    assert path.terms[1].gradient == pytest.approx((1.9, 5)) and path.terms[1].step == pytest.approx(
        (-0.095, -0.25)
    )
    assert (path.outcome, path.step, path.words) == ("moving", None, "not there after 2 steps")


def test_the_ravine_needs_momentum() -> None:
    """The claim of the page: each at the best rate that theory has for curvatures 0.02 and 2, and as the page begins."""
    plain = steps("sgd", rate=2 / 2.02)
    rate, momentum = best(100)
    heavy = steps("momentum", rate=rate / 2, momentum=momentum)  # `best` is for a largest curvature of 1
    assert heavy < 40 < 180 < plain
    assert plain > 5 * heavy
    begun = {rule: steps(rule, rate=RAVINE.rates[rule]) for rule in ("sgd", "momentum", "nesterov")}
    assert begun["sgd"] > 200
    assert begun["momentum"] < 100 and begun["nesterov"] < 100


def test_the_best_rate_without_momentum_is_the_best() -> None:
    assert min(range(5, 100), key=lambda percent: _last_distance(percent / 50)) in (48, 49, 50)


def _last_distance(rate: float) -> float:
    return math.hypot(*descend(RAVINE, "sgd", {"rate": rate}, RAVINE.start, 300).points[-1])


def test_adaptive_rules_cross_the_plateau_on_which_plain_descent_stays() -> None:
    plateau = SURFACES["plateau"]
    paths = race(plateau, {rule: {"rate": 0.1} for rule in RULES}, plateau.start, plateau.n_steps)
    assert paths["sgd"].outcome == "moving"
    assert math.dist(paths["sgd"].points[-1], plateau.start) < 0.5
    assert all(paths[rule].outcome in ("reached", "circling") for rule in ("adagrad", "adam", "rmsprop"))


def test_a_rate_beyond_two_over_the_curvature_diverges_and_says_when() -> None:
    bowl = surface_of("bowl", 10)
    safe, lost = (descend(bowl, "sgd", {"rate": rate}, (1, 1), 500) for rate in (0.199, 0.25))
    assert safe.outcome == "reached"
    # y grows by |1 − 2.5| = 1.5 a step and passes a million after log(1e6) / log(1.5) = 34.07 steps
    assert (lost.outcome, lost.step, lost.words) == ("diverged", 35, "diverged at step 35")
    assert lost.n_steps == 35 and len(lost.points) == 36
    assert max(map(abs, lost.points[-1])) == LIMIT
    assert finite(lost)


def test_whoever_walks_downhill_stays_in_the_first_pit() -> None:
    rastrigin = SURFACES["rastrigin"]
    path = descend(rastrigin, "sgd", {"rate": 0.002}, rastrigin.start, 200)
    assert (path.outcome, path.words) == ("stuck", "stuck in a minimum that is not the lowest")
    assert path.points[-1] == pytest.approx((-1.99, 1.99), abs=0.001)
    assert path.losses[-1] == pytest.approx(7.96, abs=0.01)
    assert path.step is not None and 1 <= path.step <= 20


def test_on_the_ridge_of_a_saddle_plain_descent_stays_and_beside_it_it_leaves() -> None:
    saddle = SURFACES["saddle"]
    ridge = descend(saddle, "sgd", {"rate": 0.1}, (-2.0, 0.0), 400)
    assert ridge.words == "stuck at a saddle point"
    beside = descend(saddle, "sgd", {"rate": 0.1}, (-2.0, 0.001), 400)
    assert beside.outcome == "reached" and beside.step is not None and beside.step > 60


def test_signs_alone_never_settle() -> None:
    lion = descend(
        surface_of("bowl", 2), "lion", {"rate": 0.2, "beta_mean": 0.0, "beta_square": 0.0}, (1.1, 0.7), 100
    )
    assert (lion.outcome, lion.words) == ("circling", "circles around the minimum")


def test_level_ground_tiny_steps_and_decay_are_told_apart() -> None:
    plateau = SURFACES["plateau"]
    assert descend(plateau, "sgd", {"rate": 0.1}, (5.0, 3.9), 50).words == "stuck on level ground"
    assert descend(RAVINE, "sgd", {"rate": 0.0001}, (-0.3, -0.3), 50).words == "stuck by steps too small"
    far = descend(surface_of("bowl", 1), "adamw", {"rate": 0.1, "decay": 1.0}, (-3.0, 1.0), 1000)
    assert far.outcome == "reached"  # decay pulls to (0, 0), which is the minimum here
    drawn = descend(SURFACES["himmelblau"], "adamw", {"rate": 0.1, "decay": 0.5}, (3.0, 2.0), 1000)
    assert (drawn.outcome, drawn.words) == ("stuck", "stuck where decay and slope balance")


def test_a_minimum_is_reached_when_the_path_stays_there() -> None:
    bowl = surface_of("bowl", 1)
    assert steps_to_minimum(bowl, [(1, 0), (0.01, 0), (1, 0)]) is None
    assert steps_to_minimum(bowl, [(1, 0), (0.01, 0), (1, 0), (0.04, 0.01), (0, 0)]) == 3
    assert steps_to_minimum(bowl, [(0.01, 0), (0, 0)]) == 0
    here = descend(bowl, "sgd", {"rate": 0.1}, (0.0, 0.0), 50)
    assert (here.outcome, here.words, here.n_steps) == ("reached", "starts at a minimum", 1)


@pytest.mark.parametrize("name", SURFACES)
@pytest.mark.parametrize("rule", RULES)
def test_no_rule_on_no_surface_with_no_numbers_leaves_the_finite(name: str, rule: str) -> None:
    surface = SURFACES[name]
    knobs = RULES[rule].knobs
    extremes = [defaults(rule), {n: k.low for n, k in knobs.items()}, {n: k.high for n, k in knobs.items()}]
    extremes.append({**defaults(rule), "rate": knobs["rate"].high})
    for numbers in extremes:
        for start in (surface.start, surface.minima[0], (surface.x[1], surface.y[0])):
            path = descend(surface, rule, numbers, start, 120)
            assert finite(path), numbers
            assert len(path.points) == len(path.losses) == path.n_steps + 1
            assert path.outcome in ("reached", "diverged", "stuck", "circling", "moving") and path.words
            assert (path.step is None) == (path.outcome in ("circling", "moving"))


def test_the_same_race_gives_the_same_paths() -> None:
    runners = {rule: {"rate": RAVINE.rates[rule]} for rule in RULES}
    first, second = (race(RAVINE, runners, RAVINE.start, 100) for _ in range(2))
    assert first == second and list(first) == list(RULES)
