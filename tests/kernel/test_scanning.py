"""The virus scanner: a real clamd over its socket, and one that answers wrongly. compliance.md section 3."""

import socket
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import Settings

from ocop.kernel import files
from ocop.kernel.files import scanning
from ocop.kernel.models import Blob
from ocop.kernel.refusal import Refusal
from ocop.project import environment

from .clamav import NAME, SIGN, Clamd
from .test_files import pdf

NOW = datetime(2026, 6, 1, 1, 0, tzinfo=UTC)
MB = 1024 * 1024
INFECTED = pdf().replace(b"trailer", b"%" + SIGN + b"\ntrailer")


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> Path:
    settings.OCOP_DATA = tmp_path / "data"
    return settings.OCOP_DATA


@pytest.fixture(scope="module")
def clamd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clamd]:
    made = Clamd(tmp_path_factory.mktemp("clamd"))
    made.start()
    yield made
    made.stop()


@pytest.fixture
def scanner(clamd: Clamd, settings: Settings) -> None:
    settings.OCOP_CLAMD = str(clamd.socket)


def kept(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def sent(content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("giấy.pdf", content)


def test_clean_content_passes_and_a_signature_is_found_wherever_it_stands(scanner: None) -> None:
    assert scanning.scan(b"") == ""
    assert scanning.scan(pdf()) == ""
    assert scanning.scan(SIGN) == NAME
    assert scanning.scan(bytes(600_000) + SIGN) == NAME
    assert scanning.scan(b"x" * (20 * MB - len(SIGN)) + SIGN) == NAME
    assert scanning.scan(b"x" * (20 * MB)) == ""


@pytest.mark.django_db
def test_a_clean_file_is_kept_and_an_infected_one_is_not(scanner: None, folder: Path) -> None:
    with pytest.raises(Refusal, match=r"Chưa nhận tệp “giấy\.pdf”\. Tệp nhiễm mã độc \(OCOP\.Thu\.UNOFFICIAL\)"):
        files.store(sent(INFECTED), "giấy.pdf", now=NOW)
    assert not kept(folder)
    assert not Blob.objects.exists()
    assert files.store(sent(pdf()), "giấy.pdf", now=NOW).blob == Blob.objects.get()


@pytest.mark.django_db
def test_without_a_named_scanner_nothing_is_scanned(settings: Settings) -> None:
    settings.OCOP_CLAMD = ""
    assert files.store(sent(INFECTED), "giấy.pdf", now=NOW)


@pytest.mark.django_db
def test_a_scanner_that_is_down_lets_nothing_pass(settings: Settings, tmp_path: Path, folder: Path) -> None:
    for place in (str(tmp_path / "nobody"), "127.0.0.1:1"):
        settings.OCOP_CLAMD = place
        with pytest.raises(Refusal, match="Máy quét vi-rút đang dừng nên tệp chưa được quét"):
            files.store(sent(pdf()), "giấy.pdf", now=NOW)
    assert not kept(folder)


@pytest.fixture
def answers(settings: Settings) -> Iterator[Callable[[bytes], None]]:
    """A server that reads one INSTREAM to its end and answers as it is told; answers(b"...") tells it."""
    server = socket.create_server(("127.0.0.1", 0))
    settings.OCOP_CLAMD = f"127.0.0.1:{server.getsockname()[1]}"
    threads: list[threading.Thread] = []

    def serve(answer: bytes) -> None:
        client, _ = server.accept()
        with client, client.makefile("rb") as stream:
            assert stream.read(10) == b"zINSTREAM\0"
            while length := int.from_bytes(stream.read(4)):
                assert length <= 256 * 1024
                assert len(stream.read(length)) == length
            client.sendall(answer)

    def tell(answer: bytes) -> None:
        threads.append(threading.Thread(target=serve, args=(answer,)))
        threads[-1].start()

    yield tell
    for thread in threads:
        thread.join()
    server.close()


@pytest.mark.parametrize(
    "answer",
    [b"", b"INSTREAM size limit exceeded. ERROR\0", b"stream: Can't allocate memory ERROR\0", b"stream: O", b"OK\0"],
)
def test_any_answer_but_ok_and_found_is_no_verdict(answers: Callable[[bytes], None], answer: bytes) -> None:
    answers(answer)
    with pytest.raises(scanning.Unscanned):
        scanning.scan(b"x" * 300_000)


def test_ok_and_found_over_a_host_and_port(answers: Callable[[bytes], None]) -> None:
    answers(b"stream: OK\0")
    assert scanning.scan(b"x" * 300_000) == ""
    answers(b"stream: Win.Test.EICAR_HDB-1 FOUND\0")
    assert scanning.scan(b"x") == "Win.Test.EICAR_HDB-1"


@pytest.mark.parametrize("place", ["", "/run/clamav/clamd.ctl", "clamav.noi-bo:3310", "10.0.0.5:3310"])
def test_the_environment_takes_a_socket_or_a_host_with_its_port(tmp_path: Path, place: str) -> None:
    assert environment.read({"OCOP_DATA": str(tmp_path), "OCOP_CLAMD": place}).clamd == place


@pytest.mark.parametrize("place", ["clamd", "run/clamd.ctl", "10.0.0.5", "http://10.0.0.5:3310", "máy:x"])
def test_a_wrong_word_for_the_scanner_stops_the_start(tmp_path: Path, place: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="OCOP_CLAMD"):
        environment.read({"OCOP_DATA": str(tmp_path), "OCOP_CLAMD": place})
