"""Viruses: a file is sent to ClamAV's daemon where there is one, and it is said where nothing was searched.

The daemon here is a small one that speaks clamd's INSTREAM, so that it is asked on every machine; a real one is asked
where Debian's package is there.
"""

from __future__ import annotations

import logging
import socket
import struct
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from casework.files import viruses
from casework.files.uploads import _read_each, check
from tests.casework.test_uploads import refusal, uploaded
from tests.conftest import CLAMD
from tests.papers import PDF, docx, packed

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
INFECTED = packed({"报告.pdf": PDF + EICAR}, method=0)
AWAY = "“报告.pdf”没有收下：查毒程序没有答复。文件没有保留。请稍后再试，仍不行请告知系统管理员。"


def answer(said: bytes) -> bytes:
    """Return what clamd says of a stream."""
    return b"stream: Eicar-Test-Signature FOUND\0" if EICAR in said else b"stream: OK\0"


class Daemon:
    """clamd, as far as it is asked here; `most`: the stream it takes (StreamMaxLength)."""

    def __init__(self, path: Path, most: int = 1 << 20) -> None:
        self.most = most
        self.listening = socket.socket(socket.AF_UNIX)
        self.listening.bind(str(path))
        self.listening.listen()
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self) -> None:
        while True:
            try:
                client, _ = self.listening.accept()
            except OSError:
                return
            with client, client.makefile("rb") as sent:
                assert sent.read(10) == b"zINSTREAM\0"
                said = b""
                while (length := struct.unpack(">L", sent.read(4))[0]) and len(said) <= self.most:
                    said += sent.read(length)
                too_large = b"INSTREAM size limit exceeded. ERROR\0"
                client.sendall(answer(said) if len(said) <= self.most else too_large)


@pytest.fixture
def daemon(tmp_path: Path, settings: Any) -> Iterator[Daemon]:
    settings.CLAMAV_SOCKET = str(tmp_path / "clamd")
    made = Daemon(tmp_path / "clamd")
    yield made
    made.listening.close()


@pytest.mark.usefixtures("daemon")
def test_a_file_with_a_virus_is_refused_and_its_name_and_hash_are_in_the_log(caplog: Any) -> None:
    with caplog.at_level(logging.WARNING, logger="casework.files.uploads"):
        said = refusal("材料.zip", INFECTED)

    assert said == (
        "“材料.zip”查出病毒（Eicar-Test-Signature），没有收下。文件没有保留。请先在自己的电脑上查毒，再上传干净的文件。"
    )
    assert caplog.messages[0].startswith("infected file refused: 材料.zip Eicar-Test-Signature ")


@pytest.mark.usefixtures("daemon")
def test_a_clean_file_is_searched_and_taken() -> None:
    file = uploaded("x", PDF)

    assert check(file, "报告.pdf").is_searched
    assert file.read() == PDF


def test_where_no_daemon_is_configured_nothing_is_searched_and_that_is_known(settings: Any) -> None:
    settings.CLAMAV_SOCKET = ""

    assert not check(uploaded("x", PDF), "报告.pdf").is_searched


@pytest.mark.parametrize("away", ["gone", "another host", "too large for it"])
@pytest.mark.parametrize("takes", [False, True])
def test_a_file_that_the_daemon_did_not_search_is_refused_or_taken_as_the_office_says(
    takes: bool, away: str, settings: Any, daemon: Daemon
) -> None:
    settings.TAKE_UNREAD_FILES = takes
    if away == "too large for it":
        daemon.most = 10
    else:
        settings.CLAMAV_SOCKET = "/nowhere" if away == "gone" else "127.0.0.1:9"

    if takes:
        assert not check(uploaded("x", PDF), "报告.pdf").is_searched
    else:
        assert refusal("报告.pdf", PDF) == AWAY


def test_a_daemon_that_hangs_is_waited_for_once_in_a_sending(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.CLAMAV_SOCKET = str(tmp_path / "hung")
    monkeypatch.setattr(viruses, "SECONDS", 0.2)
    with socket.socket(socket.AF_UNIX) as hung:
        hung.bind(settings.CLAMAV_SOCKET)
        hung.listen()
        hung.setblocking(False)
        sent = [uploaded(name, content) for name, content in (("0.pdf", b"MZ"), ("1.pdf", PDF), ("2.pdf", PDF))]

        _read_each(sent)

        hung.accept()
        with pytest.raises(BlockingIOError):
            hung.accept()
    assert not hasattr(sent[0], "scan")  # refused already
    assert [file.scan.is_searched for file in sent[1:]] == [False, False]


SIGNED = "Eicar-Test-Signature"
CARRIERS = {
    "病毒.txt": EICAR,
    "报告.pdf": PDF + EICAR,
    "材料.zip": packed({"报告.pdf": PDF + EICAR}),
    "报告.docx": docx(**{"word/embeddings/a.bin": EICAR}),
    "嵌套.zip": packed({"报告.docx": docx(**{"word/media/1.png": EICAR})}),
}


@pytest.fixture(scope="module")
def real_daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Debian's clamd with one signature of our own: starts in a tenth of a second and knows nothing else."""
    folder = tmp_path_factory.mktemp("clamd")
    (folder / "ours.ndb").write_text(f"{SIGNED}:0:*:{EICAR.hex()}\n")
    said = f"LocalSocket {folder}/real\nDatabaseDirectory {folder}\nForeground yes\nStreamMaxLength 50M\n"
    (folder / "clamd.conf").write_text(said)
    with subprocess.Popen([str(CLAMD), f"--config-file={folder}/clamd.conf"], stdout=subprocess.DEVNULL) as process:
        try:
            until = time.monotonic() + 20
            while not (folder / "real").exists() and time.monotonic() < until:
                time.sleep(0.02)
            yield f"{folder}/real"
        finally:
            process.terminate()


@pytest.mark.clamav
def test_a_real_daemon_finds_a_virus_wherever_it_lies(real_daemon: str, settings: Any) -> None:
    settings.CLAMAV_SOCKET = real_daemon

    found = {name: viruses.search(uploaded("x", content)) for name, content in CARRIERS.items()}

    assert found == dict.fromkeys(CARRIERS, viruses.Scan(True, f"{SIGNED}.UNOFFICIAL"))
    assert viruses.search(uploaded("x", docx())) == viruses.Scan(True)


@pytest.mark.clamav
def test_what_a_real_daemon_finds_is_refused_and_what_it_does_not_is_taken_as_searched(
    real_daemon: str, settings: Any
) -> None:
    settings.CLAMAV_SOCKET = real_daemon

    assert refusal("报告.docx", CARRIERS["报告.docx"]).startswith(
        f"“报告.docx”查出病毒（{SIGNED}.UNOFFICIAL），没有收下。"
    )
    assert check(uploaded("x", docx()), "报告.docx").is_searched
