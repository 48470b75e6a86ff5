"""The front end's files: small, without unsafe HTML, and importing what is there."""

from __future__ import annotations

import re

from components import assets


def test_front_end_files_stay_small_and_free_of_unsafe_html() -> None:
    for path in sorted(path for path in assets.FRONTEND.rglob("*") if path.is_file()):
        source = path.read_text(encoding="utf-8")
        assert len(source.splitlines()) < 300, path.name
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(", source), (
            path.name
        )


def test_imports_between_front_end_modules_exist() -> None:
    for path in sorted(assets.FRONTEND.rglob("*.js")):
        for name in re.findall(r'from "(\.[\w./]+)"', path.read_text(encoding="utf-8")):
            assert (path.parent / name).is_file(), f"{path.name} imports {name}"


def test_the_assets_version_names_the_files() -> None:
    assert re.fullmatch(r"[0-9a-f]{12}", assets.assets_version())
