"""Every bad file gets one clear sentence: what is wrong, then the way out."""

import gzip
import io
import pickle
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from data.csv_table import MAX_BYTES, MAX_ROWS, inspect, read
from data.dataset import DataError

HEAD = "a,b,y\n"
GOOD = HEAD + "".join(f"{row * 7 % 11},{row / 2},{row * 1.5 + 0.25}\n" for row in range(12))


def rows(pattern: str, n_rows: int = 12, head: str = HEAD) -> str:
    """`n_rows` rows; `#` stands for a number that varies, `@` for the row's index."""
    return head + "".join(
        pattern.replace("#", f"{row * 7 % 11}.5").replace("@", str(row)) + "\n" for row in range(n_rows)
    )


def zipped(name: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, GOOD)
    return buffer.getvalue()


@dataclass(frozen=True)
class Bad:
    name: str
    content: str | bytes
    phrase: str
    target: str = "y"
    options: Mapping[str, object] = field(default_factory=dict)


BAD_FILES = [
    # Not a CSV file at all.
    Bad("empty", "", "is empty"),
    Bad("only blanks", " \n\n  \n", "is empty"),
    Bad("only a byte order mark", b"\xef\xbb\xbf", "is empty"),
    Bad("utf-16 without text", b"\xff\xfe", "one cell"),
    Bad("excel", zipped("[Content_Types].xml"), "an Excel workbook"),
    Bad("old excel", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "an old Excel workbook"),
    Bad(
        "libreoffice",
        b"PK\x03\x04" + bytes(26) + b"mimetypeapplication/vnd.oasis.x",
        "a LibreOffice document",
    ),
    Bad("zip", zipped("table.csv"), "a zip archive"),
    Bad("gzip", gzip.compress(GOOD.encode()), "a gzip archive"),
    Bad("7-zip", b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    Bad("parquet", b"PAR1" + bytes(50), "a Parquet file"),
    Bad("arrow", b"ARROW1\0\0", "an Arrow file"),
    Bad("pickle", pickle.dumps({"a": [1, 2]}), "a Python pickle"),
    Bad("numpy", b"\x93NUMPY\x01\0", "a NumPy array file"),
    Bad("hdf5", b"\x89HDF\r\n\x1a\n", "an HDF5 file"),
    Bad("sqlite", b"SQLite format 3\0", "a SQLite database"),
    Bad("png", b"\x89PNG\r\n\x1a\n" + bytes(50), "a PNG picture"),
    Bad("jpeg", b"\xff\xd8\xff\xe0" + bytes(50), "a JPEG picture"),
    Bad("pdf", b"%PDF-1.7\n%\xe2\xe3", "a PDF document"),
    Bad("web page", "\n<!DOCTYPE html>\n<html><body>404, not found</body></html>", "a web page"),
    Bad("xml", "<?xml version='1.0'?><a/>", "an XML document"),
    Bad("json", '[{"a": 1, "y": 2}]', "a JSON document"),
    Bad("json arrays", "[[1, 2], [3, 4]]", "a JSON document"),
    Bad("program", b"\x7fELF\x02\x01\x01" + bytes(50), "a program"),
    # Encodings.
    Bad("latin-1", GOOD.replace("a,b", "größe,b").encode("latin-1"), "Latin-1"),
    Bad("latin-1 far down", (rows("#,x,#", 50_000) + "1,é,2\n").encode("latin-1"), "line 50,002"),
    Bad("windows-1252", GOOD.replace("a,b", "€,b").encode("cp1252"), "Windows-1252"),
    Bad("random bytes", bytes(range(1, 32)) * 20 + b"\xff\xfd", "binary file"),
    Bad("control characters", "a,y\n" + "\x01\x02,\x03\n" * 30, "binary file"),
    Bad("null bytes", GOOD.replace("1", "\0"), "null bytes"),
    Bad("utf-16 without mark", GOOD.encode("utf-16-le"), "null bytes"),
    Bad("utf-16 cut off", GOOD.encode("utf-16")[:-1], "UTF-16"),
    Bad("utf-16 with null", GOOD.replace("1", "\0").encode("utf-16"), "null bytes"),
    Bad("utf-32", GOOD.encode("utf-32"), "UTF-32"),
    # Shape.
    Bad("only a header", "a,b,y\n", "only one row"),
    Bad("one column", "y\n1\n2\n3\n", "one cell"),
    Bad("separated by blanks", GOOD.replace(",", " "), "one cell"),
    Bad("title above the table", "Results of 2024\n\n" + GOOD, "one cell"),
    Bad("line for excel", "sep=,\n" + GOOD, "'sep='"),
    Bad("short row", GOOD + "1,2\n", "Row 14 has 2 cells"),
    Bad("long row", HEAD + "1,2,3,4\n" + GOOD[len(HEAD) :], "Row 2 has 4 cells but the first row has 3"),
    Bad("row of one cell", GOOD + "total\n", "Row 14 has 1 cell"),
    Bad("unquoted decimal commas", rows("1,5,2,7"), "Row 2 has 4 cells"),
    Bad("open quotation mark", GOOD + '1,"2,3\n4,5,6\n', "never closed"),
    Bad("open quotation mark for long", GOOD + '1,"2,3\n' + "4,5,6\n" * 30_000, "left open"),
    Bad("text after a quotation mark", GOOD + '1,"5" wide,3\n', "In row 14 text follows"),
    Bad("huge cell", GOOD + "1," + "x" * 1_000_000 + ",3\n", "131,072 characters"),
    Bad("huge line", GOOD + "1" * 2_500_000, "Line 14 is longer"),
    Bad("a million columns", "x," * 10**6 + "y\n" + "1," * 10**6 + "2\n", "more than 200 columns"),
    Bad("a million columns further down", GOOD + "1," * 10**6 + "2\n", "longer than 2,000,000"),
    Bad("a million cells in a row", GOOD + "," * 10**6 + "\n", "Row 14 has 1,000,001 cells"),
    Bad("201 columns", ",".join(["x"] * 200 + ["y"]) + "\n" + ",".join("1" * 201), "more than 200 columns"),
    Bad("too many rows", HEAD + "1,2,3\n" * (MAX_ROWS + 1), "more than 100,000 rows"),
    Bad("too many blank lines", GOOD + "\n" * 200_000, "blank lines"),
    # The choice of columns.
    Bad("no target", GOOD, "No target was chosen", target=""),
    Bad("unknown target", GOOD, "'hight' is not a column", target="hight"),
    Bad("misspelt target", rows("#,#,#", head="height,width,y\n"), "choose 'height'", target="hieght"),
    Bad("very long target", GOOD, "choose", target="q" * 10**6),
    Bad("unknown feature", GOOD, "The feature 'c' is not", options={"features": ["a", "c"]}),
    Bad("target among features", GOOD, "both target and feature", options={"features": ["a", "y"]}),
    Bad("unknown way with missing cells", GOOD, "'fill' or 'drop'", options={"missing": "guess"}),
    Bad("unknown task", GOOD, "'classes' or 'numbers'", options={"task": "words"}),
    Bad("explicit text", rows("#,name @,#", 60), "more than 50", options={"features": ["b"]}),
    Bad("explicit dates", rows("#,@.1.2024,#"), "dates or times", options={"features": ["b"]}),
    Bad("explicit empty column", rows("#,,#"), "no cell holds a value", options={"features": ["b"]}),
    Bad("explicit constant column", rows("#,1,#"), "same value", options={"features": ["b"]}),
    # Values.
    Bad("text among numbers", rows("#,#,#", 995) + "3,oops,2\n" * 5, "'oops' in row 997"),
    Bad("text among chosen numbers", rows("#,#,#") + "3,x,2\n", "row 14", options={"features": ["b"]}),
    Bad("names taken as data", rows("#,#,#"), "tick 'first row", target="2", options={"header": False}),
    Bad("long text among numbers", rows("#,#,#") + f"3,{'z' * 100_000},2\n", "zzz…"),
    Bad("infinite feature", rows("#,#,#") + "1,inf,2\n", "infinite value in row 14"),
    Bad("overflowing feature", rows("#,#,#") + "1,1e999,2\n", "infinite value in row 14"),
    Bad("huge feature", rows("#,#,#") + "1,-1e35,2\n", "huge value -1e+35 in row 14"),
    Bad("infinite target", rows("#,#,#") + "1,2,-inf\n", "row 14"),
    Bad("text in a number target", rows("#,#,#") + "1,2,many\n", "'many' in row 14"),
    Bad("text target as numbers", rows("#,#,red"), "such as 'red'", options={"task": "numbers"}),
    Bad("empty target", rows("#,#,"), "holds no value"),
    Bad("constant number target", rows("#,#,1.5"), "nothing to learn"),
    Bad("one class", rows("#,#,red"), "single class"),
    Bad("one class of numbers", rows("#,#,1"), "nothing to learn"),
    Bad("class with one row", rows("#,#,red") + "1,2,blue\n", "'blue' of the target column"),
    Bad("classes with one row each", rows("#,#,name @"), "12 classes"),
    Bad("too many classes", rows("#,#,name @", 200), "200 different values"),
    Bad("too many number classes", rows("#,#,@", 200), "200 different", options={"task": "classes"}),
    Bad("prices as target", rows('#,#,"$1,@00"', 300), "write them plainly"),
    Bad("all features text", rows("name @,2024-01-@,#", 60), "No column is left"),
    Bad("all features constant", rows("1,x,#"), "No column is left"),
    Bad("too few rows", rows("#,#,#", 9), "Only 9 of 9 rows"),
    Bad("too few rows with a target", rows("#,#,#", 9) + "1,2,\n" * 5, "Only 9 of 14 rows"),
    Bad("too few whole rows", rows("#,#,#", 9) + "1,,3\n" * 9, "column 'b'", options={"missing": "drop"}),
    Bad(
        "too many categories in all",
        rows(",".join(["c@"] * 25 + ["#"]), 50, ",".join([f"t{i}" for i in range(25)] + ["y"]) + "\n")
        + rows(",".join(["c@"] * 25 + ["#"]), 50, ""),
        "1,250 columns",
    ),
]


def sentence_of(error: DataError) -> str:
    """The message, after checking that it is one sentence a learner can act on."""
    message = str(error)
    assert 20 <= len(message) <= 300, message
    assert message.endswith(".") and "\n" not in message
    assert not re.search(r"[.!?] +[A-Z]", message), f"more than one sentence: {message}"
    for jargon in ("Traceback", "Error tokenizing", "codec", "dtype", "NaN", "Exception", "pandas.", "None"):
        assert jargon not in message, message
    return message


@pytest.mark.parametrize("bad", BAD_FILES, ids=lambda bad: bad.name.replace(" ", "-"))
def test_bad_file(tmp_path: Path, bad: Bad) -> None:
    path = tmp_path / "upload.csv"
    path.write_bytes(bad.content.encode() if isinstance(bad.content, str) else bad.content)
    with pytest.raises(DataError) as caught:
        read(str(path), bad.target, **bad.options)  # type: ignore[arg-type]
    assert bad.phrase in sentence_of(caught.value)
    assert caught.value.__cause__ is None
    try:
        inspect(str(path), header=bool(bad.options.get("header", True)))
    except DataError as error:
        sentence_of(error)


def test_two_hundred_megabytes_are_refused_before_they_are_read(tmp_path: Path) -> None:
    path = tmp_path / "upload.csv"
    with path.open("wb") as file:
        file.truncate(MAX_BYTES + 1)  # a sparse file: takes no room on disk
    with pytest.raises(DataError, match="180 MB allowed") as caught:
        inspect(str(path))
    sentence_of(caught.value)


@pytest.mark.parametrize(
    ("name", "phrase"), [("gone.csv", "no longer there"), ("", "folder"), ("a\0b", "opened")]
)
def test_what_is_not_a_file_is_refused(tmp_path: Path, name: str, phrase: str) -> None:
    with pytest.raises(DataError, match=phrase) as caught:
        read(f"{tmp_path}/{name}", "y")
    sentence_of(caught.value)


def test_sentences_all_differ_from_each_other_where_the_problem_does() -> None:
    assert len({bad.name for bad in BAD_FILES}) == len(BAD_FILES) >= 45


NEARLY_CSV = st.text(alphabet='01.5,;\t|"\n\r -?aé=\ufeff\0e_', max_size=300).map(str.encode)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    content=st.one_of(st.binary(max_size=300), NEARLY_CSV), header=st.booleans(), stretch=st.integers(1, 12)
)
@example(content=b"a,y\n\xff", header=True, stretch=1)
@example(content=b'"\n",0\n', header=True, stretch=12)
def test_random_bytes_raise_nothing_but_a_sentence(
    tmp_path: Path, content: bytes, header: bool, stretch: int
) -> None:
    path = tmp_path / "upload.csv"
    path.write_bytes(content * stretch)
    try:
        report = inspect(str(path), header)
    except DataError as error:
        sentence_of(error)
        return
    columns = report["columns"]
    assert isinstance(columns, list)
    for column in columns:
        try:
            table = read(str(path), column["name"], header=header)
        except DataError as error:
            assert len(str(error)) <= 300
        else:
            assert table.x.shape == (len(table.y), len(table.feature_names))
