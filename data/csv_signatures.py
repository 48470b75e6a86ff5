"""Recognise, from its first bytes, a file that is something other than CSV text."""

import re

SAVE_AS_CSV = "open it in a spreadsheet program and save it as 'CSV UTF-8'"

# What the file begins with, what that makes it, and the way out.
_SIGNATURES: tuple[tuple[bytes, str, str], ...] = (
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook", SAVE_AS_CSV),
    (b"\x1f\x8b", "a gzip archive", "unpack it and upload the CSV file inside"),
    (b"BZh", "a bzip2 archive", "unpack it and upload the CSV file inside"),
    (b"\xfd7zXZ", "an xz archive", "unpack it and upload the CSV file inside"),
    (b"7z\xbc\xaf", "a 7-Zip archive", "unpack it and upload the CSV file inside"),
    (b"Rar!", "a RAR archive", "unpack it and upload the CSV file inside"),
    (b"PAR1", "a Parquet file", "export it as CSV from the program that wrote it"),
    (b"ARROW1", "an Arrow file", "export it as CSV from the program that wrote it"),
    (b"\x93NUMPY", "a NumPy array file", "save the array as CSV text first"),
    (b"\x89HDF", "an HDF5 file", "export the table inside as CSV first"),
    (b"SQLite format 3", "a SQLite database", "export one of its tables as CSV first"),
    (b"\x89PNG", "a PNG picture", "upload a CSV file with one row for each example"),
    (b"\xff\xd8\xff", "a JPEG picture", "upload a CSV file with one row for each example"),
    (b"GIF8", "a GIF picture", "upload a CSV file with one row for each example"),
    (b"%PDF", "a PDF document", "copy its table into a spreadsheet and save that as 'CSV UTF-8'"),
    (b"{\\rtf", "a rich text document", "copy its table into a spreadsheet and save that as 'CSV UTF-8'"),
    (b"\x7fELF", "a program", "upload a CSV file"),
    (b"MZ\x90", "a program", "upload a CSV file"),
)
_PICKLE = re.compile(rb"\x80[\x02-\x05]")
_HTML = re.compile(rb"\s*<(?:!doctype html|html|head|body|table|script)\b", re.IGNORECASE)
_XML = re.compile(rb"\s*<\?xml")
_JSON = re.compile(rb"\s*(?:\{\s*[\"}]|\[\s*[\[{\]])")


def foreign_format(head: bytes) -> tuple[str, str] | None:
    """Return (what the file is, the way out) when `head`, its first bytes, are not those of a CSV file."""
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_kind(head)
    for beginning, kind, way_out in _SIGNATURES:
        if head.startswith(beginning):
            return kind, way_out
    if _PICKLE.match(head):
        return "a Python pickle", "pickles can run code and are never opened here, so save the table as CSV"
    if _HTML.match(head):
        return "a web page", "use the page's download button to get the CSV file itself"
    if _XML.match(head):
        return "an XML document", SAVE_AS_CSV
    if _JSON.match(head):
        return "a JSON document", "export it as CSV from the program that wrote it"
    return None


def _zip_kind(head: bytes) -> tuple[str, str]:
    """Excel and LibreOffice files are zip archives too; the names inside tell them apart."""
    if b"[Content_Types].xml" in head or b"xl/" in head:
        return "an Excel workbook", SAVE_AS_CSV
    if b"mimetypeapplication/vnd.oasis" in head:
        return "a LibreOffice document", SAVE_AS_CSV
    return "a zip archive", "unpack it and upload the CSV file inside"
