"""The lesson on gradient descent in Chromium: fit by hand, race, phase map, schedules; JavaScript's numbers are Python's."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator

from bench.server import Server
from models import line_descent, phase_map, schedules
from models.descent import descend
from models.surfaces import SURFACES, surface_of
from models.update_rules import defaults
from tests.browser.accessible import accessible
from tests.browser.complaints import Complaints
from tests.browser.conftest import new_tab
from tests.browser.lesson import Lesson
from tests.browser.sketch import SketchOnPage, alone

pytestmark = pytest.mark.browser
PATH = "/gradient-descent"


@pytest.fixture
def page(lesson: Lesson) -> Iterator[Lesson]:
    lesson.page.goto(lesson.url + PATH, wait_until="commit")
    yield lesson


def sketch(page: Lesson, kind: str) -> SketchOnPage:
    found = SketchOnPage(page.page, kind).drawn()
    found.root.scroll_into_view_if_needed()
    return found


def answered(found: SketchOnPage, after: int) -> None:
    """Wait until what was told after this turn is answered and drawn."""
    found.until("return state.turn > arg && !state.behind", after)
    found.repainted()


def slider(found: SketchOnPage, name: str) -> Locator:
    return found.root.get_by_role("slider", name=name)


def slide_to(found: SketchOnPage, name: str, value: float) -> None:
    """Move a slider to a value of its own scale, as a hand would leave it."""
    slider(found, name).evaluate(
        "(input, value) => { input.value = value; input.dispatchEvent(new Event('input', {bubbles: true})); }",
        value,
    )


# The line.


def test_fit_by_hand_then_let_the_algorithm_do_it(page: Lesson) -> None:
    line = sketch(page, "line_by_hand")
    before = line.state
    assert before["loss"] == pytest.approx(line_descent.loss(line_descent.START))
    line.drag("end 0", 0, 120)
    after = line.state
    assert after["line"][0] > before["line"][0] + 0.2 and after["loss"] < before["loss"]
    assert after["loss"] == pytest.approx(line_descent.loss(tuple(after["line"])), rel=1e-9)
    answered(line, before["turn"])
    line.root.get_by_role("button", name="One step forward").click()
    state = line.state
    course = line_descent.descend(tuple(after["line"]), line_descent.RATE)
    assert state["at"] == 1 and state["moving"] == pytest.approx(course.lines[1], rel=1e-9)
    assert state["last"] == pytest.approx(line_descent.least_squares(), abs=1e-3)
    slider(line, "Steps of gradient descent").press("End")
    assert line.state["moving"] == pytest.approx(course.lines[-1], rel=1e-9)
    accessible(page.page)


def test_too_large_a_rate_diverges_and_says_so_and_the_dot_in_the_bowl_moves_the_line(page: Lesson) -> None:
    line = sketch(page, "line_by_hand")
    slide_to(line, "learning rate", 0)
    answered(line, 0)
    state = line.state
    expected = line_descent.descend(line_descent.START, 1.0)
    assert (state["rate"], state["diverged"], state["n_lines"]) == (1, expected.diverged, len(expected.lines))
    assert f"at step {expected.diverged}" in state["words"]
    line.drag("line", 60, 40)
    moved = line.state["line"]
    assert moved[0] > line_descent.START[0] and moved[1] < line_descent.START[1]
    line.handle("end 1").press("ArrowUp")
    assert line.state["line"][0] > moved[0]
    answered(line, state["turn"])


# The race.


def test_the_first_race_shows_pythons_paths_and_terms(lesson: Lesson) -> None:
    race = alone(lesson, "gradient_descent", "race")
    state = race.state
    surface = SURFACES["ravine"]
    assert (state["surface"], state["at"], state["chosen"]) == ("ravine", 20, "adam")
    for rule, found in state["places"].items():
        path = descend(surface, rule, {"rate": surface.rates[rule]}, surface.start, surface.n_steps)
        assert found["place"] == pytest.approx(path.points[20], rel=1e-5)
        assert (found["outcome"], found["step"], found["n_steps"]) == (path.outcome, path.step, path.n_steps)
        if rule == "adam":
            for name in ("gradient", "velocity", "scale", "step"):
                assert state["term"][name] == pytest.approx(getattr(path.terms[20], name), rel=1e-5)
    assert "Momentum" in state["words"]


def test_a_click_sets_the_start_and_python_answers(lesson: Lesson) -> None:
    race = alone(lesson, "gradient_descent", "race")
    stage = race.root.locator(".sk-plane[aria-label='The surface from above']")
    box = stage.bounding_box()
    assert box is not None
    stage.click(position={"x": box["width"] * 0.8, "y": box["height"] * 0.3})
    answered(race, 0)
    start = race.state["start"]
    assert start[0] > 1 and start[1] > 0.3
    race.root.get_by_role("button", name="Back to the start").click()
    assert race.state["places"]["sgd"]["place"] == pytest.approx(start, rel=1e-6)


def test_python_answers_past_the_page_which_keeps_what_was_set(page: Lesson) -> None:
    race = sketch(page, "race")
    slide_to(race, "learning rate", -3)
    answered(race, 0)
    rate = race.state["numbers"]["adam"]["rate"]
    assert rate == pytest.approx(1e-3)
    page.page.wait_for_timeout(1500)  # the page hears of it when the hand rests
    page.page.get_by_role("link", name="Next: Neural network").click()
    page.page.wait_for_url("**/mlp")
    page.page.go_back()
    race = sketch(page, "race")
    assert race.state["numbers"]["adam"]["rate"] == rate and race.state["turn"] == 1


def test_the_page_answers_when_the_short_way_is_barred(page: Lesson, complaints: Complaints) -> None:
    complaints.expect("ERR_FAILED")
    page.page.route("**/ask/**", lambda route: route.abort())
    try:
        race = sketch(page, "race")
        slide_to(race, "learning rate", -3)
        answered(race, 0)
    finally:
        page.page.unroute("**/ask/**")
    state, ravine = race.state, SURFACES["ravine"]
    numbers = {**defaults("adam"), "rate": 1e-3}
    path = descend(ravine, "adam", numbers, ravine.start, ravine.n_steps)
    assert state["places"]["adam"]["place"] == pytest.approx(path.points[state["at"]], rel=1e-5)


def test_a_rule_diverges_as_its_rate_grows_and_the_event_is_named(lesson: Lesson) -> None:
    race = alone(lesson, "gradient_descent", "race")
    race.root.get_by_role("button", name="Bowl", exact=True).click()
    race.until("return state.shown === 'bowl' && !state.behind")
    race.root.locator("button[data-rule=sgd]").click()
    turn = race.state["turn"]
    slide_to(race, "learning rate", 0)  # 10^0
    answered(race, turn)
    state = race.state
    expected = descend(surface_of("bowl", 10), "sgd", {"rate": 1.0}, SURFACES["bowl"].start, 200)
    assert expected.outcome == "diverged"
    assert state["places"]["sgd"]["step"] == expected.step
    assert f"SGD diverges: at step {expected.step}" in state["words"]
    assert race.root.locator("tr[data-rule=sgd]").inner_text().count("diverged") == 1
    assert state["places"]["momentum"]["outcome"] == "reached", "the others keep their own rates"


def test_every_surface_and_every_rule(lesson: Lesson) -> None:
    race = alone(lesson, "gradient_descent", "race")
    for rule in ("nesterov", "adagrad", "rmsprop", "adamw", "lion"):
        race.root.locator(f"tr[data-rule={rule}] input").check()
    for name, surface in SURFACES.items():
        race.root.get_by_role("button", name=surface.label, exact=True).click()
        race.until(
            "return state.shown === arg && !state.behind && Object.keys(state.places).length === 8", name
        )
        assert race.state["start"] == pytest.approx(surface.start)
    for box in race.root.locator("tr[data-rule] input").all():
        box.uncheck()
    race.until("return !state.behind && Object.keys(state.places).length === 0")
    race.repainted()
    assert race.state["words"] == "No rule races. Tick one in the table."


def test_it_plays_at_ten_times_the_speed_and_scrubs(lesson: Lesson) -> None:
    race = alone(lesson, "gradient_descent", "race")
    race.root.get_by_label("Speed").select_option("10")
    assert race.root.get_by_label("Speed").locator("option").all_inner_texts()[0] == "0.1×"
    race.root.get_by_role("button", name="Play").click()
    race.until("return state.at > 60")
    race.root.get_by_role("button", name="Pause").click()
    slider(race, "Steps of the race").press("Home")
    assert race.state["at"] == 0


def test_the_third_dimension_or_a_sentence(lesson: Lesson) -> None:
    race = alone(lesson, "gradient_descent", "race")
    if race.ask("return sketch.space.supported"):
        race.root.get_by_role("button", name="3-D").click()
        race.until(
            "return state.spatial && sketch.space.plot.querySelector('canvas') && sketch.space.plot.data.length === 7"
        )
        assert race.ask("return sketch.space.plot.data[0].z.length") == 81
        race.root.get_by_role("button", name="Contours").click()
        race.until("return !state.spatial && !sketch.map.plane.element.hidden")
    else:
        assert "WebGL" in race.root.inner_text()


def test_a_browser_without_webgl_gets_a_sentence(
    lesson: Lesson, server: Server, complaints: Complaints
) -> None:
    # A tab of its own: such a script stays with a tab for ever.
    own = Lesson(new_tab(lesson.page.context, server, complaints), server.url)
    own.page.add_init_script(
        "const get = HTMLCanvasElement.prototype.getContext;"
        "HTMLCanvasElement.prototype.getContext = function (kind, ...more) {"
        " return kind.startsWith('webgl') ? null : get.call(this, kind, ...more); };"
    )
    race = alone(own, "gradient_descent", "race")
    assert "needs WebGL" in race.root.inner_text()
    assert race.root.get_by_role("button", name="3-D").count() == 0


WISHES = (
    "null", "[]", "'<img src=x onerror=alert(1)>'", "{surface: '__proto__', turn: 5}", "{turn: 1e300, surface: 'bowl'}",
    "{turn: 9, surface: 'bowl', condition: -1, runners: ['sgd']}",
    "{turn: 9, surface: 'bowl', condition: 10, runners: ['sgd'], start: ['a', {}], n_steps: 1e9, numbers: 7}",
)  # fmt: skip


def test_whatever_a_browser_tells_the_race_goes_on(page: Lesson) -> None:
    race = sketch(page, "race")
    for number, wish in enumerate(WISHES):
        before = race.state["places"]
        race.ask(f"host.setTriggerValue('told', {wish})")
        page.page.wait_for_timeout(700)
        assert page.page.locator("[data-testid=stException]").count() == 0, wish
        assert race.state["places"] == before, wish
        name, shown = (("Plateau", "plateau"), ("Bowl", "bowl"))[number % 2]
        race.root.get_by_role("button", name=name, exact=True).click()
        race.until("return state.shown === arg && !state.behind", shown)


# The phase map.


def test_the_map_is_pythons(lesson: Lesson) -> None:
    phase = alone(lesson, "gradient_descent", "phase_map")
    for rate, momentum, condition in ((0.3, 0.0, 5.0), (1.0, 0.3, 30.0), (2.9, 0.5, 30.0), (3.9, 0.1, 200.0)):
        phase.ask("sketch.set(arg)", {"rate": rate, "momentum": momentum, "condition": condition})
        state = phase.state
        assert state["factor"] == pytest.approx(phase_map.convergence(rate, momentum, condition), rel=1e-12)
        places = phase_map.path(rate, momentum, condition)
        assert state["n_places"] == len(places) and state["last"] == pytest.approx(places[-1], rel=1e-9)
        best = phase_map.best(condition)
        assert (state["best"]["rate"], state["best"]["momentum"]) == pytest.approx(best, rel=1e-12)
    phase.until("return state.words.includes('diverges')")  # the words come with the next repaint


def test_a_click_runs_that_point_and_buttons_find_the_fastest(lesson: Lesson) -> None:
    phase = alone(lesson, "gradient_descent", "phase_map")
    plane = phase.root.locator(".sk-plane").first
    box = plane.bounding_box()
    assert box is not None
    plane.click(position={"x": box["width"] * 0.9, "y": box["height"] * 0.75})
    state = phase.repainted().state
    assert state["rate"] > 3 and state["factor"] > 1 and "diverges" in state["words"]
    phase.root.get_by_role("button", name="Fastest without momentum").click()
    plain = phase.state["factor"]
    phase.root.get_by_role("button", name="Fastest", exact=True).click()
    assert phase.state["factor"] < plain < 1
    phase.handle("point").press("ArrowLeft")
    assert phase.state["rate"] < phase_map.best(phase_map.CONDITION)[0]
    slide_to(phase, "condition number", 2.5)
    assert phase.state["condition"] == pytest.approx(10**2.5)


# Schedules.


def test_schedules_are_read_at_any_step(lesson: Lesson) -> None:
    curves = alone(lesson, "gradient_descent", "schedules")
    curves.root.get_by_role("button", name="one-cycle").click()
    curves.handle("reading").press("Shift+ArrowRight")
    state = curves.state
    assert state["chosen"] == "one_cycle"
    for name, rate in state["rates"].items():
        assert rate == pytest.approx(schedules.rate(name, state["at"], 200, 1.0), abs=1e-6)


def test_pictures_and_tables_can_be_saved(lesson: Lesson) -> None:
    race = alone(lesson, "gradient_descent", "race")
    for label in ("Save “The race” as a PNG picture", "Save the data of “The race” as CSV"):
        with lesson.page.expect_download() as download:
            race.root.get_by_label(label).click()
        assert download.value.suggested_filename.startswith("the-race")


def test_on_a_phone_nothing_is_wider_than_the_screen(page: Lesson) -> None:
    page.page.set_viewport_size({"width": 400, "height": 850})
    for kind in ("line_by_hand", "race", "phase_map", "schedules"):
        found = sketch(page, kind)
        found.until("return root.clientWidth < 400")
        assert found.ask("return root.scrollWidth <= root.clientWidth + 1")
