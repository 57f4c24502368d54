"""How much time and memory a file may take, so that a hostile one is refused and not suffered."""

import time
import zlib
from collections.abc import Callable

MOST_SECONDS = 4.0
MOST_UNPACKED = 16_000_000
_CHUNK = 4_096
_LONGEST_LZW, _LONGEST_RUNS = 65_536, 500_000


class OverBudget(BaseException):
    """The file takes too long, or unpacks to too much; no handler of a library may swallow it."""


class Budget:
    """Time from its making, and bytes unpacked; each is counted over the whole file.

    `is_damaged` says that packed data was not whole, so that numbers in it may be other ones.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._deadline = clock() + MOST_SECONDS
        self._unpacked = 0
        self.is_damaged = False

    def check(self) -> None:
        """Raise `OverBudget` once the time is over."""
        if self._clock() > self._deadline:
            raise OverBudget

    def take(self, count: int) -> None:
        """Count bytes that were unpacked, and raise `OverBudget` where they are too many."""
        self._unpacked += count
        if self._unpacked > MOST_UNPACKED:
            raise OverBudget
        self.check()

    def inflate(self, data: bytes) -> bytes:
        """Unpack deflated data; of damaged data, as far as it goes.

        Raises:
            zlib.error: when nothing of it can be unpacked.

        """
        unpacker = zlib.decompressobj()
        parts: list[bytes] = []
        for start in range(0, len(data), _CHUNK):
            chunk = data[start : start + _CHUNK]
            while chunk:
                try:
                    part = unpacker.decompress(chunk, MOST_UNPACKED)
                except zlib.error:
                    if not parts:
                        raise
                    self.is_damaged = True
                    return b"".join(parts)
                self.take(len(part))
                parts.append(part)
                chunk = unpacker.unconsumed_tail
            if unpacker.eof:
                return b"".join(parts)
        self.is_damaged = True
        return b"".join(parts)

    def bounded(self, decode: Callable[[bytes], bytes], longest: int) -> Callable[[bytes], bytes]:
        """Return a decoder that counts what it gives, and refuses input of more than `longest` bytes."""

        def decode_bounded(data: bytes) -> bytes:
            if len(data) > longest:
                raise OverBudget
            result = decode(data)
            self.take(len(result))
            return result

        return decode_bounded

    def lzw(self, decode: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
        """Bound a decoder of LZW, whose data can grow four thousand times."""
        return self.bounded(decode, _LONGEST_LZW)

    def runs(self, decode: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
        """Bound a decoder of runs, whose data can grow sixty times."""
        return self.bounded(decode, _LONGEST_RUNS)
