"""Four small real tables that come inside scikit-learn, so they load without a network."""

from difflib import get_close_matches
from typing import Any, NamedTuple

import numpy as np

from data.dataset import DataError, Dataset


class _Table(NamedTuple):
    title: str
    target: str
    loader: str  # function of sklearn.datasets
    class_names: tuple[str, ...]
    feature_names: tuple[str, ...] = ()  # (): scikit-learn's own


_TABLES: dict[str, _Table] = {
    "iris": _Table("Iris", "species", "load_iris", ("setosa", "versicolor", "virginica")),
    "wine": _Table("Wine", "cultivar", "load_wine", ("cultivar 1", "cultivar 2", "cultivar 3")),
    "breast_cancer": _Table("Breast cancer", "diagnosis", "load_breast_cancer", ("malignant", "benign")),
    "diabetes": _Table(
        "Diabetes",
        "disease progression",
        "load_diabetes",
        (),
        (
            "age",
            "sex",
            "body mass index",
            "blood pressure",
            "total cholesterol",
            "LDL cholesterol",
            "HDL cholesterol",
            "cholesterol ratio",
            "log triglycerides",
            "blood sugar",
        ),
    ),
}
TABLES: tuple[str, ...] = tuple(_TABLES)


def load(name: str) -> Dataset:
    """Return an embedded table on its raw scale: iris, wine, breast_cancer (classes) or diabetes (numbers).

    Raises:
        DataError: there is no table of that name.
    """
    if name not in _TABLES:
        close = get_close_matches(name, TABLES, n=1)
        way_out = f"try '{close[0]}', or choose" if close else "choose"
        raise DataError(f"There is no table called '{name[:40]}': {way_out} one of {', '.join(TABLES)}.")
    import sklearn.datasets

    table = _TABLES[name]
    options = {"scaled": False} if name == "diabetes" else {}  # the raw measurements, not the pre-scaled ones
    bunch: Any = getattr(sklearn.datasets, table.loader)(**options)
    return Dataset(
        name=table.title,
        task="classes" if table.class_names else "numbers",
        x=np.asarray(bunch.data, dtype=np.float32),
        y=np.asarray(bunch.target, dtype=np.int64 if table.class_names else np.float32),
        feature_names=table.feature_names or tuple(str(feature) for feature in bunch.feature_names),
        target_name=table.target,
        class_names=table.class_names,
        standardise=True,
    )
