"""A load of users, each a process with one kept connection that asks again when it has the answer or has read it.

Plain sockets: the load shares the cores with the server, so it must cost little.
"""

from __future__ import annotations

import random
import socket
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier

from .pages import Target

_FORK = get_context("fork")
_END = b"\r\n\r\n"


@dataclass(frozen=True)
class Measured:
    """One load. rate  answers a second of all users together; p95, cpu  milliseconds, cpu of the server an answer"""

    rate: float
    p95: float
    cpu: float


class Client:
    """One HTTP/1.1 connection that stays open."""

    def __init__(self, port: int, cookie: str = "", *, fragment: bool = False) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        lines = [f"Host: 127.0.0.1:{port}", "Accept: text/html", "Accept-Encoding: gzip", "User-Agent: ocop-bench"]
        if cookie:
            lines.append(f"Cookie: {cookie}")
        if fragment:
            lines.append("HX-Request: true")
        self._rest = (" HTTP/1.1\r\n" + "\r\n".join(lines)).encode() + _END

    def get(self, address: str) -> tuple[bytes, bytes]:
        """Return head and body of the answer. :raises RuntimeError: it is not a 200 of a stated length"""
        self._socket.sendall(b"GET " + address.encode() + self._rest)
        data = b""
        while (end := data.find(_END)) < 0:
            data += self._receive(address)
        head = data[:end]
        at = head.lower().find(b"content-length:")
        if not head.startswith(b"HTTP/1.1 200") or at < 0:
            raise RuntimeError(f"{address}: {head.decode('latin-1')}")
        length = int(head[at + 15 :].split(b"\r\n", 1)[0])
        body = [data[end + 4 :]]
        missing = length - len(body[0])
        while missing > 0:
            body.append(self._receive(address))
            missing -= len(body[-1])
        return head, b"".join(body)

    def _receive(self, address: str) -> bytes:
        part = self._socket.recv(262144)
        if not part:
            raise RuntimeError(f"{address}: the server closed the connection")
        return part

    def close(self) -> None:
        self._socket.close()


def _user(
    target: Target, user: int, numbers: range, seconds: float, think: float, go: Barrier, out: Connection
) -> None:
    """Ask for numbers until the time is over; send the latencies and the whole time in seconds, or the error."""
    try:
        client = Client(target.server.port, target.cookies[user] if target.cookies else "", fragment=target.fragment)
        latencies: list[float] = []
        jitter = random.Random(user)
        go.wait()
        began = time.perf_counter()
        _read(think * jitter.random())  # users do not come all at once
        for n in numbers:
            asked = time.perf_counter()
            client.get(target.address(n))
            answered = time.perf_counter()
            latencies.append(answered - asked)
            if answered - began >= seconds:
                break
            _read(think * jitter.uniform(0.5, 1.5))
        out.send((latencies, answered - began))
    except BaseException as error:
        go.abort()
        out.send(f"{type(error).__name__}: {error}")


def _read(seconds: float) -> None:
    if seconds:
        time.sleep(seconds)


def measure(target: Target, *, users: int, seconds: float, think: float, first: int) -> Measured:
    """Load a target with users for a time.

    think  seconds that a user reads an answer, a half more or less; 0: asks again at once
    first  number of the first request; user n asks for first + n, + users...
    :raises RuntimeError: an answer that is no page
    """
    go = _FORK.Barrier(users)
    cpu = target.server.cpu()
    running = []
    for n in range(users):
        here, there = _FORK.Pipe(duplex=False)
        numbers = range(first + n, first + 10_000_000, users)
        process = _FORK.Process(target=_user, args=(target, n, numbers, seconds, think, go, there), daemon=True)
        process.start()
        running.append((process, here))
    answers = [here.recv() for _, here in running]
    for process, _ in running:
        process.join()
    if wrong := [answer for answer in answers if isinstance(answer, str)]:
        raise RuntimeError(wrong[0])
    latencies = [latency for its, _ in answers for latency in its]
    rate = sum(len(its) / took for its, took in answers)
    return Measured(rate, _p95(latencies) * 1000, (target.server.cpu() - cpu) / len(latencies) * 1000)


def _p95(values: Sequence[float]) -> float:
    return statistics.quantiles(values, n=20, method="inclusive")[-1] if len(values) > 1 else values[0]
