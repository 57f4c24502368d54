"""Binary formats: their file name suffixes and their first bytes."""

import re
from typing import NamedTuple

BEGINNING = 600


class Format(NamedTuple):
    """A binary format.

    `begins` matches the first bytes of its files. `advice` says what to do when it cannot be read.
    `options` are the `ReadOptions` that it takes.
    """

    name: str
    suffixes: tuple[str, ...]
    begins: re.Pattern[bytes]
    advice: str
    options: tuple[str, ...] = ()


_SAVE = "Save it as .xlsx without a password, or as CSV."

PARQUET = Format("Parquet", (".parquet",), re.compile(rb"PAR1"), "Let its name end with .parquet.")
EXCEL = Format(
    "an Excel workbook, or a zip archive",
    (".xlsx", ".xlsm"),
    re.compile(rb"PK\x03\x04"),
    "Let the name of a workbook end with .xlsx; unpack an archive first.",
    ("decimal", "sheet", "header_row"),
)
SAS = Format(
    "a SAS transport file",
    (".xpt",),
    re.compile(rb"HEADER RECORD\*{7}LIB"),
    "Let its name end with .xpt.",
    ("encoding",),
)
STATA = Format(
    "a Stata file",
    (".dta",),
    re.compile(rb"<stata_dta>|[\x66-\x73][\x01\x02]\x01"),
    "Let its name end with .dta.",
    ("encoding",),
)
SPSS = Format(
    "an SPSS file", (".sav", ".zsav"), re.compile(rb"\$FL[23]"), "Let its name end with .sav.", ("encoding",)
)
FEATHER = Format(
    "a Feather file",
    (".feather", ".arrow", ".ipc"),
    re.compile(rb"ARROW1"),
    "Let its name end with .feather.",
)
JSON = Format(
    "JSON",
    (".json", ".jsonl", ".ndjson"),
    re.compile(rb"\s*(?:\{\s*\"|\[\s*\{)"),
    "Let its name end with .jsonl, with one person in each line.",
)
READABLE = (PARQUET, EXCEL, SAS, STATA, SPSS, FEATHER, JSON)
_AS_TABLE = "Save it as CSV, Parquet or .xlsx."
_SPECIAL = (
    Format("FHIR, as JSON", (), re.compile(rb"\s*[\[{].{0,500}?\"resourceType\"", re.DOTALL), _AS_TABLE),
    Format(
        "an OpenDocument spreadsheet",
        (".ods", ".fods"),
        re.compile(rb"PK\x03\x04.{26}mimetypeapplication/vnd\.oasis", re.DOTALL),
        "Open it in LibreOffice, and save it as .xlsx or CSV.",
    ),
    Format(
        "a web page (HTML), as hospital systems write it under the name .xls",
        (".html", ".htm"),
        re.compile(
            rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|html|head|body|table|style|meta)\b", re.IGNORECASE
        ),
        "Open it in Excel or LibreOffice, and save it as .xlsx or CSV.",
    ),
    Format(
        "XML",
        (".xml",),
        re.compile(rb"(?:\xef\xbb\xbf)?\s*<\?xml"),
        "Open it in the program that wrote it (Excel, if it is a spreadsheet), and save it as .xlsx or CSV.",
    ),
)
_UNREADABLE = (
    Format(
        "a file of R",
        (".rds", ".rda", ".rdata"),
        re.compile(rb"RD[AXB][234]\n|[XAB]\n\x00\x00\x00[\x02\x03]"),
        "In R, write it with write.csv() or arrow::write_parquet().",
    ),
    Format(
        "a pickle of Python",
        (".pkl", ".pickle"),
        re.compile(rb"\x80[\x02-\x05]"),
        "Save the frame with to_parquet().",
    ),
    Format(
        "a SAS data set",
        (".sas7bdat",),
        re.compile(rb"\x00{12}\xc2\xea\x81\x60"),
        "In SAS, export it as CSV or as a transport file (.xpt).",
    ),
    Format("an HDF5 file", (".h5", ".hdf5", ".mat"), re.compile(rb"\x89HDF\r\n"), _AS_TABLE),
    Format(
        "an SQLite database", (".db", ".sqlite", ".sqlite3"), re.compile(rb"SQLite format 3\x00"), _AS_TABLE
    ),
    Format("an Access database", (".mdb", ".accdb"), re.compile(rb"\x00\x01\x00\x00Standard"), _AS_TABLE),
    Format("a DICOM image", (".dcm",), re.compile(rb".{128}DICM", re.DOTALL), "Export the scores as CSV."),
    Format("an older Feather file", (), re.compile(rb"FEA1"), "Write it again as Feather 2 or Parquet."),
    Format("an Avro or ORC file", (".avro", ".orc"), re.compile(rb"Obj\x01|ORC"), _AS_TABLE),
    Format("a text document", (".rtf", ".docx", ".doc"), re.compile(rb"\{\\rtf"), _AS_TABLE),
    Format("an Excel workbook in binary form", (".xlsb",), re.compile(rb"(?!)"), _SAVE),
    Format(
        "an old Excel workbook, or one with a password", (".xls",), re.compile(rb"\xd0\xcf\x11\xe0"), _SAVE
    ),
    Format(
        "a PDF document",
        (".pdf",),
        re.compile(rb"%PDF"),
        "For one person's scan report: recommender read. A table of many people: save it as CSV.",
    ),
    Format(
        "a packed file",
        (".zip", ".7z", ".bz2", ".xz"),
        re.compile(rb"7z\xbc\xaf|BZh[1-9]1AY&SY|\xfd7zXZ"),
        "Unpack it first.",
    ),
)


_ALL = (*_SPECIAL, *READABLE, *_UNREADABLE)


def format_named(suffix: str) -> Format | None:
    """Return the format with this file name suffix; `None` means text."""
    return next((candidate for candidate in _ALL if suffix in candidate.suffixes), None)


def format_of(content: bytes) -> Format | None:
    """Return the format whose files begin like `content`; `None` means text."""
    return next((candidate for candidate in _ALL if candidate.begins.match(content)), None)
