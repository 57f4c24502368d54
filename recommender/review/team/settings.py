"""Settings of the server, from a file and from the environment; secrets never stand on a command line."""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple, get_type_hints
from urllib.parse import urlsplit

from recommender.errors import Problem, ReviewError, did_you_mean

FILE = "RECOMMENDER_REVIEW_SETTINGS"
_PREFIX = "RECOMMENDER_REVIEW_"
_LOCAL = ("localhost", "127.0.0.1")


class Settings(NamedTuple):
    """What a server of a team needs to know.

    `store` is a file or the URL of a database; `origin` the address by which browsers know the desk;
    `host` and `port` are where the proxy finds it. A session ends after so many `idle_minutes`, and after
    `session_hours` in any case. `address_header` is the header in which the proxy says from where a browser
    comes, for the log of sign-ins; where it is empty, the address of the connection counts. `oidc_issuer`, if
    any, is the provider of identities, where the desk is `oidc_client` with `oidc_secret`; its `oidc_claim`
    is the login here.
    """

    store: str
    origin: str
    host: str = "127.0.0.1"
    port: int = 8765
    workers: int = 1
    blind: bool = False
    rules: str = ""
    idle_minutes: int = 15
    session_hours: int = 12
    address_header: str = ""
    oidc_issuer: str = ""
    oidc_client: str = ""
    oidc_secret: str = ""
    oidc_claim: str = "preferred_username"

    @property
    def secure(self) -> bool:
        """Say whether browsers come over HTTPS."""
        return self.origin.startswith("https://")


def read_settings(file: Path | None, environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings of a TOML file, if any; what stands in the environment comes first.

    Raises:
        ReviewError: where a setting is missing, unknown, or of another kind.

    """
    environment = os.environ if environment is None else environment
    values = {name: (value, str(file)) for name, value in _of_file(file).items()} if file else {}
    for name in Settings._fields:
        if (variable := f"{_PREFIX}{name.upper()}") in environment:
            values[name] = environment[variable], variable
    kinds = get_type_hints(Settings)
    settings = {name: _value(name, value, kinds[name], place) for name, (value, place) in values.items()}
    for name in ("store", "origin"):
        if not settings.get(name):
            hint = f"Set {name} in a file (--settings), or {_PREFIX}{name.upper()}."
            raise ReviewError(Problem(str(file or ""), f"the setting {name} is missing.", hint))
    read = Settings(**settings)
    _check_origin(read.origin)
    if bool(read.oidc_issuer) != bool(read.oidc_client):
        hint = "Set both oidc_issuer and oidc_client, or none."
        raise ReviewError(Problem(str(file or ""), "a provider of identities needs two settings.", hint))
    return read


def _of_file(file: Path) -> dict[str, Any]:
    try:
        values = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        message = "these settings cannot be read."
        raise ReviewError(Problem(str(file), message, f"{type(error).__name__}: write TOML.")) from None
    for name in values:
        if name not in Settings._fields:
            hint = did_you_mean(name, Settings._fields) or f"There are {', '.join(Settings._fields)}."
            raise ReviewError(Problem(str(file), f"there is no setting `{name}`.", hint))
    return values


def _value(name: str, value: Any, kind: type, place: str) -> Any:
    if kind is int and isinstance(value, str) and value.isdecimal():
        return int(value)
    if kind is bool and isinstance(value, str) and value in ("true", "false"):
        return value == "true"
    if type(value) is not kind or (type(value) is int and value < 1):
        wanted = {int: "a whole number from 1 on", bool: "true or false", str: "text"}[kind]
        raise ReviewError(Problem(place, f"the setting {name} is not {wanted}.", ""))
    return value


def _check_origin(origin: str) -> None:
    parts = urlsplit(origin)
    whole = f"{parts.scheme}://{parts.netloc}"
    local = parts.scheme == "http" and parts.hostname in _LOCAL
    if whole != origin or not parts.hostname or not (parts.scheme == "https" or local):
        hint = "Give scheme and host, such as https://desk.example.org; http only for this machine."
        raise ReviewError(Problem("origin", "this is no address of a desk.", hint))
