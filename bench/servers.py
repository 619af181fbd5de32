"""Processes of a run: Django's commands and ours, and servers as ./run starts them, on data of their own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HOME = ROOT / ".cache" / "bench"
WORKERS = 2


@dataclass(frozen=True)
class Server:
    """A running server: its port, and the process that keeps the workers."""

    port: int
    pid: int

    def cpu(self) -> float:
        """Seconds of CPU that the workers used so far. Unlike a rate, this hardly depends on who else is at work."""
        workers = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        used = [Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13] for pid in workers]
        return sum(int(ticks) for pair in used for ticks in pair) / os.sysconf("SC_CLK_TCK")


def environment(**extra: str) -> dict[str, str]:
    """Sample mode, SQLite, the folder of the bench: whatever the shell says of the live installation."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("OCOP_") and k != "DATABASE_URL"}
    ours = {"OCOP_DATA": str(HOME / "data"), "DJANGO_SETTINGS_MODULE": "ocop.project.settings"}
    return {**inherited, **ours, "PYTHONPATH": str(ROOT), **extra}


def python(*words: str, **extra: str) -> str:
    """Run a module and return what it prints; a failure ends the bench. extra  of the environment"""
    done = subprocess.run(
        [sys.executable, "-m", *words],
        cwd=ROOT,
        env=environment(**extra),
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"bench: python -m {' '.join(words)} failed")
    return done.stdout


@contextmanager
def server(settings: str) -> Iterator[Server]:
    """Serve with these settings on a free port until the block ends."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    words = ["--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--workers", str(WORKERS), "--no-ws"]
    words += ["--log-level", "error", "--workers-kill-timeout", "5"]  # a worker that is still starting hears no signal
    process = subprocess.Popen(
        [Path(sys.executable).with_name("granian"), *words, "ocop.project.wsgi:application"],
        cwd=ROOT,
        env=environment(PORT=str(port), DJANGO_SETTINGS_MODULE=settings),
        stdout=sys.stderr,
    )
    try:
        _wait_for(port)
        yield Server(port, process.pid)
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait_for(port: int) -> None:
    for _ in range(300):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    sys.exit(f"bench: no server on port {port}")
