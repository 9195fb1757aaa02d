"""`entrepot encrypt`, killed when it has come to the stage that the variable STAGE names."""

import asyncio
import os
import signal
from pathlib import Path

from entrepot.node.encrypting import encrypt
from entrepot.settings import Settings


def stage(name: str) -> None:
    if name == os.environ["STAGE"]:
        os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    settings = Settings(data=Path(os.environ["ENTREPOT_DATA"]))
    asyncio.run(encrypt(settings, progress=lambda *_: None, stage=stage))
