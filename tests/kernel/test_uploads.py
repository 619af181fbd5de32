"""Files in pieces: sent on after a break, measured against what was promised, lent to a form, gone after 48 hours."""

import base64
import fcntl
import hashlib
import resource
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pypdfium2
import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.test import Client
from django.utils.datastructures import MultiValueDict
from pytest_django import Settings

from ocop.accounts.models import User
from ocop.kernel import audit, files, jobs
from ocop.kernel.files import resumable
from ocop.kernel.files.uploads import Picked
from ocop.kernel.models import Blob, Event, Job, Upload
from ocop.kernel.refusal import Refusal

from .clamav import NAME, Clamd
from .test_files import EXE, pdf, picture, word
from .test_pictures import phone_photo
from .test_scanning import INFECTED

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 1, 1, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
MB = 1024 * 1024
LONG = pdf().replace(b"trailer", b"%" + b"ocop" * 200_000 + b"\ntrailer")  # 800 kB


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> Path:
    settings.OCOP_DATA = tmp_path / "data"
    return settings.OCOP_DATA


@pytest.fixture
def owner() -> User:
    return User.objects.create(email="chuthe@example.vn", name="Bàn Thị Lụa")


def lying(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def begun(owner: User, content: bytes, name: str = "giấy.pdf", room: files.Room | None = None) -> Upload:
    digest = hashlib.sha256(content).hexdigest()
    return resumable.begin(owner=owner.pk, name=name, size=len(content), sha256=digest, now=NOW, room=room)


def sent(owner: User, content: bytes, name: str = "giấy.pdf", room: files.Room | None = None) -> Upload:
    return resumable.append(begun(owner, content, name, room), at=0, piece=content, by=owner, now=NOW)


def picked(*uploads: Upload, together: bool = False) -> Picked:
    return Picked(tuple(upload.code for upload in uploads), together)


# The protocol

TUS = {"Tus-Resumable": "1.0.0"}


class Sender:
    """A browser that speaks tus."""

    def __init__(self, user: User | None) -> None:
        self.client = Client()
        if user:
            self.client.force_login(user)

    def begin(self, content: bytes, name: str = "giấy.pdf", to: str = "/tai-len/", **headers: object):  # type: ignore[no-untyped-def]
        told = {"filename": name, "sha256": hashlib.sha256(content).hexdigest()}
        metadata = ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in told.items())
        wanted = {**TUS, "Upload-Length": len(content), "Upload-Metadata": metadata, **headers}
        return self.client.post(to, headers={key: str(value) for key, value in wanted.items()})

    def send(self, url: str, at: object, piece: bytes, **headers: object):  # type: ignore[no-untyped-def]
        wanted = {**TUS, "Upload-Offset": at, **headers}
        told = {key: str(value) for key, value in wanted.items()}
        return self.client.patch(url, piece, content_type="application/offset+octet-stream", headers=told)

    def offset(self, url: str) -> int:
        answer = self.client.head(url, headers=TUS)
        assert (answer.status_code, answer["Tus-Resumable"], answer["Cache-Control"]) == (200, "1.0.0", "no-store")
        return int(answer["Upload-Offset"])


def test_a_file_goes_in_pieces_and_goes_on_where_the_line_broke(owner: User) -> None:
    sender = Sender(owner)
    made = sender.begin(LONG)
    assert (made.status_code, made["Upload-Offset"]) == (201, "0")
    url = made["Location"]
    assert sender.send(url, 0, LONG[:300_000])["Upload-Offset"] == "300000"
    after_a_restart = Sender(owner)
    assert after_a_restart.offset(url) == 300_000
    last = after_a_restart.send(url, 300_000, LONG[300_000:])
    assert (last.status_code, last["Upload-Offset"]) == (204, str(len(LONG)))
    told = after_a_restart.client.get(url).json()
    assert (told["state"], told["name"], told["taken"]) == ("ready", "giấy.pdf", False)
    [stored] = files.take(Picked((told["code"],), False), by=owner, now=NOW)
    assert (files.open_blob(stored.blob), stored.name) == (LONG, "giấy.pdf")
    assert after_a_restart.client.get(url).json()["taken"] is True


