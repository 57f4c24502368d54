"""Python for the browser: the files of one release of Pyodide, from a folder or by npm, as they are known."""

import json
import shutil
import subprocess
import tarfile
from base64 import b64encode
from hashlib import sha384
from pathlib import Path
from tempfile import TemporaryDirectory

from recommender.errors import Problem, SiteError

VERSION = "314.0.7"
_LOCK = "pyodide-lock.json"
_FILES = {
    "pyodide.mjs": "sha384-Lp79fMwxa4n2BLtugpUAoQMlbxIdg8iCUiP1r3h7nJLkQjwlXT1JzZTeHVL+f4Dg",
    "pyodide.asm.mjs": "sha384-/2281iaC0Iimw0B3Kagy1DBfZcJG3W4KYW+EmOqhsdY3fR9BJ88FE2Zt6y0KQKpa",
    "pyodide.asm.wasm": "sha384-y++qrQ72KPA1fTjLIuGMP+jppgGxjbLCgfdb0zMrnNnQVhxRUXTOTF6rTxNzllSu",
    "python_stdlib.zip": "sha384-xW3A5jmenkrPXbsgrIaB1FCJh9OuLT7FRMagsJMgtlhVc19k/mSy3+7nMaF/d767",
    _LOCK: "sha384-o8SQQvpVlZnOl04+3dFTJipKxul9GbViVusA379wlOrfHSgxbzt0yPiqCTxOiYES",
}


def runtime_files(folder: Path | None) -> dict[str, bytes]:
    """Return the files of Pyodide by name, from a folder that holds its npm package, or fetched by npm.

    Raises:
        SiteError: where they are not to be had, or are not those of the release that is known here.

    """
    if folder is not None:
        return _without_packages({name: _known(folder / name) for name in _FILES})
    with TemporaryDirectory() as fetched:
        return _without_packages({name: _known(_fetched(Path(fetched)) / name) for name in _FILES})


def _without_packages(files: dict[str, bytes]) -> dict[str, bytes]:
    """Return the files with an empty list of packages, as pages never load any."""
    lock = json.loads(files[_LOCK])
    return {**files, _LOCK: json.dumps({**lock, "packages": {}}).encode()}


def integrity(content: bytes) -> str:
    """Return the hash of a file as pages hold it."""
    return f"sha384-{b64encode(sha384(content).digest()).decode()}"


def _known(file: Path) -> bytes:
    try:
        content = file.read_bytes()
    except OSError as error:
        raise _refused(f"{file}: this file cannot be read: {error.strerror}.") from None
    if integrity(content) != _FILES[file.name]:
        raise _refused(f"{file}: this is not the file of Pyodide {VERSION}.")
    return content


def _fetched(folder: Path) -> Path:
    """Fetch and unpack the npm package once."""
    unpacked = folder / "package"
    if unpacked.exists():
        return unpacked
    npm = shutil.which("npm")
    if npm is None:
        raise _refused("npm, which fetches Python for the browser, is not installed.")
    fetch = [npm, "pack", "--silent", f"pyodide@{VERSION}"]
    if subprocess.run(fetch, cwd=folder, capture_output=True, check=False).returncode:
        raise _refused("npm could not fetch Python for the browser.")
    with tarfile.open(folder / f"pyodide-{VERSION}.tgz") as packed:
        packed.extractall(folder, filter="data")
    return unpacked


def _refused(message: str) -> SiteError:
    hint = f"Unpack the npm package pyodide {VERSION} somewhere, and name its folder: --runtime DIR."
    return SiteError(Problem("", message, hint))
