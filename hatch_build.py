"""Put the rules into a wheel, and with them the rulebook as it is once they are parsed and checked."""

import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class PrebuiltRulebook(BuildHookInterface):  # type: ignore[type-arg]
    """Add the rules and the prebuilt rulebook to a wheel; an editable install has those of its checkout."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Parse and check the rules of this checkout."""
        if version != "standard":
            return
        sys.path.insert(0, self.root)
        from recommender.rulebook import load_rulebook
        from recommender.rulebook.prebuilt import LOCATION, prebuild

        self.folder = tempfile.TemporaryDirectory()
        file = Path(self.folder.name) / Path(LOCATION).name
        file.write_bytes(prebuild(load_rulebook()))
        build_data["force_include"] |= {str(file): f"recommender/{LOCATION}"} | {
            str(Path(self.root, name)): f"recommender/{name}" for name in ("rules", "profiles")
        }

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:  # noqa: ARG002
        """Remove what was made for the build."""
        if version == "standard":
            self.folder.cleanup()
