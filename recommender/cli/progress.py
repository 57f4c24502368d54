"""How far a long run has come, on one line of the terminal; nothing where there is no terminal."""

import sys
import time

import click

_EVERY = 0.2
_GIGABYTE = 1e9
_LARGE = 1e9


class Progress:
    """Rows, rows a second, and the time that is left where the size of the input is known."""

    def __init__(self) -> None:
        self._shown = sys.stderr is not None and sys.stderr.isatty()
        self._began = self._last = time.monotonic()
        self._width = 0

    def show(self, rows: int, done: float | None) -> None:
        """Show how many rows have been read, and which share of the input that is."""
        now = time.monotonic()
        if not self._shown or now - self._last < _EVERY:
            return
        self._last, seconds = now, now - self._began
        text = f"{rows:,} rows, {rows / seconds:,.0f} a second"
        if done:
            text += f", {done:.0%} read, about {seconds / done - seconds:,.0f} s left"
        click.echo(f"\r{text.ljust(self._width)}", nl=False, err=True)
        self._width = len(text)

    def clear(self) -> None:
        """Leave an empty line for what comes next."""
        if self._width:
            click.echo(f"\r{' ' * self._width}\r", nl=False, err=True)
            self._width = 0


class SizeForecast:
    """Tells once how large the answers will be, where that is much."""

    def __init__(self) -> None:
        self._told = False

    def tell(self, written: int, done: float | None) -> None:
        """Tell what `written` bytes after a share of the input come to."""
        if self._told or not written or not done or written / done < _LARGE:
            return
        self._told = True
        click.echo(
            f"The answers will take about {written / done / _GIGABYTE:.1f} GB. "
            "--brief and .parquet take far less.",
            err=True,
        )
