"""Formats that are no text: how their files are named, and how they begin whatever they are named."""

import re
from typing import NamedTuple

BEGINNING = 64


class Format(NamedTuple):
    """What people call a format, how its files are named and begin, what to do where it cannot be read, and what may be stated."""

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
    ("decimal", "sheet"),
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
    """Return the format of files that are named so; any other name stands for text."""
    return next((known for known in (*READABLE, *_UNREADABLE) if suffix in known.suffixes), None)


def format_of(content: bytes) -> Format | None:
    """Return the format that a file begins like; text begins like none of them."""
    return next((known for known in (*READABLE, *_UNREADABLE) if known.begins.match(content)), None)
