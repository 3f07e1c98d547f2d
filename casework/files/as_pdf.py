"""Make a PDF of a Word or Excel file with LibreOffice. Runs in the limited child process only (decision 0017).

LibreOffice is a child of that child: it has its memory, its size of files and its time on the processor. It gets a
profile of its own that nobody used before, in which no macro runs and no link is followed, and an empty environment.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from ui.hostile.unfit import UnfitError

SHUT = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop>
<prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop>
</item>
</oor:items>
"""


def read(file: IO[bytes], question: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Give one answer: `made`, how many bytes of PDF were put into `question["into"]`.

    Raises:
        UnfitError: LibreOffice made none of it.
    """
    with tempfile.TemporaryDirectory() as folder:
        source, profile = Path(folder) / f"file.{question['ext']}", Path(folder) / "profile"
        with source.open("wb") as copy:
            shutil.copyfileobj(file, copy)
        (profile / "user").mkdir(parents=True)
        (profile / "user" / "registrymodifications.xcu").write_text(SHUT)
        _run([question["soffice"], *_asked(source, profile)], folder, question["patience"])
        made = source.with_suffix(".pdf")
        if not made.is_file():
            raise UnfitError("文件损坏或者设有口令，转换不出来")
        with made.open("rb") as pdf:
            shutil.copyfileobj(pdf, question["into"])
        question["into"].flush()
        yield {"made": made.stat().st_size}


def _asked(source: Path, profile: Path) -> list[str]:
    quiet = ["--headless", "--norestore", "--nologo", "--nodefault", "--nolockcheck"]
    where = [f"-env:UserInstallation={profile.as_uri()}", "--convert-to", "pdf", "--outdir", str(source.parent)]
    return [*quiet, *where, str(source)]


def _run(command: list[str], folder: str, patience: float) -> None:
    """Run it in a group of its own, all of which ends when it takes too long."""
    own = {"PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8", "HOME": folder}
    nothing = subprocess.DEVNULL
    running = subprocess.Popen(  # noqa: S603  the program of the settings; the file is one argument, named by us
        command, cwd=folder, env=own, stdin=nothing, stdout=nothing, stderr=nothing, start_new_session=True
    )
    try:
        running.wait(patience)
    except subprocess.TimeoutExpired:
        raise UnfitError("转换超过了限定的时间") from None
    finally:
        with suppress(ProcessLookupError):
            os.killpg(running.pid, signal.SIGKILL)
