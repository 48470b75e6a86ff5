"""Imports point down: pages → components → {training, models, data}, models → data, app → server → training."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

#: Folder or file → which of ours it may import.
MAY = {
    "data": {"data"},
    "models": {"models", "data"},
    "training": {"training"},
    "server": {"server", "training"},
    "components": {"components", "training", "models", "data"},
    "pages": {"components", "models", "data"},
    "navigation": {"components"},
    "app": {"server"},
}
#: Folder or file → what of others it must never import.
NEVER = {
    "data": {"streamlit", "plotly", "torch", "starlette"},
    "models": {"streamlit", "plotly", "starlette"},
    "training": {"streamlit", "plotly", "torch", "sklearn", "pandas", "starlette"},
    "server": {"torch", "sklearn", "pandas"},
    "components": {"torch", "sklearn", "starlette"},
    "pages": {"torch", "sklearn", "threading", "starlette"},
}
#: What a web process must not have loaded: it costs seconds and hundreds of megabytes, and belongs into workers.
HEAVY = {
    "torch",
    "torchvision",
    "sklearn",
    "scipy",
    "transformers",
    "stable_baselines3",
    "statsmodels",
    "captum",
}


def sources(name: str) -> list[Path]:
    return sorted((ROOT / name).rglob("*.py")) or [ROOT / f"{name}.py"]


def imported(tree: ast.AST) -> Iterator[str]:
    """Every imported module's full name, wherever in the file the import stands."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide where they point"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def tops(path: Path) -> set[str]:
    return {name.partition(".")[0] for name in imported(ast.parse(path.read_text()))}


def test_the_reader_of_imports_sees_them_all() -> None:
    tree = ast.parse("import a.b\ndef f():\n    from c import d\nif TYPE_CHECKING:\n    import e as g")
    assert set(imported(tree)) == {"a.b", "c.d", "e"}


def test_every_folder_of_ours_has_its_rule() -> None:
    found = {path.parent.name for path in ROOT.glob("*/__init__.py")} | {
        path.stem for path in ROOT.glob("*.py")
    }
    assert found - {"bench", "docs"} <= set(MAY)
    assert all(sources(name)[0].exists() for name in MAY)


@pytest.mark.parametrize("name", MAY)
def test_imports_point_down(name: str) -> None:
    ours = set(MAY) | {"tests", "bench"}
    for path in sources(name):
        upward = (tops(path) & ours) - MAY[name]
        assert not upward, f"{path.relative_to(ROOT)} imports {upward}"


@pytest.mark.parametrize("name", NEVER)
def test_what_a_layer_must_not_know(name: str) -> None:
    for path in sources(name):
        assert not tops(path) & NEVER[name], path.relative_to(ROOT)


def test_training_and_server_name_no_model() -> None:
    """A model is imported by the catalog name in a run's spec, inside the worker."""
    stems = {path.stem for path in (ROOT / "pages").glob("*.py")} & {
        p.stem for p in (ROOT / "models").glob("*.py")
    }
    assert stems
    for folder in ("training", "server"):
        for path in sources(folder):
            words = {
                node.value
                for node in ast.walk(ast.parse(path.read_text()))
                if isinstance(node, ast.Constant) and isinstance(node.value, str)
            }
            assert not words & (stems | {f"models.{stem}" for stem in stems}), path.relative_to(ROOT)


def test_models_import_torch_only_where_a_page_does_not_look() -> None:
    """A module that has `Config` is read by pages and by `--help`: torch must wait until it trains."""
    for path in sources("models"):
        tree = ast.parse(path.read_text())
        if any(isinstance(node, ast.ClassDef) and node.name == "Config" for node in tree.body):
            at_top = {
                name.partition(".")[0]
                for node in tree.body
                if isinstance(node, ast.Import | ast.ImportFrom)
                for name in imported(node)
            }
            assert not at_top & HEAVY, path.relative_to(ROOT)


def loaded_by(modules: list[str]) -> set[str]:
    """The top-level packages that a fresh process has loaded after importing these."""
    code = (
        "import importlib, json, sys\n"
        f"for name in {modules!r}: importlib.import_module(name)\n"
        "print(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_a_web_process_stays_lean() -> None:
    """Everything that app, navigation and pages import, and all components, without one heavy package."""
    modules = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for path in sources("components")
    }
    for path in (ROOT / "app.py", ROOT / "navigation.py", *sources("pages")):
        modules |= {
            name.rpartition(".")[0] for name in imported(ast.parse(path.read_text())) if name.count(".")
        }
    modules = {name for name in modules if name.partition(".")[0] in MAY}
    assert {"server.routes", "components.live", "models.mlp"} <= modules
    loaded = loaded_by(sorted(modules))
    assert not loaded & HEAVY
    assert {"streamlit", "numpy", "sqlalchemy"} <= loaded


@pytest.mark.parametrize(
    ("module", "without"),
    [
        ("training.runs", HEAVY | {"streamlit", "pandas", "plotly"}),
        ("training.worker", HEAVY | {"streamlit", "pandas", "plotly", "sqlalchemy"}),
        ("models.mlp", HEAVY | {"streamlit", "pandas", "plotly", "sqlalchemy"}),
        ("server.routes", HEAVY | {"streamlit", "pandas"}),
        ("data.csv_table", HEAVY | {"streamlit", "pandas", "plotly"}),
    ],
)
def test_what_importing_one_module_brings_along(module: str, without: set[str]) -> None:
    assert not loaded_by([module]) & without
