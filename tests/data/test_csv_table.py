"""Odd but good CSV files are read as an experienced person would read them, and say what was done."""

import io
import json
from pathlib import Path

import numpy as np
import pytest

from data.csv_dates import years
from data.csv_table import inspect, read
from data.dataset import DataError, Dataset, split

NUMBERS = "a,b,y\n" + "".join(f"{row * 7 % 11},{row / 2},{row * 1.5 + 0.25}\n" for row in range(12))


def save(folder: Path, content: str | bytes, name: str = "table.csv") -> str:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return str(path)


def with_rows(head: str, row: str, n_rows: int = 12) -> str:
    """`n_rows` rows; `#` in the pattern stands for a number that varies without counting the rows."""
    return head + "".join(row.replace("#", str(index * 7 % 11 + 0.5)) + "\n" for index in range(n_rows))


def assert_plain(table: Dataset) -> None:
    assert table.feature_names == ("a", "b") and table.target_name == "y" and table.task == "numbers"
    assert table.x.dtype == np.float32 and table.y.dtype == np.float32
    np.testing.assert_allclose(table.x[:, 1], np.arange(12) / 2)
    np.testing.assert_allclose(table.y, np.arange(12) * 1.5 + 0.25)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(NUMBERS.encode(), id="plain"),
        pytest.param(b"\xef\xbb\xbf" + NUMBERS.encode(), id="byte order mark"),
        pytest.param(b'\xef\xbb\xbf"a"' + NUMBERS[1:].encode(), id="byte order mark before a quoted name"),
        pytest.param(NUMBERS.encode("utf-16"), id="utf-16"),
        pytest.param(b"\xfe\xff" + NUMBERS.encode("utf-16-be"), id="utf-16 big endian"),
        pytest.param(NUMBERS.replace("\n", "\r\n").encode(), id="crlf"),
        pytest.param(NUMBERS.replace("\n", "\r").encode(), id="old mac"),
        pytest.param(NUMBERS.encode() + b"\n\n\n  \n", id="trailing blank lines"),
        pytest.param(b"\n\n" + NUMBERS.replace("\n", "\n\n").encode(), id="blank lines between"),
        pytest.param(NUMBERS.rstrip().encode(), id="no newline at the end"),
        pytest.param(NUMBERS.replace(",", "\t").encode(), id="tabs"),
        pytest.param(NUMBERS.replace(",", ";").encode(), id="semicolons"),
        pytest.param(NUMBERS.replace(",", "|").encode(), id="pipes"),
        pytest.param(NUMBERS.replace(",", ";").replace(".", ",").encode(), id="semicolons, decimal commas"),
        pytest.param(NUMBERS.replace(",", "\t").replace(".", ",").encode(), id="tabs, decimal commas"),
        pytest.param(NUMBERS.replace(",", " , ").encode(), id="blanks around commas"),
        pytest.param(
            NUMBERS.replace(",", '","').replace("\n", '"\n"').join('""')[:-2].encode(), id="all quoted"
        ),
    ],
)
def test_the_same_table_in_many_guises(tmp_path: Path, content: bytes) -> None:
    assert_plain(read(save(tmp_path, content), "y"))


def test_the_name_of_the_file_never_unpacks_or_fetches_anything(tmp_path: Path) -> None:
    for name in ("table.csv.gz", "table.zip", "https:example.csv", "ünï cödé.csv"):
        table = read(save(tmp_path, NUMBERS, name), "y")
        assert_plain(table)
        assert table.name == name


def test_quoted_commas_quotation_marks_and_newlines(tmp_path: Path) -> None:
    rows = ['"red, dark",#,1.5', '"say ""blue""",#,2.5', '"two\nlines",#,3.25']
    content = "colour,a,y\n" + "".join(with_rows("", row, 4) for row in rows)
    table = read(save(tmp_path, content), "y", task="numbers")
    assert table.feature_names == ("colour = red, dark", 'colour = say "blue"', "colour = two lines", "a")
    np.testing.assert_array_equal(table.x[:, :3].sum(axis=0), [4, 4, 4])


