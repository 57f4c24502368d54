"""Read the bytes of a file or standard input; gzip and zstd are decompressed."""

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
_MOST_UNPACKED = 32 << 20  # bytes that a packed file may always hold
_MOST_TIMES = 200  # how many times larger than packed more than that may be
_PIPE_HINT = "Pipe it in, and give `-` as the file."


class TooLargeError(CohortError):
    """A file that unpacks to far more than it seems to hold; nothing else is tried with it."""


class Source:
    """The bytes of a file, read once from beginning to end; every failure is a `CohortError`."""

    def __init__(self, name: str, file: BinaryIO | io.FileIO, before: os.stat_result | None) -> None:
        self.name = name
        self._file, self._before = file, before
        self._raw = _Raw(file)
        self._ahead = b""
        self._read = 0
        try:
            self._stream = _unpacked(self._raw)
        except (OSError, ValueError) as error:
            self.close()
            raise self._broken(error) from None

    @property
    def done(self) -> float | None:
        """The share of the file read so far, 0 to 1; `None` if its size is not known."""
        return (
            min(1.0, self._raw.count / self._before.st_size)
            if self._before and self._before.st_size
            else None
        )

    def peek(self, count: int) -> bytes:
        """Return the first bytes without consuming them."""
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
        text = b"".join(parts)
        self._read += len(text)
        if self._read > max(_MOST_UNPACKED, _MOST_TIMES * self._raw.count):
            message = f"it is packed, and unpacks to more than {_MOST_TIMES} times its size."
            raise TooLargeError(
                Problem(self.name, message, "If that is right, unpack it, and give the unpacked file.")
            )
        return text

    def close(self) -> None:
        """Close the file; standard input stays open."""
        if self._before:
            self._file.close()

    def _broken(self, error: Exception) -> CohortError:
        failure = self._raw.failure or (error if self._stream_is_raw() else None)
        if failure is not None:
            return CohortError(Problem(self.name, f"it cannot be read any further: {_reason(failure)}."))
        message = "it is packed (gzip or zstd), and what is packed is damaged or cut short."
        return CohortError(Problem(self.name, message, "Copy or download it again."))

    def _stream_is_raw(self) -> bool:
        return getattr(self, "_stream", None) is self._raw

    def _check_unchanged(self) -> None:
        if self._before is None:
            return
        if self._raw.count < self._before.st_size or _differs(os.fstat(self._file.fileno()), self._before):
            raise _changed(self.name)


class QuietFile(io.FileIO):
    """A file that closes itself without a ResourceWarning when it is garbage collected."""

    def __del__(self) -> None:
        self.close()


class _Raw(io.RawIOBase):
    """A raw stream that can be peeked into, counts the bytes read and records a failure."""

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
        """Read without the zero-filled buffer that `RawIOBase.read` allocates."""
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
        CohortError: it cannot be read.

    """
    if source == "-":
        if sys.stdin is None or sys.stdin.closed:
            raise CohortError(Problem(STANDARD_INPUT, "there is nothing to read: it is closed."))
        # The raw stream has no lock, so a thread that waits for input does not block an interrupt.
        unlocked = getattr(sys.stdin.buffer, "raw", sys.stdin.buffer)
        return Source(STANDARD_INPUT, unlocked, None)
    before = check_file(source)
    try:
        file = QuietFile(source)
    except OSError as error:
        raise CohortError(Problem(source, f"it cannot be read: {_reason(error)}.")) from None
    return Source(source, file, before)


def is_folder(source: str) -> bool:
    """Return whether a folder of this name exists."""
    try:
        return Path(source).is_dir()
    except OSError:
        return False


def check_file(source: str) -> os.stat_result:
    """Return the status of a regular, readable file.

    Raises:
        CohortError: it is missing, a folder or a pipe, or reading is not permitted.

    """
    try:
        status = Path(source).stat()
        readable = os.access(source, os.R_OK)
    except FileNotFoundError:
        raise CohortError(
            Problem(source, "there is no such file.", "Check the name and the folder.")
        ) from None
    except (OSError, ValueError) as error:
        raise CohortError(Problem(source, f"it cannot be read: {_reason(error)}.")) from None
    if stat.S_ISDIR(status.st_mode):
        raise CohortError(
            Problem(source, "this is a folder.", "Give one file, or a folder of .parquet files.")
        )
    if not stat.S_ISREG(status.st_mode):
        raise CohortError(Problem(source, "this is a pipe or a device, not a file.", _PIPE_HINT))
    if not readable:
        raise CohortError(
            Problem(
                source, "it may not be read: permission denied.", "Ask its owner for permission to read it."
            )
        )
    return status


def check_unchanged(source: str, before: os.stat_result) -> None:
    """Check that a file has not changed since reading began: size and modification time.

    Raises:
        CohortError: it has changed or is gone.

    """
    try:
        now = Path(source).stat()
    except OSError:
        raise _changed(source) from None
    if _differs(now, before):
        raise _changed(source)


def _differs(now: os.stat_result, before: os.stat_result) -> bool:
    return (now.st_size, now.st_mtime_ns) != (before.st_size, before.st_mtime_ns)


def _changed(name: str) -> CohortError:
    return CohortError(
        Problem(
            name, "the file changed while it was being read.", "Run this again when nothing writes to it."
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
