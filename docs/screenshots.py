"""Takes the README's pictures of the running playground: `python -m docs.screenshots`."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, ViewportSize

from bench.browser import chromium
from bench.server import Server

PICTURES = Path(__file__).resolve().parent / "pictures"

#: file → address, width, height, colour scheme
SHOTS: dict[str, tuple[str, int, int, str]] = {
    "mlp-light": ("/mlp?dataset=Spiral&noise=0&hidden=16-16", 1400, 1000, "light"),
    "mlp-dark": ("/mlp?dataset=Iris+flowers", 1400, 1000, "dark"),
    "mlp-phone": ("/mlp", 400, 900, "light"),
}


def take(browser: Browser, server: Server, name: str, address: str, size: ViewportSize, scheme: str) -> None:
    """Train until something is to be seen, then take the picture."""
    dark = "dark" if scheme == "dark" else "light"
    page = browser.new_page(viewport=size, color_scheme=dark)  # type: ignore[arg-type]
    page.goto(server.url + address)
    page.locator("[data-action=train]").click()
    page.wait_for_function(
        "(d => d.state === 'ended' || +d.epoch > 900)(document.querySelector('.live-view').dataset)",
        timeout=60_000,
    )
    page.wait_for_selector(".js-plotly-plot")
    save(page.screenshot(), PICTURES / f"{name}.png")
    page.close()


def save(png: bytes, path: Path) -> None:
    """Keep the repository small: 256 colours are plenty for a page of flat colours and cost a third."""
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    picture.quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)


def main() -> None:
    PICTURES.mkdir(exist_ok=True)
    with Server() as server, chromium() as browser:
        for name, (address, width, height, scheme) in SHOTS.items():
            take(browser, server, name, address, {"width": width, "height": height}, scheme)
            print(PICTURES / f"{name}.png")


if __name__ == "__main__":
    main()