def test_the_same_file_again_goes_on_where_it_stopped(owner: User) -> None:
    sender = Sender(owner)
    url = sender.begin(LONG)["Location"]
    sender.send(url, 0, LONG[:1000])
    again = sender.begin(LONG)
    assert (again["Location"], again["Upload-Offset"]) == (url, "1000")
    assert sender.begin(LONG, "tên khác.pdf")["Location"] != url
    assert sender.begin(LONG + b"\n")["Location"] != url


@pytest.mark.parametrize("at", [0, 999, 1001, 5000])
def test_a_piece_at_another_place_than_the_end_is_not_written(owner: User, at: int) -> None:
    sender = Sender(owner)
    url = sender.begin(LONG)["Location"]
    sender.send(url, 0, LONG[:1000])
    wrong = sender.send(url, at, b"x" * 10)
    assert (wrong.status_code, wrong["Upload-Offset"]) == (409, "1000")
    assert sender.offset(url) == 1000


def test_a_piece_beyond_the_promised_size_is_not_written(owner: User) -> None:
    sender = Sender(owner)
    url = sender.begin(pdf())["Location"]
    assert sender.send(url, 0, pdf() + b"\n").status_code == 409
    assert sender.offset(url) == 0
    assert sender.send(url, 0, pdf()).status_code == 204
    assert sender.send(url, len(pdf()), b"\n").status_code == 409  # it is whole


def test_a_piece_of_1_mb_is_taken_and_one_byte_more_is_not(owner: User) -> None:
    sender = Sender(owner)
    content = LONG + b"\n" * MB
    url = sender.begin(content)["Location"]
    assert sender.send(url, 0, content[: MB + 1]).status_code == 413
    assert sender.send(url, 0, content[:MB]).status_code == 204


def test_a_file_resumed_with_other_bytes_is_refused_and_nothing_is_kept(owner: User, folder: Path) -> None:
    sender = Sender(owner)
    url = sender.begin(LONG)["Location"]
    sender.send(url, 0, LONG[:1000])
    other = sender.send(url, 1000, bytes(len(LONG) - 1000))
    assert other.status_code == 422
    assert other.json() == {
        "what": "Chưa nhận tệp “giấy.pdf”.",
        "why": "Nội dung gửi tiếp không phải của tệp đã gửi lúc đầu.",
        "next": "Chọn lại tệp rồi tải lên.",
    }
    assert not lying(folder)
    assert sender.client.get(url).json()["state"] == "refused"
    assert sender.begin(LONG)["Location"] != url


def test_a_file_that_is_not_what_it_says_is_refused_when_it_is_whole(owner: User, folder: Path) -> None:
    sender = Sender(owner)
    answer = sender.send(sender.begin(EXE)["Location"], 0, EXE)
    assert answer.status_code == 422
    assert "chương trình máy tính" in answer.json()["why"]
    assert not lying(folder)


@pytest.mark.parametrize(
    ("name", "size", "why"),
    [
        ("a.pdf", 0, "Tệp rỗng"),
        ("a.pdf", 20 * MB + 1, "tối đa 20 MB"),
        ("a.exe", 10, "Loại tệp này không được nhận"),
        ("", 10, "Loại tệp này không được nhận"),
    ],
)
def test_what_will_be_refused_is_refused_before_it_is_sent(owner: User, name: str, size: int, why: str) -> None:
    answer = Sender(owner).begin(b"", name, **{"Upload-Length": size})
    assert answer.status_code == 422
    assert why in answer.json()["why"]
    assert not Upload.objects.exists()


def test_20_mb_may_be_sent(owner: User) -> None:
    assert Sender(owner).begin(b"", "a.pdf", **{"Upload-Length": 20 * MB}).status_code == 201


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Tus-Resumable": "0.2.2"}, 412),
        ({"Upload-Length": "-1"}, 400),
        ({"Upload-Length": "9" * 30}, 400),
        ({"Upload-Length": "x"}, 400),
        ({"Upload-Metadata": "filename !!!"}, 400),
        ({"Upload-Metadata": "filename /w=="}, 400),
        ({"Upload-Metadata": "filename YS5wZGY="}, 422),  # a.pdf, without its SHA-256
    ],
)
def test_a_wish_that_is_no_tus_is_refused(owner: User, headers: dict[str, str], status: int) -> None:
    assert Sender(owner).begin(pdf(), **headers).status_code == status
    assert not Upload.objects.exists()


