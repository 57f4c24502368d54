"""The bytes of a file or of standard input, unpacked where they are packed, with how far they have been read."""

import gzip
import io
import os
import stat
import sys
import zlib
from pathlib import Path
from typing import Any, BinaryIO

from recommender.errors import CohortError, Problem

STANDARD_INPUT = "standard input"

_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
_PIPE_HINT = "Pipe it in, and give `-` as the file."


class Source:
    """Bytes from the beginning to the end, once. Whatever goes wrong on the way is a `CohortError`."""

    def __init__(self, place: str, file: BinaryIO | io.FileIO, before: os.stat_result | None) -> None:
        self.place = place
        self._file, self._before = file, before
        self._raw = _Raw(file)
        self._ahead = b""
        try:
            self._stream = _unpacked(self._raw)
        except (OSError, ValueError) as error:
            self.close()
            raise self._broken(error) from None

    @property
    def done(self) -> float | None:
        """The share of the file that has been read, where its size is known."""
        return (
            min(1.0, self._raw.count / self._before.st_size)
            if self._before and self._before.st_size
            else None
        )

    def peek(self, count: int) -> bytes:
        """Return the first bytes, without taking them."""
        self._ahead = self.read(count)
        return self._ahead

    def read(self, count: int) -> bytes:
        """Return the next `count` bytes; fewer only at the end."""
        parts = [self._ahead[:count]]
        self._ahead = self._ahead[count:]
        count -= len(parts[0])
        try:
            while count and (part := self._stream.read(count)):
                parts.append(part)
                count -= len(part)
        except (OSError, EOFError, ValueError, SystemError, zlib.error) as error:
            raise self._broken(error) from None
        if count:
            self._check_unchanged()
        return b"".join(parts)

    def close(self) -> None:
        """Let go of the file; standard input is not ours to close."""
        if self._before:
            self._file.close()

    def _broken(self, error: Exception) -> CohortError:
        failure = self._raw.failure or (error if self._stream_is_raw() else None)
        if failure is not None:
            return CohortError(Problem(self.place, f"it cannot be read any further: {_reason(failure)}."))
        message = "it is packed (gzip or zstd), and what is packed is damaged or cut short."
        return CohortError(Problem(self.place, message, "Copy or download it again."))

    def _stream_is_raw(self) -> bool:
        return getattr(self, "_stream", None) is self._raw

    def _check_unchanged(self) -> None:
        if self._before is None:
            return
        if self._raw.count < self._before.st_size or _differs(os.fstat(self._file.fileno()), self._before):
            raise _changed(self.place)


class QuietFile(io.FileIO):
    """A file that nobody needs to close: a table whose header was enough is let go without a warning."""

    def __del__(self) -> None:
        self.close()


class _Raw(io.RawIOBase):
    """A stream whose first bytes can be looked at, that counts what was read and remembers what failed."""

    def __init__(self, file: BinaryIO | io.FileIO) -> None:
        self._file = file
        self._head = b""
        self.count = 0
        self.failure: Exception | None = None

    def peek(self, count: int) -> bytes:
        self._head += self._next(count - len(self._head))
        return self._head

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        part, self._head = (
            (self._head[: len(buffer)], self._head[len(buffer) :])
            if self._head
            else (self._next(len(buffer)), b"")
        )
        buffer[: len(part)] = part
        self.count += len(part)
        return len(part)

    def read(self, count: int = -1) -> bytes:
        """Read without the detour over a buffer of zeros that a raw stream takes."""
        if self._head or count < 0:
            return super().read(count) or b""
        part = self._next(count)
        self.count += len(part)
        return part

    def _next(self, count: int) -> bytes:
        try:
            part: bytes | None = self._file.read(count)
            if part is None:
                raise BlockingIOError("nothing has arrived yet")
        except (OSError, ValueError) as error:
            self.failure = error
            raise
        return part


def open_source(source: str) -> Source:
    """Open a file, or standard input for `-`.

    Raises:
        CohortError: when there is nothing that can be read.

    """
    if source == "-":
        if sys.stdin is None or sys.stdin.closed:
            raise CohortError(Problem(STANDARD_INPUT, "there is nothing to read: it is closed."))
        unlocked = getattr(
            sys.stdin.buffer, "raw", sys.stdin.buffer
        )  # a thread that waits for input must not hold up an interrupt
        return Source(STANDARD_INPUT, unlocked, None)
    before = check_file(source)
    try:
        file = QuietFile(source)
    except OSError as error:
        raise CohortError(Problem(source, f"it cannot be read: {_reason(error)}.")) from None
    return Source(source, file, before)


def is_folder(source: str) -> bool:
    """Say whether there is a folder of this name."""
    try:
        return Path(source).is_dir()
    except OSError:
        return False


def check_file(source: str) -> os.stat_result:
    """Return size and time of an ordinary file that can be read.

    Raises:
        CohortError: when it is missing, a folder, a pipe or locked away.

    """
    try:
        found = Path(source).stat()
        readable = os.access(source, os.R_OK)
    except FileNotFoundError:
        raise CohortError(
            Problem(source, "there is no such file.", "Check the name and the folder.")
        ) from None
    except (OSError, ValueError) as error:
        raise CohortError(Problem(source, f"it cannot be read: {_reason(error)}.")) from None
    if stat.S_ISDIR(found.st_mode):
        raise CohortError(
            Problem(source, "this is a folder.", "Give one file, or a folder of .parquet files.")
        )
    if not stat.S_ISREG(found.st_mode):
        raise CohortError(Problem(source, "this is a pipe or a device, not a file.", _PIPE_HINT))
    if not readable:
        raise CohortError(
            Problem(
                source, "it may not be read: permission denied.", "Ask its owner for permission to read it."
            )
        )
    return found


def check_unchanged(source: str, before: os.stat_result) -> None:
    """Make sure that a file is still what it was when reading began, so that no answer is made of two halves.

    Raises:
        CohortError: when it is not, or is gone.

    """
    try:
        now = Path(source).stat()
    except OSError:
        raise _changed(source) from None
    if _differs(now, before):
        raise _changed(source)


def _differs(now: os.stat_result, before: os.stat_result) -> bool:
    return (now.st_size, now.st_mtime_ns) != (before.st_size, before.st_mtime_ns)


def _changed(place: str) -> CohortError:
    return CohortError(
        Problem(
            place, "the file changed while it was being read.", "Run this again when nothing writes to it."
        )
    )


def _unpacked(raw: _Raw) -> Any:
    head = raw.peek(len(_ZSTD))
    if head.startswith(_GZIP):
        return gzip.GzipFile(fileobj=raw)
    if head.startswith(_ZSTD):
        import pyarrow  # takes a while to import

        return pyarrow.CompressedInputStream(pyarrow.PythonFile(raw, mode="r"), "zstd")
    return raw


def _reason(error: Exception) -> str:
    reason = (getattr(error, "strerror", None) or str(error) or type(error).__name__).rstrip(".")
    return reason[0].lower() + reason[1:]
