"""From the home page to a trained network: every button of the bar, every key, and settings that move in flight."""

from __future__ import annotations

import itertools

import pytest

from tests.browser.lesson import Lesson

pytestmark = pytest.mark.browser


def test_from_the_home_page_to_a_falling_loss(lesson: Lesson) -> None:
    page = lesson.page
    page.goto(lesson.url)
    page.get_by_role("main").get_by_role("link", name="Neural network", exact=True).click()
    lesson.drawn()
    assert page.url.endswith("/mlp")
    assert (lesson.state, lesson.step) == ("paused", 0)
    assert "A full run takes about" in lesson.sentence
    untrained = lesson.metrics["loss/test"]
    lesson.train()
    epoch = float(lesson.root.get_attribute("data-epoch") or 0)
    lesson.until(
        "return +root.dataset.epoch > arg[0] + 5 && frame.metrics['loss/test'] < 0.6 * arg[1]",
        [epoch, untrained],
    )
    lesson.until("return view.session.current.series.length > 12")
    for chart in (0, 1):
        lesson.until_curve(11, chart)
    tile = page.locator(".lv-text .lv-tile-value").first
    assert float(tile.inner_text()) < untrained


def test_pause_step_epoch_and_stop(lesson: Lesson) -> None:
    lesson.open()
    lesson.train()
    paused = lesson.pause()
    lesson.page.wait_for_timeout(300)
    assert lesson.step == paused, "it stands still"
    for more in (1, 2):
        lesson.press("step")
        lesson.until("return +root.dataset.step >= arg", paused + more)
        assert lesson.step == paused + more
    lesson.press("epoch")
    lesson.until("return +root.dataset.step > arg && Number.isInteger(+root.dataset.epoch)", paused + 2)
    assert lesson.step % 35 == 0, "350 training points in batches of 10"
    still = lesson.step
    lesson.press("stop")
    lesson.until_state("ended")
    assert lesson.sentence == "Stopped by you."
    assert lesson.step == still
    lesson.page.get_by_role("button", name="Run again").click()
    lesson.until("return root.dataset.state === 'running' && +root.dataset.step > 0")


def test_rewind_repeats_the_same_run(lesson: Lesson) -> None:
    lesson.open()
    first = {name: lesson.array(name) for name in ("map", "neurons", "weights/0", "biases/0")}
    lesson.train(200)
    lesson.pause()
    before = dict(lesson.history)
    lesson.press("rewind")
    lesson.until("return root.dataset.step === '0' && root.dataset.state === 'paused'")
    assert {name: lesson.array(name) for name in first} == first
    lesson.page.wait_for_function("document.querySelector('.lv-plot').data[0].x.length === 1")
    lesson.train(200)
    lesson.pause()
    again = dict(lesson.history)
    common = sorted(before.keys() & again.keys())
    assert len(common) >= 4, "a frame at each of the first epochs"
    assert [again[step] for step in common] == [before[step] for step in common]


def test_keys_unless_somebody_types(lesson: Lesson) -> None:
    page = lesson.page
    lesson.open()
    page.locator("h1").first.click()  # the keys need nothing to be focused
    page.keyboard.press("ArrowRight")
    lesson.until("return root.dataset.step === '1'")
    page.keyboard.press("Space")
    lesson.until_state("running")
    lesson.until_step(50)
    page.keyboard.press("Space")
    lesson.until_state("paused")
    page.keyboard.press("r")
    lesson.until("return root.dataset.step === '0'")
    page.keyboard.press("ArrowRight")
    lesson.until("return root.dataset.step === '1'")

    posts: list[str] = []
    page.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)
    box = page.get_by_role("textbox", name="Hidden layers")
    box.focus()
    for key in ("End", "Space", "r", "s", "ArrowRight"):
        page.keyboard.press(key)
    assert box.input_value() == "8-4 rs"
    page.wait_for_timeout(300)
    assert (posts, lesson.state, lesson.step) == ([], "paused", 1)

    page.locator("h1").first.click()
    page.keyboard.press("s")
    lesson.until_state("ended")
    assert lesson.sentence == "Stopped by you."


