"""Binary formats: their file name suffixes and their first bytes."""

import re
from typing import NamedTuple

BEGINNING = 64


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
READABLE = (PARQUET, EXCEL, SAS, STATA, SPSS)
_UNREADABLE = (
    Format(
        "an old Excel workbook, or one with a password", (".xls",), re.compile(rb"\xd0\xcf\x11\xe0"), _SAVE
    ),
    Format("a PDF document", (".pdf",), re.compile(rb"%PDF"), _SAVE),
    Format(
        "a packed file",
        (".zip", ".7z", ".bz2", ".xz"),
        re.compile(rb"7z\xbc\xaf|BZh[1-9]1AY&SY|\xfd7zXZ"),
        "Unpack it first.",
    ),
)


def format_named(suffix: str) -> Format | None:
    """Return the format with this file name suffix; `None` means text."""
    return next((candidate for candidate in (*READABLE, *_UNREADABLE) if suffix in candidate.suffixes), None)


def format_of(content: bytes) -> Format | None:
    """Return the format whose files begin like `content`; `None` means text."""
    return next(
        (candidate for candidate in (*READABLE, *_UNREADABLE) if candidate.begins.match(content)), None
    )
