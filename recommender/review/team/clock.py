"""Times as the store has them: UTC, ISO 8601 with milliseconds, which sort as text."""

from datetime import UTC, datetime, timedelta


def at(minutes: float = 0) -> str:
    """Return the time in so many minutes."""
    return (_now() + timedelta(minutes=minutes)).isoformat(timespec="milliseconds")


def _now() -> datetime:
    return datetime.now(UTC)
