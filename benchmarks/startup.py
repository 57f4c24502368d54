"""What one answer costs once the program is installed: its environment, and the time of a fresh process.

    make benchmark

A wheel of this checkout is installed with its two libraries into an environment of its own, and asked in an
empty folder without a home. Times are CPU times, as ratios to `python -c "import click, yaml"` in the same
environment, side by side. A first run is the one right after installing: pip has compiled the byte code, and
nothing has run yet. It prints and never fails: a clock is no test.
"""

import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROUNDS, INSTALLATIONS = 25, 5
RATIO, FIRST_RATIO, MEGABYTES, SECONDS = 1.6, 2.0, 12, 15
INSTALLERS = ("pip", "setuptools", "pkg_resources", "_distutils_hack", "distutils-precedence")


class Environment:
    """A virtual environment with nothing in it but what is installed here."""

    def __init__(self, folder: Path) -> None:
        """Make it."""
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        self.python = folder / "bin" / "python"
        self.base = [str(self.python), "-c", "import click, yaml"]
        self.answer = [str(folder / "bin" / "recommender"), "assess", "--t-score", "-3.9", "--age", "54"]
        self.empty = folder / "empty"
        self.empty.mkdir()

    def install(self, *arguments: str | Path) -> float:
        """Install something, and return how many seconds that took."""
        start = time.perf_counter()
        pip = [self.python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, *arguments], check=True)
        return time.perf_counter() - start

    def cpu(self, command: list[str]) -> float:
        """Return the CPU time of one run of a command, in seconds."""
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=self.empty, env={})
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    def ratio(self) -> float:
        """Return the time of one answer beside that of the import."""
        base = self.cpu(self.base)
        return self.cpu(self.answer) / base

    @property
    def megabytes(self) -> float:
        """Return how large everything is that is neither Python's own nor what installs."""
        (packages,) = self.python.parent.parent.glob("lib/python*/site-packages")
        return (
            sum(
                file.stat().st_blocks * 512
                for entry in packages.iterdir()
                if not entry.name.startswith(INSTALLERS)
                for file in (entry.rglob("*") if entry.is_dir() else [entry])
            )
            / 1e6
        )


def main() -> None:
    """Build, install and measure."""
    with tempfile.TemporaryDirectory() as folder:
        build = [sys.executable, "-m", "build", "--wheel", "--outdir", folder, ROOT]
        subprocess.run(build, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        (wheel,) = Path(folder).glob("*.whl")
        environment = Environment(Path(folder) / "environment")
        seconds = environment.install(wheel)
        first = []
        for _ in range(INSTALLATIONS):
            environment.install("--force-reinstall", "--no-deps", wheel)
            first.append(environment.cpu(environment.answer) / environment.cpu(environment.base))
        ratios = [environment.ratio() for _ in range(ROUNDS)]
        base = statistics.median(environment.cpu(environment.base) for _ in range(ROUNDS))
        megabytes = environment.megabytes
    print(f"Python {sys.version.partition(' ')[0]}, import click, yaml: {base * 1000:.0f} ms of CPU time")
    print(f"environment beside pip    {megabytes:6.1f} MB  target at most {MEGABYTES}")
    print(f"installing it             {seconds:6.1f} s   target at most {SECONDS}")
    print(f"first run, once installed {statistics.median(first):6.2f}     target at most {FIRST_RATIO}")
    print(f"one answer                {statistics.median(ratios):6.2f}     target at most {RATIO}")


if __name__ == "__main__":
    main()
