"""Your own table: upload, look, choose the column to predict. The file is parsed in a worker, never in the server."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st

from components.learner import learner
from components.link import plain
from training.executor import RunError
from training.runs import runs

if TYPE_CHECKING:
    from models.mlp_settings import Config

#: Session key: (file, header) → what `data.csv_table.inspect` said, or its one sentence of refusal.
_LOOKS = "looks at uploaded files"
#: Session key: upload id → where the file was put.
_KEPT = "uploaded files"
_TYPES = ("csv", "tsv", "txt")
_MAX_MB = 180  # as data/csv_file.py has it; pictures may be larger
_TASKS = {"auto": "decide by the column", "classes": "classes", "numbers": "numbers"}
_MISSING = {"fill": "fill in the training median", "drop": "leave those rows out"}


@dataclass(frozen=True)
class Table:
    """A usable table and the choices about it."""

    config: Config
    n_rows: int
    n_columns: int  # to predict from
    task: str  # "classes" or "numbers"


def own_table(config: Config, page: str) -> Table | None:
    """Draws the upload and its choices; None while there is nothing to train on yet."""
    before = _last_choices(page)
    with st.container(border=True):
        st.markdown(
            "**Your own table.** A CSV file with one example a row; up to 100,000 rows and 200 columns."
        )
        uploaded = st.file_uploader(
            "CSV file", type=_TYPES, key="upload", label_visibility="collapsed", max_upload_size=_MAX_MB
        )
        path = _kept(uploaded) if uploaded is not None else _path_of(before)
        if path is None:
            st.caption("The file stays on this server and is deleted after a while.")
            return None
        if str(path) != before.get("csv"):
            before = {}
        elif uploaded is None:
            st.caption("This is the table that you used last.")
        header = st.checkbox(
            "The first row holds the columns' names",
            value=before.get("header", True),
            key=f"header {path.name[:16]}",
        )
        look = _look(path, header)
        return _choices(config, path, header, look, before) if look is not None else None


def _last_choices(page: str) -> Mapping[str, Any]:
    """The configuration of the learner's newest run on this page: a reloaded page goes on with its table."""
    latest = runs().latest(learner(), page)
    return latest[1].config if latest is not None else {}


def _path_of(before: Mapping[str, Any]) -> Path | None:
    path = Path(str(before.get("csv") or ""))
    return path if path.suffix == ".csv" and path.exists() else None


def _kept(uploaded: Any) -> Path:
    """The upload as a file named by its content, for the worker to read."""
    kept: dict[str, Path] = st.session_state.setdefault(_KEPT, {})
    if uploaded.file_id in kept:  # hashing a large file takes longer than a rerun may
        return kept[uploaded.file_id]
    data = uploaded.getbuffer()
    folder = runs().limits.uploads_folder
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"{hashlib.sha256(data).hexdigest()}.csv"
    if not path.exists():
        draft = path.with_suffix(f".{os.getpid()}")
        draft.write_bytes(data)
        draft.replace(path)
    kept[uploaded.file_id] = path
    return path


def _look(path: Path, header: bool) -> dict[str, Any] | None:
    """What the file holds; None, with one sentence on the page, when it cannot be used."""
    looks: dict[tuple[str, bool], dict[str, Any] | str] = st.session_state.setdefault(_LOOKS, {})
    key = (path.name, header)
    if key not in looks:
        with st.spinner("Reading the file …"):
            try:
                looks[key] = runs().executor.call(
                    "data.csv_table:inspect", {"path": str(path), "header": header}
                )
            except RunError as error:
                looks[key] = str(error)
    look = looks[key]
    if isinstance(look, str):
        st.error(plain(look))
        return None
    return look


def _choices(
    config: Config, path: Path, header: bool, look: dict[str, Any], before: Mapping[str, Any]
) -> Table:
    """Target, features, and the questions that this table raises."""
    columns = {column["name"]: column for column in look["columns"]}
    file = f"{path.name[:16]} {header}"
    left, right = st.columns(2)
    targets = [name for name, column in columns.items() if column["kind"] not in ("empty", "constant")]
    wanted = before.get("target") or look["suggested_target"]
    position = targets.index(wanted) if wanted in targets else None
    target = left.selectbox("Predict this column", targets, index=position, key=f"target {file}")
    offered = [name for name, column in columns.items() if column["usable"] and name != target]
    known = [name for name in before.get("features", ()) if name in offered]
    chosen = right.multiselect(
        "From these columns", offered, known, key=f"features {file}", placeholder=f"all {len(offered)} usable"
    )
    task = left.segmented_control(
        "The target is",
        list(_TASKS),
        default=before.get("task", "auto"),
        format_func=_TASKS.__getitem__,
        key=f"task {file}",
        required=True,
    )
    missing = before.get("missing", "fill")
    n_missing = sum(int(columns[name]["missing"]) for name in (chosen or offered))
    if n_missing:
        missing = right.radio(
            f"{n_missing:,} cells are empty. What to do?",
            list(_MISSING),
            index=list(_MISSING).index(missing),
            format_func=_MISSING.__getitem__,
            key=f"missing {file}",
        )
    n_columns = len(chosen or offered)
    st.caption(f"{look['rows']:,} rows; {n_columns} of {len(columns)} columns are used to predict.")
    for sentence in look["notices"]:
        st.caption(plain(sentence))
    config = replace(
        config,
        csv=str(path),
        target=target or "",
        features=tuple(chosen),
        header=header,
        missing=missing,
        task=task or "auto",
    )
    decided = columns[target]["task"] if target and task == "auto" else str(task)
    return Table(config, int(look["rows"]), n_columns, decided)
