"""Writing a file whole or not at all."""

import os
import re
import stat
from contextlib import suppress
from pathlib import Path
from typing import IO

PRIVATE, SHARED = 0o600, 0o666  # of a new file; the umask may narrow it
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


class WholeFile:
    """A file that gets its own name only once it is complete; until then it is a hidden one beside it.

    Who may read it stays as it was; where there was none, `mode` says so. `file` takes its bytes; `commit` or
    `discard` ends it.

    Raises:
        OSError: from every method, when the folder or the file cannot be written.

    """

    def __init__(self, target: Path, mode: int = PRIVATE) -> None:
        self._target = target.resolve()
        self._before = stat.S_IMODE(self._target.stat().st_mode) if self._target.exists() else None
        self._part = self._target.parent / f".{self._target.name}.{os.urandom(4).hex()}.part"
        created = PRIVATE if self._before is not None else mode
        self.file: IO[bytes] = os.fdopen(os.open(self._part, _NEW, created), "wb")

    def commit(self) -> None:
        """Put the file in its place."""
        self.file.close()
        if self._before is not None:
            self._part.chmod(self._before)
        self._part.replace(self._target)

    def discard(self) -> None:
        """Leave no trace of the file; harmless after `commit`."""
        self.file.close()
        self._part.unlink(missing_ok=True)


def leftovers(target: Path) -> list[Path]:
    """Return the parts of a file that runs left behind which could not clean up."""
    form = re.compile(rf"\.{re.escape(target.name)}\.[0-9a-f]{{8}}\.part")
    with suppress(OSError):
        return sorted(file for file in target.resolve().parent.iterdir() if form.fullmatch(file.name))
    return []


def write_whole(target: Path, content: bytes, mode: int = PRIVATE) -> None:
    """Write the content of a file whole or not at all; see `WholeFile`."""
    part = WholeFile(target, mode)
    try:
        part.file.write(content)
        part.commit()
    finally:
        part.discard()