def test_without_header_columns_are_numbered(tmp_path: Path) -> None:
    path = save(tmp_path, NUMBERS.split("\n", 1)[1])
    table = read(path, "2", header=False)
    assert table.feature_names == ("0", "1") and table.target_name == "2" and len(table.y) == 12
    assert table.notices == ()
    notices = inspect(path)["notices"]
    assert isinstance(notices, list) and "untick 'first row holds names'" in notices[0]


def test_names_are_tidied_and_made_unique(tmp_path: Path) -> None:
    table = read(save(tmp_path, with_rows("größe, größe ,,目标\n", "#,#,#,#")), "目标")
    assert table.feature_names == ("größe", "größe (2)", "column 3")
    assert any("'größe (2)'" in notice for notice in table.notices)
    assert any("'column 3'" in notice for notice in table.notices)


def test_long_names_and_cells_are_never_echoed_in_full(tmp_path: Path) -> None:
    path = save(tmp_path, with_rows("x" * 50_000 + ",note,y\n", "#," + "z" * 100_000 + "#,#"))
    assert len(json.dumps(inspect(path))) < 2_000
    assert max(map(len, read(path, "y", ["x" * 50_000]).feature_names)) <= 60


def test_two_hundred_columns(tmp_path: Path) -> None:
    text = io.StringIO()
    values = np.random.default_rng(0).normal(size=(20, 200))
    np.savetxt(text, values, delimiter=",", header=",".join(f"c{i}" for i in range(200)), comments="")
    table = read(save(tmp_path, text.getvalue()), "c199")
    np.testing.assert_allclose(table.x, values[:, :199].astype(np.float32), rtol=1e-6)


def test_one_feature_even_when_it_counts_the_rows(tmp_path: Path) -> None:
    content = "x,y\n" + "".join(f"{row},{row * row + 0.5}\n" for row in range(12))
    assert read(save(tmp_path, content), "y").feature_names == ("x",)


@pytest.mark.parametrize("name", ["", "Unnamed: 0", "id"])
def test_a_column_that_counts_the_rows_is_left_out_unless_chosen(tmp_path: Path, name: str) -> None:
    path = save(tmp_path, f"{name},a,y\n" + "".join(f"{row},{row % 4}.5,{row}.25\n" for row in range(12)))
    table = read(path, "y")
    assert table.feature_names == ("a",)
    assert any("numbers the rows" in notice for notice in table.notices)
    chosen = name or "column 1"
    assert read(path, "y", [chosen]).feature_names == (chosen,)


def test_kinds_of_target(tmp_path: Path) -> None:
    head, row = "a,text,few,many,truth\n", "{a},{text},{few},{many},{truth}\n"
    rows = (
        row.format(a=i * 3 % 7 + 0.5, text="cba"[i % 3], few=i % 2 + 4, many=i * 5, truth=i % 2 == 0)
        for i in range(12)
    )
    path = save(tmp_path, head + "".join(rows))

    text = read(path, "text")
    assert text.class_names == ("a", "b", "c") and text.y.dtype == np.int64
    assert text.y[:4].tolist() == [2, 1, 0, 2]
    few = read(path, "few")
    assert few.class_names == ("4", "5") and few.y[:3].tolist() == [0, 1, 0]
    assert any("taken as classes" in notice for notice in few.notices)
    assert read(path, "few", task="numbers").y[:2].tolist() == [4.0, 5.0]
    assert read(path, "many").task == "numbers"
    truth = read(path, "truth")
    assert truth.class_names == ("False", "True") and truth.y[:2].tolist() == [1, 0]


def test_categories_become_columns_of_zeros_and_ones(tmp_path: Path) -> None:
    colours, answers = ("red", "green", "blue"), ("no", "yes")
    rows = (f"{colours[i % 3]},{answers[i % 2]},{i % 2 == 1},{i * 7 % 11}.5\n" for i in range(12))
    table = read(save(tmp_path, "colour,smokes,member,y\n" + "".join(rows)), "y")
    assert table.feature_names == (
        "colour = blue",
        "colour = green",
        "colour = red",
        "smokes = yes",
        "member = True",
    )
    np.testing.assert_array_equal(table.x[:3], [[0, 0, 1, 0, 0], [0, 1, 0, 1, 1], [1, 0, 0, 0, 0]])