def test_live_settings_reach_the_running_network(lesson: Lesson) -> None:
    lesson.open()
    lesson.train()
    token, points = lesson.view_token, lesson.fact("points/train")
    starts: list[str] = []
    lesson.page.on(
        "request", lambda request: starts.append(request.url) if request.url.endswith("/runs") else None
    )

    with lesson.page.expect_response(lambda response: "/runs/" in response.url) as answer:
        lesson.slide("Learning rate", "ArrowRight")
    sent = answer.value.request.post_data_json
    assert sent == {"action": "set", "values": {"learning_rate": 0.05}}
    assert answer.value.status == 200
    moved = lesson.step
    lesson.until_step(moved + 20)

    lesson.slide("Noise", "ArrowRight", 3)
    lesson.until(
        "return String(view.session.current.facts.array('points/train').data) !== arg",
        ",".join(map(str, points)),
    )
    now = lesson.step
    lesson.until_step(now + 20)

    steps = [step for step, _ in lesson.history]
    assert all(a < b for a, b in itertools.pairwise(steps)), "the curves went on"
    assert steps[0] == 0 and lesson.view_token == token and starts == []
    # What the worker runs with now is what its next beginning says.
    lesson.pause()
    lesson.press("rewind")
    lesson.until("return root.dataset.step === '0'")
    config = lesson.ask("return view.session.current.head.config")
    assert (config["learning_rate"], config["noise"]) == (0.05, pytest.approx(0.25))


def epochs_per_second(lesson: Lesson) -> float:
    """How fast the pictures advance, by the clock on the wall."""
    epoch = "const now = () => [view.session.current.frame.epoch, performance.now()];"
    return float(
        lesson.ask(
            f"{epoch} const [e0, t0] = now(); return new Promise((done) => setTimeout(() => {{"
            "const [e1, t1] = now(); done((1000 * (e1 - e0)) / (t1 - t0)); }, 800))"
        )
    )


def test_an_early_start_another_speed_and_the_options_of_the_map(lesson: Lesson) -> None:
    lesson.page.goto(f"{lesson.url}/mlp", wait_until="commit")
    lesson.press("train")  # before anything is drawn
    lesson.until("return root.dataset.state === 'running' && +root.dataset.step > 20")
    speed = lesson.page.get_by_label("Speed")
    speed.select_option(label="10 epochs/s")
    lesson.until("return frame.rates.epochs > 7 && frame.rates.epochs < 13")
    # Other programs share the machine: the clock on the wall must agree once.
    assert any(5 < epochs_per_second(lesson) < 15 for _ in range(5))
    speed.select_option(label="full speed")
    assert any(epochs_per_second(lesson) > 15 for _ in range(5))
    lesson.pause()
    picture = "[...document.querySelectorAll('.lv-decision-map canvas')].map((one) => one.toDataURL()).join()"
    seen = {lesson.page.evaluate(picture)}
    for option in ("Show test data", "Discretise"):
        lesson.page.get_by_label(option).check()
        lesson.page.wait_for_function(f"seen => !seen.includes({picture})", arg=list(seen))
        seen.add(lesson.page.evaluate(picture))


def test_a_loss_that_explodes_is_explained(lesson: Lesson) -> None:
    lesson.open("/mlp?dataset=Plane+(numbers)&activation=linear&learning_rate=10")
    lesson.press("train")
    lesson.until_state("ended")
    note = lesson.page.get_by_role("alert").filter(has_text="no longer a number")
    assert "Why: At a learning rate of 10" in note.inner_text()
    assert "What helps:" in note.inner_text()
    lesson.reload()
    note.wait_for()
    lesson.slide("Learning rate", "ArrowLeft", 14)
    lesson.until("return view?.data.live.learning_rate === 0.003")
    lesson.press("train")
    lesson.until("return ['running', 'ended'].includes(root.dataset.state) && +root.dataset.step > 50")
    assert note.count() == 0
