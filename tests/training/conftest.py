"""What several tests of runs need."""

from __future__ import annotations

from pathlib import Path

import pytest


def _write_table(path: Path, n_rows: int, n_columns: int) -> Path:
    rows = [",".join(str((n * 7 + m * 13) % 97) for n in range(n_columns)) + "\n" for m in range(100)]
    with path.open("w") as file:
        file.write(",".join(f"c{n}" for n in range(n_columns)) + "\n")
        file.writelines(rows * (n_rows // 100))
    return path


@pytest.fixture(scope="session")
def large_table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A CSV file whose numbers take more than 100 MB of memory."""
    return _write_table(tmp_path_factory.mktemp("upload") / "large.csv", 30_000, 150)


@pytest.fixture(scope="session")
def huge_table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A CSV file that takes seconds to read, and whose very text takes more than 100 MB of memory."""
    return _write_table(tmp_path_factory.mktemp("upload") / "huge.csv", 100_000, 200)
