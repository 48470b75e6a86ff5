"""The learner's own table: a good one, bad ones, and one whose column names try to be more than names."""

from __future__ import annotations

import gzip
import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.lesson import Lesson

pytestmark = pytest.mark.browser

HEAD = "height,weight,colour,species\n"


def good_rows(n_rows: int = 60) -> str:
    """Two species by height, a category, and every tenth weight missing."""
    return "".join(
        f"{i % 30 + (20 if i % 2 else 0)},{'' if i % 10 == 3 else i % 7},{'red' if i % 3 else 'green'},{'cat' if i % 2 else 'dog'}\n"
        for i in range(n_rows)
    )


GOOD = HEAD + good_rows()

BAD = {
    "table.csv": (b"MZ\x90\x00" + bytes(range(256)) * 8, "program|binary"),
    "zipped.csv": (gzip.compress(GOOD.encode()), "gzip"),
    "empty.csv": (b"", "empty"),
    "latin.csv": (GOOD.replace("cat", "chaîne").encode("latin-1"), "Latin-1"),
    "ragged.csv": (f"{GOOD}1,2\n".encode(), "Row 62"),
    "words.txt": (b"Dear table,\nI am a letter.\nYours\n", "Row|row|cell"),
}

# Files that can be read but not trained on: the run refuses them, in one sentence as well.
UNTRAINABLE = {
    "one_class.csv": (
        "a,y\n" + "".join(f"{i * 7 % 11},same\n" for i in range(40)),
        "every row holds the same value",
    ),
    "text.csv": (
        "a,b,y\n" + "".join(f"{i * 7 % 11},{i},{i % 3}\n" for i in range(60)) + "7,n/k,3\n",
        "n/k' in row 62",
    ),
}

HOSTILE = "<img src=x onerror=window.hacked=1>"
SCRIPT = "<script>window.hacked=1</script>"


def upload(page: Page, name: str, content: bytes) -> None:
    page.locator("input[type=file]").set_input_files(
        {"name": name, "mimeType": "text/csv", "buffer": content}
    )


def opened(lesson: Lesson) -> Page:
    page = lesson.page
    page.goto(f"{lesson.url}/mlp?dataset=csv&epochs=100000", wait_until="commit")
    page.locator("input[type=file]").wait_for(state="attached")
    expect(page.locator(".live-view")).to_have_count(0)
    return page


def test_a_table_of_ones_own(lesson: Lesson) -> None:
    page = opened(lesson)
    upload(page, "pets.csv", GOOD.encode())
    page.get_by_text("cells are empty. What to do?").wait_for()
    lesson.drawn()
    page.get_by_text("leave those rows out").click()
    lesson.until("return view.session.current.head.config.missing === 'drop'")
    lesson.choose("Predict this column", "colour")
    lesson.until("return view.session.current.facts.get('target_name') === 'colour'")
    lesson.choose("Predict this column", "species")
    lesson.until(
        "return view.session.current.facts.get('target_name') === 'species' && !view.session.starting"
    )
    assert lesson.fact("class_names") == ["cat", "dog"]
    assert "colour" in " ".join(lesson.fact("input_names"))

    lesson.train(40)
    lesson.until("return frame.metrics['accuracy/test'] > 0.5")
    lesson.pause()
    tile = page.locator(".lv-text .lv-tile-value").nth(2)
    assert tile.inner_text().endswith("%")
    dashed = "document.querySelectorAll('.lv-plot')[1].layout.annotations.map(({ text }) => text).join()"
    lesson.until(f"return {dashed}.includes('majority class')")

    token, history = lesson.view_token, lesson.history
    lesson.reload()
    assert lesson.view_token == token
    assert lesson.history[: len(history) - 1] == history[:-1]
    expect(page.get_by_text("This is the table that you used last.")).to_be_visible()
    expect(page.get_by_role("combobox", name="Predict this column")).to_have_value("species")
    expect(page.get_by_role("radio", name="leave those rows out")).to_be_checked()


def test_bad_files_get_one_sentence_each_and_a_good_one_trains(lesson: Lesson) -> None:
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
        assert_one_sentence(before, words)
    expect(page.locator(".live-view")).to_have_count(0)
    for name, (text, sentence) in UNTRAINABLE.items():
        upload(page, name, text.encode())
        lesson.until(
            "return root?.dataset.state === 'ended' && document.querySelector('.lv-state').innerText.includes(arg)",
            sentence,
        )
        assert_one_sentence(lesson.sentence, "column")
    upload(page, "good.csv", GOOD.encode())
    lesson.until("return root?.dataset.state === 'paused'")
    expect(said).to_have_count(0)
    lesson.train()


def assert_one_sentence(text: str, words: str) -> None:
    assert re.search(words, text), text
    assert 20 < len(text) < 400 and "Traceback" not in text and "Error" not in text


def test_names_never_become_markup(lesson: Lesson) -> None:
    page = opened(lesson)
    head = f'"{HOSTILE}","{SCRIPT}","**bold** [link](http://127.0.0.1) $x$","{HOSTILE}y"\n'
    cells = "".join(f"{i % 9},{i % 5},{i % 7},{HOSTILE if i % 2 else SCRIPT}\n" for i in range(60))
    upload(page, f"{HOSTILE.replace('=', '-')}.csv", (head + cells).encode())
    lesson.drawn()
    lesson.train(100)
    lesson.pause()
    page.get_by_role("application").focus()
    for key in ("ArrowRight", "ArrowRight", "Enter"):
        page.keyboard.press(key)
    page.locator(".lv-inspector-title").wait_for()
    lesson.page.get_by_role("combobox", name="Predict this column").click()
    page.keyboard.press("Escape")
    found = page.evaluate(
        "() => ({ hacked: window.hacked === 1, images: document.querySelectorAll('img[src=x]').length,"
        " scripts: [...document.scripts].filter((s) => s.textContent.includes('hacked')).length })"
    )
    assert found == {"hacked": False, "images": 0, "scripts": 0}
    assert page.locator("main strong", has_text="bold").count() == 0
    assert HOSTILE in lesson.fact("input_names")