MISSING_MARKS = ["", "NA", "N/A", "nan", "NaN", "null", "None", "?", "-", " ", " NA "]


@pytest.mark.parametrize("mark", MISSING_MARKS)
def test_missing_cells_are_filled_or_dropped(tmp_path: Path, mark: str) -> None:
    path = save(tmp_path, NUMBERS.replace("\n0,0.0,", f"\n{mark},0.0,"))
    kept = read(path, "y")
    assert len(kept.x) == 12 and np.isnan(kept.x[0, 0]) and np.isnan(kept.x).sum() == 1
    assert any("1 missing cell in 'a'" in notice for notice in kept.notices)
    parts = split(kept, 0.25, seed=0)
    assert np.isfinite(parts.x_train).all() and np.isfinite(parts.x_test).all()
    dropped = read(path, "y", missing="drop")
    assert len(dropped.x) == 11 and not np.isnan(dropped.x).any()
    assert any("1 row with a missing cell left out" in notice for notice in dropped.notices)


def test_missing_categories_are_missing_in_each_of_their_columns(tmp_path: Path) -> None:
    rows = (f"{('red', 'green', 'blue', '?')[i % 4]},{i * 7 % 11}.5,{i}.5\n" for i in range(16))
    table = read(save(tmp_path, "colour,a,y\n" + "".join(rows)), "y")
    assert np.isnan(table.x[3, :3]).all() and not np.isnan(table.x[:3]).any()


def test_rows_without_a_target_are_left_out_with_a_notice(tmp_path: Path) -> None:
    table = read(save(tmp_path, NUMBERS + "1,2,\n3,4,NA\n"), "y")
    assert len(table.y) == 12
    assert "2 rows without a target in 'y' left out." in table.notices


def test_columns_that_cannot_be_features_leave_one_notice_for_each_reason(tmp_path: Path) -> None:
    head = "a,same,also,empty,when,who,price,y\n"
    rows = (f'{i % 7}.5,1,x,,{i % 28 + 1}.1.2024,name {i},"1,{i:03}",{i}.5\n' for i in range(60))
    path = save(tmp_path, head + "".join(rows))
    table = read(path, "y")
    assert table.feature_names == ("a",)
    left_out = [notice for notice in table.notices if notice.startswith("Left out")]
    assert len(left_out) == 5
    for phrase in (
        "'same', 'also': in each",
        "'empty': no cell",
        "'when': it holds dates",
        "'who': it holds more",
    ):
        assert any(phrase in notice for notice in left_out), phrase
    kinds = [column["kind"] for column in inspect(path)["columns"]]  # type: ignore[attr-defined]
    assert kinds == ["number", "constant", "constant", "empty", "text", "text", "text", "number"]


def test_decimal_comma_columns_beside_decimal_point_columns(tmp_path: Path) -> None:
    rows = (f"{i % 7},5;{i % 5}.5;{i % 3},25\n" for i in range(12))
    table = read(save(tmp_path, "a;b;y\n" + "".join(rows)), "y", task="numbers")
    np.testing.assert_allclose(table.x[:3], [[0.5, 0.5], [1.5, 1.5], [2.5, 2.5]])
    assert table.y[:3].tolist() == [0.25, 1.25, 2.25]
    assert any("decimal points" in notice for notice in table.notices)


def test_formulas_stay_text(tmp_path: Path) -> None:
    content = with_rows("a,cell,y\n", "#,=cmd|' /C calc'!A0,#", 6) + with_rows("", "#,plain,#", 6)
    table = read(save(tmp_path, content), "y")
    assert table.feature_names == ("a", "cell = plain")
    assert any("never computed" in notice for notice in table.notices)