def test_a_piece_says_where_it_begins_and_what_it_is(owner: User) -> None:
    sender = Sender(owner)
    url = sender.begin(LONG)["Location"]
    plain = sender.client.patch(url, b"x", content_type="text/plain", headers={**TUS, "Upload-Offset": "0"})
    assert plain.status_code == 415
    assert sender.send(url, "", b"x").status_code == 400
    assert sender.send(url, 0, b"x", **{"Tus-Resumable": "2"}).status_code == 412
    assert sender.offset(url) == 0


def test_an_upload_is_its_owners_alone(owner: User) -> None:
    mine = Sender(owner)
    url = mine.begin(LONG)["Location"]
    other = Sender(User.objects.create(email="khac@example.vn", name="Người khác"))
    assert other.client.get(url).status_code == 404
    assert other.client.head(url).status_code == 404
    assert other.send(url, 0, LONG[:10]).status_code == 404
    assert other.client.delete(url, headers=TUS).status_code == 404
    assert other.begin(LONG)["Location"] != url
    stranger = Sender(None)
    assert stranger.begin(LONG).status_code == 302
    assert stranger.send(url, 0, LONG[:10]).status_code == 302
    assert mine.offset(url) == 0


def test_a_form_token_is_asked_for_every_piece(owner: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner)
    upload = begun(owner, LONG)
    headers = {**TUS, "Upload-Offset": "0"}
    answer = client.patch(
        f"/tai-len/{upload.code}/", b"x", content_type="application/offset+octet-stream", headers=headers
    )
    assert answer.status_code == 403
    assert resumable.offset(upload) == 0


def test_what_was_stopped_is_gone(owner: User, folder: Path) -> None:
    sender = Sender(owner)
    url = sender.begin(LONG)["Location"]
    sender.send(url, 0, LONG[:1000])
    assert sender.client.delete(url, headers=TUS).status_code == 204
    assert sender.client.get(url).status_code == 404
    assert not lying(folder)


def test_two_pieces_at_once_are_not_mixed(owner: User, folder: Path) -> None:
    sender = Sender(owner)
    url = sender.begin(LONG)["Location"]
    sender.send(url, 0, LONG[:1000])
    [part] = lying(folder)
    with part.open("ab") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        assert sender.send(url, 1000, LONG[1000:2000]).status_code == 423
    assert sender.send(url, 1000, LONG[1000:2000])["Upload-Offset"] == "2000"


# What arrives lies unread, and whole


def test_pieces_can_be_read_by_the_process_alone_and_a_whole_file_by_nobody(owner: User, folder: Path) -> None:
    upload = begun(owner, LONG)
    resumable.append(upload, at=0, piece=LONG[:1000], by=owner, now=NOW)
    [part] = lying(folder)
    assert stat.S_IMODE(part.stat().st_mode) == 0o600
    resumable.append(upload, at=1000, piece=LONG[1000:], by=owner, now=NOW)
    [sealed] = lying(folder)
    assert sealed.suffix == ".sealed"
    assert b"ocopocop" not in sealed.read_bytes()


def test_a_check_that_was_broken_off_is_made_by_an_empty_piece(owner: User, folder: Path) -> None:
    upload = begun(owner, LONG)
    resumable.append(upload, at=0, piece=LONG[:1000], by=owner, now=NOW)
    [part] = lying(folder)
    part.write_bytes(LONG)  # as the process was killed after its last piece
    whole = resumable.append(upload, at=len(LONG), piece=b"", by=owner, now=NOW)
    assert whole.state == Upload.READY


