"""What axe-core finds on a page that keeps somebody with a keyboard, a screen reader or weak eyes from using it."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from playwright.sync_api import Page

#: Rule → what is Streamlit's own: its list of pages has other elements between the list and its items, and neither its code
#: nor its formulas can be reached by Tab where they are wider than their place (Chromium reaches them all the same).
STREAMLITS = {
    "list": "[data-testid=stSidebarNavItems]",
    "listitem": "[data-testid=stSidebarNavItems] li",
    "scrollable-region-focusable": "pre, .katex-display",
}

_RUN = """
async (theirs) => {
  const { violations } = await axe.run(document, { resultTypes: ["violations"] });
  return violations.flatMap(({ id, help, nodes }) => nodes
    .filter(({ target }) => !document.querySelector(target[0])?.matches(theirs[id] ?? ":not(*)"))
    .map(({ html, any, all, none }) => `${id}: ${help}: ${[...any, ...all, ...none][0]?.message}: ${html.slice(0, 300)}`));
}
"""


@cache
def _axe() -> str:
    return files("axe_playwright_python").joinpath("axe.min.js").read_text()


def accessible(page: Page) -> None:
    """Fails with everything that is wrong with the page as it is now."""
    page.evaluate(_axe())
    found = page.evaluate(_RUN, STREAMLITS)
    assert not found, "\n".join(found)
