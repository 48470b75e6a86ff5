"""Source code in parts, as one script and as a Jupyter notebook: what "show the code" hands out."""

from __future__ import annotations

import json
from collections.abc import Sequence


def exported(cells: Sequence[str], data: str = "") -> dict[str, str]:
    """{"script", "notebook", "data"} of the same source; `data` is base64 of a `data.npz` that it reads, or ""."""
    return {"script": "\n\n".join(cells) + "\n", "notebook": notebook(cells), "data": data}


def notebook(cells: Sequence[str]) -> str:
    """The source as a notebook (format 4.5), a code cell for each part."""
    return json.dumps(
        {
            "cells": [
                {
                    "cell_type": "code",
                    "id": f"part-{number}",
                    "execution_count": None,
                    "metadata": {},
                    "outputs": [],
                    "source": source.splitlines(keepends=True),
                }
                for number, source in enumerate(cells, start=1)
            ],
            "metadata": {
                "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
                "language_info": {"name": "python"},
            },
            "nbformat": 4,
            "nbformat_minor": 5,
        },
        indent=1,
    )
