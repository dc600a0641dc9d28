"""Gives each package of the wheel its own copy of the contract: hatch's own force-include takes a file to one place."""

import shutil
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.config import BuilderConfig
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PACKAGES = ("mock_server", "conformance")


class ContractCopies(BuildHookInterface[BuilderConfig]):
    """Adds `openapi.yaml` to both packages of a wheel; an editable installation reads the one at the root."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Copies the contract once for each package and includes the copies; `version` is `standard` or `editable`."""
        if version != "standard":
            return
        self.copies = Path(tempfile.mkdtemp())
        for package in PACKAGES:
            copy = self.copies / f"{package}.yaml"
            shutil.copyfile(Path(self.root, "openapi.yaml"), copy)
            build_data["force_include"][str(copy)] = f"{package}/openapi.yaml"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:  # noqa: ARG002
        """Removes the copies once the wheel is written."""
        if version == "standard":
            shutil.rmtree(self.copies)
