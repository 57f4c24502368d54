"""Compile the program and Python's own library for the browser, where node is here to run the same Python."""

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from recommender.errors import Problem, SiteError

LIBRARY = "python_stdlib.zip"


def node() -> str | None:
    """Return where node is, if it is installed."""
    return shutil.which("node")


def compiled(
    runtime: Mapping[str, bytes], program: bytes, node_program: str
) -> tuple[dict[str, bytes], bytes]:
    """Return the runtime with its library compiled, and the program compiled.

    Raises:
        SiteError: where node cannot run it.

    """
    here = Path(__file__).parent
    with TemporaryDirectory() as name:
        folder = Path(name)
        for file, content in runtime.items():
            (folder / file).write_bytes(content)
        (folder / "program.zip").write_bytes(program)
        outputs = [folder / "library.out", folder / "program.out"]
        command: list[str | Path] = [node_program, here / "compile.mjs", folder, here / "compile_archive.py"]
        pairs = [folder / LIBRARY, outputs[0], folder / "program.zip", outputs[1]]
        if subprocess.run([*command, *pairs], capture_output=True, check=False).returncode:
            message = "node could not compile the program for the browser."
            raise SiteError(Problem("", message, "Use --no-compile: the site then starts more slowly."))
        library, own = (output.read_bytes() for output in outputs)
    return {**runtime, LIBRARY: library}, own