def test_spelling_variants_are_pointed_out(tmp_path: Path) -> None:
    content = with_rows("a,cell,y\n", "#,Red,#", 6) + with_rows("", "#,red,#", 6)
    table = read(save(tmp_path, content), "y")
    assert any("'Red' and 'red'" in notice for notice in table.notices)


def test_differences_too_small_for_32_bits_are_pointed_out(tmp_path: Path) -> None:
    rows = (f"{1_700_000_000 + i * 7 % 11},{i * 3 % 5}.5\n" for i in range(12))
    table = read(save(tmp_path, "seconds,y\n" + "".join(rows)), "y")
    assert any("rounded away" in notice for notice in table.notices)


def test_dates_with_the_year_first_become_years(tmp_path: Path) -> None:
    rows = (f"{2000 + i // 12}-{i % 12 + 1:02},{i * 7 % 11}.5\n" for i in range(24))
    table = read(save(tmp_path, "month,y\n" + "".join(rows)), "y")
    assert table.feature_names == ("month",)
    # 1 February is day 31 of the year: 31 / 365.2425 = 0.08487.
    assert table.x[[0, 1, 12], 0] == pytest.approx([2000.0, 2000.08487, 2001.0], abs=1e-3)
    assert any("'month' holds dates" in notice for notice in table.notices)


@pytest.mark.parametrize("label", ["31.12.2024", "2023-02-31", "2024-13-01", "12/11/2024", "soon"])
def test_what_is_no_date_with_the_year_first_is_left_alone(label: str) -> None:
    assert years(["2024-01-01", label]) is None


def test_inspect_describes_every_column(tmp_path: Path) -> None:
    rows = (f"{i},{i * 7 % 11 + 0.5},{'ab'[i % 2]},{'' if i == 4 else i % 3},{i}.5\n" for i in range(12))
    report = inspect(save(tmp_path, "id;size;class;n;note\n".replace(";", ",") + "".join(rows)))
    assert json.loads(json.dumps(report)) == report
    assert (report["rows"], report["separator"], report["suggested_target"]) == (12, "comma", "class")
    columns = report["columns"]
    assert isinstance(columns, list)
    assert columns[3] == {
        "name": "n",
        "kind": "number",
        "missing": 1,
        "distinct": 3,
        "examples": ["0", "1", "2"],
        "task": "classes",
        "usable": True,
        "why": "",
    }
    assert not columns[0]["usable"] and "numbers the rows" in columns[0]["why"]
    assert columns[2]["kind"] == "category" and columns[2]["examples"] == ["a", "b"]
    assert columns[1]["examples"] == ["0.5", "7.5", "3.5"]


def test_inspect_marks_text_among_numbers_without_refusing_the_file(tmp_path: Path) -> None:
    path = save(
        tmp_path, "a,b,y\n" + "".join(f"{'oops' if i == 41 else i * 7 % 11},{i}.5,{i}\n" for i in range(50))
    )
    columns = inspect(path)["columns"]
    assert isinstance(columns, list)
    assert columns[0]["kind"] == "text" and not columns[0]["usable"]
    assert "'oops' in row 43" in columns[0]["why"]
    with pytest.raises(DataError, match=r"'a' cannot be a feature.*'oops' in row 43"):
        read(path, "y")
    assert read(path, "y", ["b"]).feature_names == ("b",)


def test_row_numbers_count_blank_lines_as_a_spreadsheet_does(tmp_path: Path) -> None:
    lines = ["a,y", *(f"{i * 7 % 11},{i}" for i in range(20))]
    lines[15] = "oops,3"
    lines.insert(5, "")
    lines.insert(1, "")
    assert lines[17] == "oops,3"
    with pytest.raises(DataError, match="row 18"):
        read(save(tmp_path, "\n".join(lines)), "y")


def test_features_are_kept_in_the_order_chosen_and_once(tmp_path: Path) -> None:
    assert read(save(tmp_path, NUMBERS), "y", ["b", "a", "b"]).feature_names == ("b", "a")
