"""A real clamd on a socket of its own, which knows one signature of ours."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from pathlib import Path

SIGN = b"CHUOI THU CUA CHUONG TRINH OCOP"
NAME = "OCOP.Thu.UNOFFICIAL"  # clamd marks signatures that are not ClamAV's own
INSTALL = "Cần clamd để chạy kiểm thử này: sudo apt-get install -y --no-install-recommends clamav-daemon"


class Clamd:
    """Started and stopped at will, always on the same socket."""

    def __init__(self, folder: Path) -> None:
        program = shutil.which("clamd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
        assert program, INSTALL
        self.socket = folder / "clamd"
        self._words = [program, "-c", str(folder / "clamd.conf")]
        self._process: subprocess.Popen[bytes] | None = None
        (folder / "signatures").mkdir()
        (folder / "signatures" / "ocop.ndb").write_text(f"OCOP.Thu:0:*:{SIGN.hex()}\n", encoding="ascii")
        (folder / "clamd.conf").write_text(
            f"Foreground yes\nDatabaseDirectory {folder}/signatures\nLocalSocket {self.socket}\nStreamMaxLength 25M\n",
            encoding="ascii",
        )

    def start(self) -> None:
        self._process = subprocess.Popen(self._words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(200):
            assert self._process.poll() is None, "clamd ended"
            with socket.socket(socket.AF_UNIX) as client:
                try:
                    client.connect(str(self.socket))
                except OSError:
                    time.sleep(0.05)
                else:
                    return
        raise TimeoutError("clamd does not listen")

    def stop(self) -> None:
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None
            self.socket.unlink(missing_ok=True)