@pytest.fixture
def full_disk() -> Iterator[None]:
    """The system takes no more than 2,000 bytes a file."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2000, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_keeps_what_has_come_and_says_so(owner: User, full_disk: None) -> None:
    upload = begun(owner, LONG)
    resumable.append(upload, at=0, piece=LONG[:1000], by=owner, now=NOW)
    with pytest.raises(Refusal, match="Phần đã gửi vẫn còn"):
        resumable.append(upload, at=1000, piece=LONG[1000:4000], by=owner, now=NOW)
    assert resumable.offset(upload) == 1000


# Limits of a place


def test_60_files_are_taken_and_the_61st_is_not(owner: User) -> None:
    for number in range(60):
        begun(owner, pdf(), f"{number}.pdf")
    with pytest.raises(Refusal, match="chỉ còn nhận 0 tệp, 199 MB"):
        begun(owner, pdf(), "60.pdf")
    assert begun(owner, pdf(), "60.pdf", files.Room(place="hồ sơ khác"))


def test_200_mb_are_taken_and_one_byte_more_is_not(owner: User) -> None:
    for number in range(10):
        resumable.begin(owner=owner.pk, name=f"{number}.pdf", size=20 * MB, sha256="0" * 64, now=NOW)
    with pytest.raises(Refusal, match="chỉ còn nhận 50 tệp, 0 MB"):
        resumable.begin(owner=owner.pk, name="a.pdf", size=1, sha256="0" * 64, now=NOW)


def test_a_room_says_what_it_still_takes_and_which_kinds(owner: User) -> None:
    room = files.Room(place="dossier:X", files=1, size=len(LONG), allow=files.IMAGES)
    with pytest.raises(Refusal, match="Các loại được nhận: jpg, png, webp"):
        begun(owner, LONG, room=room)
    begun(owner, picture(), "a.jpg", room)
    with pytest.raises(Refusal, match="chỉ còn nhận 0 tệp"):
        begun(owner, picture(), "b.jpg", room)


def test_what_a_form_took_leaves_room_for_more(owner: User) -> None:
    room = files.Room(files=1)
    upload = sent(owner, pdf(), room=room)
    files.take(picked(upload), by=owner, now=NOW)
    assert begun(owner, pdf(), room=room).pk != upload.pk


# What a form takes


def test_files_become_papers_of_their_own_in_their_order(owner: User) -> None:
    uploads = [sent(owner, word(), "b.docx"), sent(owner, phone_photo(), "a.jpg"), sent(owner, pdf(), "c.pdf")]
    stored = files.take(picked(*uploads), by=owner, now=NOW)
    assert [one.name for one in stored] == ["b.docx", "a.jpg", "c.pdf"]
    assert files.open_blob(stored[0].blob) == word()
    assert b"Exif" not in files.open_blob(stored[1].blob)


def test_the_same_form_again_takes_the_same_files(owner: User) -> None:
    upload = sent(owner, pdf())
    first = files.take(picked(upload), by=owner, now=NOW)
    assert files.take(picked(upload), by=owner, now=NOW + HOUR) == first
    assert Blob.objects.count() == 1


def test_photos_together_become_one_paper_in_the_order_of_the_form(owner: User) -> None:
    tall, wide = (sent(owner, picture(size), name) for size, name in (((40, 60), "2.jpg"), ((60, 40), "1.jpg")))
    [stored] = files.take(picked(wide, tall, together=True), by=owner, now=NOW)
    assert (stored.name, stored.blob.mime) == ("1.pdf", "application/pdf")
    document = pypdfium2.PdfDocument(files.open_blob(stored.blob))
    assert [document.get_page_size(number) for number in range(len(document))] == [(842, 595), (595, 842)]
    document.close()
    assert Blob.objects.count() == 1  # the photos themselves are not kept twice


def test_only_photos_go_together(owner: User) -> None:
    photo, paper = sent(owner, picture(), "a.jpg"), sent(owner, pdf(), "b.pdf")
    with pytest.raises(Refusal, match=r"“b\.pdf”\. Chỉ ghép được ảnh thành một giấy tờ"):
        files.take(picked(photo, paper, together=True), by=owner, now=NOW)
    assert len(files.take(picked(photo, paper), by=owner, now=NOW)) == 2


def test_a_file_that_is_not_whole_gone_refused_or_another_persons_is_not_taken(owner: User) -> None:
    half = begun(owner, LONG)
    with pytest.raises(Refusal, match="Tệp chưa tải lên hết"):
        files.take(picked(half), by=owner, now=NOW)
    with pytest.raises(Refusal, match="chương trình máy tính"):
        sent(owner, EXE, "b.pdf")
    with pytest.raises(Refusal, match="chương trình máy tính"):
        files.take(picked(Upload.objects.get(name="b.pdf")), by=owner, now=NOW)
    whole = sent(owner, pdf())
    other = User.objects.create(email="khac@example.vn", name="Người khác")
    for person, given in ((other, picked(whole)), (owner, Picked(("KHONGCO",), False))):
        with pytest.raises(Refusal, match=r"Tệp đã tải lên không còn \(chỉ giữ 48 giờ\)"):
            files.take(given, by=person, now=NOW)
    with pytest.raises(Refusal, match="Các loại được nhận: jpg, png, webp"):
        files.take(picked(whole), by=owner, now=NOW, allow=files.IMAGES)
    assert not Blob.objects.exists()


def test_a_restricted_file_stays_encrypted_from_its_last_piece_on(owner: User, folder: Path) -> None:
    [stored] = files.take(picked(sent(owner, LONG)), by=owner, now=NOW, restricted=True)
    assert stored.blob.restricted
    assert {path.suffix for path in lying(folder)} == {".sealed"}


class ManyForm(forms.Form):
    file = files.UploadField(many=True, to="/tai-len/")


class OneForm(forms.Form):
    file = files.UploadField(to="/tai-len/")


class PlainForm(forms.Form):
    file = files.UploadField()


def posted(form: type[forms.Form], query: str) -> forms.Form:
    return form(QueryDict(query), MultiValueDict())


def test_a_form_is_given_codes_in_place_of_files() -> None:
    form = posted(ManyForm, "file=A&file=B")
    assert form.is_valid()
    assert form.cleaned_data["file"] == Picked(("A", "B"), together=False)
    together = posted(ManyForm, "file=A&file=B&file-together=1")
    assert together.is_valid()
    assert together.cleaned_data["file"].papers == 1


def test_a_form_shows_the_codes_that_it_was_given_again() -> None:
    html = posted(ManyForm, "file=A&file=%22%3E&file-together=1").as_p()
    assert '<input type="hidden" name="file" value="A" data-code>' in html
    assert 'value="&quot;&gt;"' in html
    assert '<input type="hidden" name="file-together" value="1" data-joined>' in html


def test_codes_are_taken_only_where_the_form_says_so() -> None:
    assert posted(OneForm, "file=A").is_valid()
    assert not posted(OneForm, "file=A&file=B").is_valid()
    assert not posted(PlainForm, "file=A").is_valid()
    assert posted(ManyForm, "file=").errors


def test_without_scripts_one_file_comes_with_its_form(owner: User) -> None:
    upload = SimpleUploadedFile("giấy.pdf", pdf())
    form = ManyForm(QueryDict(""), MultiValueDict({"file": [upload]}))
    assert form.is_valid()
    [stored] = files.take(form.cleaned_data["file"], by=owner, now=NOW)
    assert (stored.name, files.open_blob(stored.blob)) == ("giấy.pdf", pdf())


# 48 hours


def test_what_no_form_took_goes_after_48_hours_and_not_before(owner: User, folder: Path) -> None:
    half, whole = begun(owner, LONG), sent(owner, pdf())
    resumable.append(half, at=0, piece=LONG[:10], by=owner, now=NOW)
    resumable.sweep(now=NOW + 48 * HOUR - timedelta(seconds=1))
    assert len(lying(folder)) == Upload.objects.count() == 2
    [stored] = files.take(picked(whole), by=owner, now=NOW)
    resumable.sweep(now=NOW + 48 * HOUR)
    assert not Upload.objects.exists()
    assert len(lying(folder)) == 1  # the paper that a form took
    assert files.open_blob(stored.blob) == pdf()


def test_the_sweep_is_a_regular_job(owner: User) -> None:
    begun(owner, LONG)
    jobs.run_due(lambda: NOW + 48 * HOUR)
    assert not Upload.objects.exists()


def test_bytes_without_a_row_go_too(owner: User, folder: Path) -> None:
    upload = begun(owner, LONG)
    resumable.append(upload, at=0, piece=LONG[:10], by=owner, now=NOW)
    Upload.objects.all().delete()
    resumable.sweep(now=datetime.now(UTC))
    assert len(lying(folder)) == 1  # its row may be on its way
    resumable.sweep(now=datetime.now(UTC) + 49 * HOUR)
    assert not lying(folder)


# The scanner: a real one, up and down


@pytest.fixture
def clamd(tmp_path: Path, settings: Settings) -> Iterator[Clamd]:
    """A scanner that is named and not started."""
    made = Clamd(tmp_path)
    settings.OCOP_CLAMD = str(made.socket)
    yield made
    made.stop()


def test_an_infected_file_is_refused_with_an_event_and_nothing_is_kept(owner: User, folder: Path, clamd: Clamd) -> None:
    clamd.start()
    with pytest.raises(Refusal, match="nhiễm mã độc"):
        sent(owner, INFECTED)
    with pytest.raises(Refusal, match="nhiễm mã độc"):
        files.take(SimpleUploadedFile("tờ khai.pdf", INFECTED), by=owner, now=NOW)
    assert not lying(folder)
    assert not Blob.objects.exists()
    told = [audit.timeline(upload)[0] for upload in Upload.objects.order_by("pk")]
    assert [(entry.kind, entry.actor and entry.actor.name, entry.after) for entry in told] == [
        ("upload.infected", "Bàn Thị Lụa", {"tệp": "giấy.pdf", "phát hiện": NAME}),
        ("upload.infected", "Bàn Thị Lụa", {"tệp": "tờ khai.pdf", "phát hiện": NAME}),
    ]
    assert sent(owner, pdf()).state == Upload.READY


def test_while_the_scanner_is_down_a_file_waits_sealed_and_no_form_gets_it(
    owner: User, folder: Path, clamd: Clamd
) -> None:
    sender = Sender(owner)
    url = sender.begin(INFECTED)["Location"]
    assert sender.send(url, 0, INFECTED).status_code == 204
    told = sender.client.get(url).json()
    assert (told["state"], told["offset"]) == ("waiting", len(INFECTED))
    [sealed] = lying(folder)
    assert b"%PDF" not in sealed.read_bytes()
    with pytest.raises(Refusal, match="Tệp đang chờ quét vi-rút và được giữ riêng"):
        files.take(Picked((told["code"],), False), by=owner, now=NOW)
    assert not Blob.objects.exists()


def test_a_job_scans_what_waited_and_tries_again_while_the_scanner_is_down(
    owner: User, folder: Path, clamd: Clamd
) -> None:
    clean, bad = sent(owner, phone_photo(), "a.jpg"), sent(owner, INFECTED)
    assert {clean.state, bad.state} == {Upload.WAITING}
    minute = timedelta(minutes=1)
    jobs.run_due(lambda: NOW + minute)
    waiting = Job.objects.filter(name=resumable.SCAN_JOB, state=Job.WAITING)
    assert waiting.count() == 2
    assert set(Upload.objects.values_list("state", flat=True)) == {Upload.WAITING}
    clamd.start()
    jobs.run_due(lambda: NOW + 3 * minute)
    clean.refresh_from_db()
    bad.refresh_from_db()
    assert (clean.state, bad.state) == (Upload.READY, Upload.REFUSED)
    assert "nhiễm mã độc" in bad.why
    assert Event.objects.about(bad).get().kind == "upload.infected"
    [stored] = files.take(picked(clean), by=owner, now=NOW)
    assert b"Exif" not in files.open_blob(stored.blob)
    assert not any(path.stem == bad.code for path in lying(folder))


def test_what_waits_is_not_dropped_and_is_scanned_when_the_scanner_is_back(owner: User, clamd: Clamd) -> None:
    upload = sent(owner, pdf())
    Job.objects.all().delete()  # given up after its tries
    resumable.sweep(now=NOW + 72 * HOUR)
    clamd.start()
    jobs.run_due(lambda: NOW + 72 * HOUR)
    upload.refresh_from_db()
    assert upload.state == Upload.READY


def test_a_form_with_its_file_is_refused_while_the_scanner_is_down(owner: User, folder: Path, clamd: Clamd) -> None:
    with pytest.raises(Refusal, match="Máy quét vi-rút đang dừng"):
        files.take(SimpleUploadedFile("giấy.pdf", pdf()), by=owner, now=NOW)
    assert not lying(folder)
