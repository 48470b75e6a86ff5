"""The learner's own pictures: a good zip trains, bad ones get a sentence, and names of classes never become markup."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from components.catalog import CONCEPTS
from tests.browser.lesson import Lesson
from tests.picture_files import BLUE, RED, encrypted, huge_png, pets, pictures, zipped

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        all(concept.stem != "cnn" for concept in CONCEPTS), reason="no page in the catalog takes pictures yet"
    ),
]

BAD = {
    "text.zip": (b"Dear zip,\nI am a letter.\n", "not a zip archive"),
    "empty.zip": (zipped({}), "is empty"),
    "upwards.zip": (zipped({**pets(), "../../1.png": b"x"}), "outside its folder"),
    "secret.zip": (encrypted(pets()), "encrypted"),
    "nested.zip": (zipped({**pets(), "more.zip": zipped(pets())}), "another archive"),
    "one.zip": (zipped({f"cats/{i}.png": data for i, data in enumerate(pictures(9))}), "of one class"),
    "huge.zip": (
        zipped({**pets(4), "cats/4.png": huge_png(), "dogs/4.png": pictures(1, BLUE, first=50)[0]}),
        "more than 50 million pixels",
    ),
}
HOSTILE = "<img src=x onerror=window.hacked=1>"


def opened(lesson: Lesson, query: str = "epochs=200") -> Page:
    page = lesson.page
    page.goto(f"{lesson.url}/cnn?dataset=own&{query}", wait_until="commit")
    page.locator("input[type=file]").wait_for(state="attached")
    expect(page.locator(".live-view:not(.sketch-view)")).to_have_count(0)
    return page


def upload(page: Page, name: str, content: bytes) -> None:
    page.locator("input[type=file]").first.set_input_files(
        {"name": name, "mimeType": "application/zip", "buffer": content}
    )


def test_a_zip_of_ones_own(lesson: Lesson) -> None:
    page = opened(lesson)
    upload(page, "pets.zip", zipped(pets(12)))
    page.get_by_text("24 pictures in 2 classes").wait_for()
    for name in ("cats", "dogs"):
        expect(page.get_by_text(f"{name}: 12 pictures (50 %)")).to_be_visible()
    page.wait_for_function(
        "() => [...document.querySelectorAll('main img')].filter((i) => i.naturalHeight === 96).length >= 2"
    )
    lesson.drawn()
    own = lesson.ask("return view.session.current.head.config.own")
    assert re.fullmatch(r".*/uploads/[0-9a-f]{64}\.pictures", own)
    assert lesson.fact("class_names") == ["cats", "dogs"]
    lesson.train(5)
    lesson.until("return frame.metrics['accuracy/test'] > 0.5")
    lesson.pause()

    token = lesson.view_token
    lesson.reload()
    assert lesson.view_token == token
    expect(page.get_by_text("These are the pictures that you used last.")).to_be_visible()


def test_bad_zips_get_one_sentence_each_and_a_good_one_trains(lesson: Lesson) -> None:
    page = opened(lesson)
    said = page.get_by_test_id("stAlertContentError")
    before = ""
    for name, (content, words) in BAD.items():
        upload(page, name, content)
        page.wait_for_function(
            "before => { const said = document.querySelectorAll('[data-testid=stAlertContentError]');"
            " return said.length === 1 && said[0].innerText !== before }",
            arg=before,
        )
        before = said.inner_text()
        assert re.search(words, before), before
        assert 20 < len(before) < 300 and "Traceback" not in before and "Error" not in before
    expect(page.locator(".live-view:not(.sketch-view)")).to_have_count(0)
    upload(page, "good.zip", zipped(pets()))
    lesson.until("return root?.dataset.state === 'paused'")
    expect(said).to_have_count(0)


def test_classes_by_hand_and_names_that_never_become_markup(lesson: Lesson) -> None:
    page = opened(lesson)
    page.get_by_role("radio", name="Class by class").click()
    for name, tint in ((HOSTILE, RED), ("dogs", BLUE)):
        page.get_by_role("textbox", name="Name of a class").fill(name)
        page.get_by_role("button", name="Add class").click()
        page.get_by_text(f"Pictures of “{name}”").wait_for()
        files = [
            {"name": f"{i}.png", "mimeType": "image/png", "buffer": data}
            for i, data in enumerate(pictures(6, tint))
        ]
        page.locator("input[type=file]").last.set_input_files(files)  # type: ignore[arg-type]
        expect(page.get_by_text("6 pictures", exact=True)).to_have_count(2 if name == "dogs" else 1)
    page.get_by_role("button", name="Use these pictures").click()
    lesson.drawn()
    assert sorted(lesson.fact("class_names")) == [HOSTILE, "dogs"]
    lesson.train(3)
    lesson.pause()
    found = page.evaluate(
        "() => ({ hacked: window.hacked === 1, images: document.querySelectorAll('img[src=x]').length })"
    )
    assert found == {"hacked": False, "images": 0}


def test_a_link_cannot_name_a_place_of_the_server(lesson: Lesson) -> None:
    """Nor another: tests/pages/test_cnn.py."""
    lesson.open("/cnn?own=/etc/passwd")
    expect(lesson.page.get_by_text("own cannot be set by a link.")).to_be_visible()
    assert lesson.ask("return view.session.current.head.config")["own"] == ""
