"""Compile an archive of Python, so that a browser starts twice as fast. It runs in Pyodide."""

import fnmatch
import importlib._bootstrap_external as loader
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

_A_DAY = (1980, 1, 1, 0, 0, 0)  # the same archive in every build
_WITHOUT_DOCSTRINGS = 2
_KEPT_ENCODINGS = ("__init__", "aliases", "ascii", "charmap", "cp1252", "cp437", "idna", "latin_1")
_NOT_NEEDED = (
    *("_ast_unparse.py", "_pyrepl/*", "_sysconfigdata*", "bdb.py", "cProfile.py", "ctypes/*", "curses/*"),
    *("dbm/*", "doctest.py", "email/mime/*", "ensurepip/*", "ftplib.py", "http/[cs]*", "idlelib/*"),
    *("imaplib.py", "lib2to3/*", "mailbox.py", "multiprocessing/*", "pdb.py", "pickletools.py", "poplib.py"),
    *("profile.py", "pstats.py", "pydoc.py", "pydoc_data/*", "smtplib.py", "sqlite3/*", "tkinter/*"),
    *("trace.py", "turtle.py", "turtledemo/*", "unittest/*", "venv/*", "wsgiref/*", "xml/dom/*", "xml/sax/*"),
    *("xmlrpc/*", "tarfile.py", "argparse.py", "optparse.py", "configparser.py", "modulefinder.py"),
    *("plistlib.py", "socketserver.py", "tomllib/*", "cmd.py", "code.py", "compileall.py", "pyclbr.py"),
    *("tabnanny.py", "wave.py", "webbrowser.py", "zipapp.py", "_pydatetime.py", "_pydecimal.py", "_pyio.py"),
)
"""What no page needs: tests, debuggers, the net, windows, what C has already."""


def compile_archive(source: str, target: str) -> None:
    """Write the archive `target` with the modules of `source` compiled; everything else stays as it is."""
    with ZipFile(source) as given, ZipFile(target, "w", ZIP_DEFLATED, compresslevel=9) as made:
        for name in filter(_is_needed, given.namelist()):
            content, is_module = given.read(name), name.endswith(".py")
            stored = ZipInfo(f"{name}c" if is_module else name, _A_DAY)
            made.writestr(stored, _compiled(name, content) if is_module else content, ZIP_DEFLATED)


def _compiled(name: str, content: bytes) -> bytes:
    code = compile(content, name, "exec", dont_inherit=True, optimize=_WITHOUT_DOCSTRINGS)
    return bytes(loader._code_to_hash_pyc(code, bytes(8), False))  # type: ignore[attr-defined]


def _is_needed(name: str) -> bool:
    folder, _, file = name.rpartition("/")
    module = file.removesuffix(".py")
    is_encoding = module in _KEPT_ENCODINGS or module.startswith(("utf_", "raw_unicode", "unicode_"))
    if folder == "encodings" and file and not is_encoding:
        return False
    return not any(fnmatch.fnmatch(name, pattern) for pattern in _NOT_NEEDED)
