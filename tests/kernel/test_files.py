"""Uploads: what is taken, what is refused in which words, how it is kept and handed out. compliance.md section 3."""

import io
import os
import resource
import stat
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import docx
import pikepdf
import pytest
import xlsxwriter
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory
from PIL import Image
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from ocop.kernel import files
from ocop.kernel.models import Blob
from ocop.kernel.refusal import Refusal

NOW = datetime(2026, 6, 1, 1, 0, tzinfo=UTC)
MB = 1024 * 1024
EXE = b"MZ\x90\x00\x03\x00\x00\x00" + bytes(500)


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> Path:
    """A data folder of the test's own."""
    settings.OCOP_DATA = tmp_path / "data"
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path / "uploads")
    Path(settings.FILE_UPLOAD_TEMP_DIR).mkdir()
    return settings.OCOP_DATA


def pdf(text: str = "x", *, encryption: pikepdf.Encryption | None = None) -> bytes:
    out = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.docinfo["/Title"] = text
        # One text gives the same bytes each time: without this the file's ID is drawn from the clock.
        document.save(out, encryption=encryption or False, deterministic_id=encryption is None)
    return out.getvalue()


def picture(size: tuple[int, int] = (60, 40), code: str = "JPEG", **options: object) -> bytes:
    out = io.BytesIO()
    image = Image.new("RGB", size, (200, 30, 30))
    image.paste((30, 30, 200), (0, 0, size[0] // 2, size[1]))  # the left half blue
    image.save(out, code, **options)
    return out.getvalue()


def word() -> bytes:
    out = io.BytesIO()
    docx.Document().save(out)
    return out.getvalue()


def excel() -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        book.add_worksheet().write(0, 0, "chè")
    return out.getvalue()


def with_part(package: bytes, name: str, content: bytes) -> bytes:
    """An Office file with one more part."""
    out = io.BytesIO(package)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return out.getvalue()


def with_types(package: bytes, old: bytes, new: bytes) -> bytes:
    """An Office file whose list of content types says something else."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as source, zipfile.ZipFile(out, "w") as target:
        for entry in source.infolist():
            content = source.read(entry)
            target.writestr(entry, content.replace(old, new) if entry.filename == "[Content_Types].xml" else content)
    return out.getvalue()


def zipped(entries: int = 0, zeros: int = 0, noise: int = 0) -> bytes:
    """A Word file with more empty parts, a part of zeros and a part that does not shrink."""
    out = io.BytesIO(word())
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for number in range(entries - len(archive.namelist()) - 1):
            archive.writestr(f"word/media/{number}", b"")
        with archive.open("word/media/zeros", "w") as part:
            for _ in range(zeros // MB):
                part.write(bytes(MB))
        if noise:
            archive.writestr("word/media/noise", os.urandom(noise))
    return out.getvalue()


def lying(package: bytes) -> bytes:
    """An Office file whose directory says that its part of zeros is 1,000 bytes long."""
    out = bytearray(package)
    place = out.rfind(b"word/media/zeros")  # in the directory, after 46 bytes of its entry
    out[place - 22 : place - 18] = (1000).to_bytes(4, "little")
    return bytes(out)


def zipped_text(comment: bytes = b"") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.html", "<script>alert(1)</script>")
        archive.comment = comment
    return out.getvalue()


def box(name: bytes, content: bytes = b"") -> bytes:
    return (8 + len(content)).to_bytes(4) + name + content


MP4 = box(b"ftyp", b"isom\0\0\2\0mp42") + box(b"moov", bytes(20)) + box(b"mdat", bytes(100))


def words(value: object) -> str:
    """The part of a test's name for one of its values; bytes differ from run to run."""
    return value if isinstance(value, str) else "bytes"


def kept(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


# What is taken


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "content", "mime"),
    [
        ("giấy.pdf", pdf(), "application/pdf"),
        ("GIẤY.PDF", pdf(), "application/pdf"),
        ("đơn.docx", word(), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("bảng.xlsx", excel(), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("phim.mp4", MP4, "video/mp4"),
    ],
    ids=words,
)
def test_papers_and_films_are_taken_and_come_back_byte_for_byte(name: str, content: bytes, mime: str) -> None:
    stored = files.store(content, name, now=NOW)
    assert (stored.name, stored.blob.mime, stored.blob.size) == (name, mime, len(content))
    assert files.open_blob(Blob.objects.get()) == content


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "code", "mime"),
    [
        ("ảnh.jpg", "JPEG", "image/jpeg"),
        ("ảnh.jpeg", "JPEG", "image/jpeg"),
        ("ảnh.png", "PNG", "image/png"),
        ("ảnh.webp", "WEBP", "image/webp"),
    ],
)
def test_pictures_are_taken_and_keep_their_format(name: str, code: str, mime: str) -> None:
    stored = files.store(picture(code=code), name, now=NOW)
    assert (stored.name, stored.blob.mime) == (name, mime)
    with Image.open(io.BytesIO(files.open_blob(Blob.objects.get()))) as image:
        assert (image.format, image.size) == (code, (60, 40))


# What is refused, and with which words


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.pdf", b"", "Tệp rỗng"),
        ("a.pdf", EXE, "chương trình máy tính"),
        ("a.exe", EXE, "không được nhận"),
        ("a.pdf.exe", pdf(), "không được nhận"),
        ("a", pdf(), "không được nhận"),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "không được nhận"),
        ("a.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "html, svg"),
        ("a.html", b"<html></html>", "không được nhận"),
        ("a.pdf", b"\xef\xbb\xbf  <script>alert(1)</script>" + pdf(), "html, svg"),
        ("a.jpg", b"GIF89a/*<script>*/" + bytes(50), "GIF"),
        ("a.jpg", b"\0\0\0\x18ftypheic" + bytes(50), "HEIC"),
        ("a.mp4", b"\0\0\0\x14ftypqt  " + bytes(50), "MOV"),
        ("a.zip", b"PK\x03\x04", "không được nhận"),
        ("a.docx", b"Rar!\x1a\x07\x00" + bytes(50), "rar"),
        ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "có mật khẩu"),
        ("a.pdf", "chỉ là chữ".encode(), "không thuộc loại được nhận"),
        ("a.docx", excel(), "ghi docx nhưng nội dung là xlsx"),
        ("a.xlsx", word(), "ghi xlsx nhưng nội dung là docx"),
        ("a.pdf", picture(), "ghi pdf nhưng nội dung là jpg"),
        ("a.png", picture(), "ghi png nhưng nội dung là jpg"),
        ("a.docm", word(), "không được nhận"),
        ("a.docx", with_part(word(), "word/vbaProject.bin", b"x"), "macro"),
        ("a.xlsx", with_part(excel(), "xl/macrosheets/sheet1.xml", b"<a/>"), "macro"),
        (
            "a.docx",
            with_types(
                word(),
                b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
                b"application/vnd.ms-word.document.macroEnabled.main+xml",
            ),
            "macro",
        ),
        ("a.docx", with_part(word(), "word/x.xml", b'<!DOCTYPE a SYSTEM "http://x/y.dtd"><a/>'), "DTD"),
        ("a.docx", with_part(word(), "word/x.xml", '<?xml version="1.0"?><!DOCTYPE a><a/>'.encode("utf-16")), "DTD"),
        ("a.docx", with_part(word(), "word/x.xml", b"<!--" + b" " * 9000 + b"--><!DOCTYPE a><a/>"), "DTD"),
        ("a.docx", with_part(word(), "word/x.xml", b"no xml at all"), "hỏng"),
        ("a.docx", word()[:-200], "hỏng"),
        ("a.pdf", pdf()[:-40], "cắt cụt"),
        ("a.pdf", pdf(encryption=pikepdf.Encryption(user="mật", owner="khẩu")), "khóa"),
        ("a.pdf", pdf(encryption=pikepdf.Encryption(user="", owner="khẩu")), "khóa"),
        ("a.jpg", picture()[:-200], "hỏng"),
        ("a.png", b"\x89PNG\r\n\x1a\n" + bytes(100), "hỏng"),
        ("a.webp", picture(code="WEBP")[:40], "hỏng"),
        ("a.mp4", MP4[:-1], "cắt cụt"),
        ("a.pdf", b"%PDF-1.7\n<html><script>alert(1)</script></html>" + pdf(), "thêm một tệp khác"),
        ("a.pdf", pdf() + b"<script>alert(1)</script>", "thêm một tệp khác"),
        ("a.pdf", pdf() + zipped_text(), "thêm một tệp khác"),
        ("a.pdf", pdf()[:-7] + zipped_text(comment=b"\n%%EOF\n"), "thêm một tệp khác"),
        ("a.pdf", pdf().replace(b"trailer", b"trailer<</#45ncr#79pt %x\n 9 0 R>>"), "khóa"),
        ("a.docx", lying(zipped(zeros=3 * MB)), "hỏng"),
        ("a.mp4", box(b"ftyp", b"isom\0\0\2\0mp42"), "cắt cụt"),
    ],
    ids=words,
)
def test_what_is_not_listed_or_not_what_it_says_is_refused_and_nothing_is_kept(
    folder: Path, name: str, content: bytes, why: str
) -> None:
    with pytest.raises(Refusal) as caught:
        files.store(content, name, now=NOW)
    refusal = caught.value
    assert refusal.what == f"Chưa nhận tệp “{name}”."
    assert why in refusal.why
    assert refusal.next.endswith(".")
    assert not kept(folder)
    assert not Blob.objects.exists()


@pytest.mark.django_db
def test_a_caller_may_take_fewer_kinds() -> None:
    assert files.store(picture(), "a.jpg", now=NOW, allow=files.IMAGES).blob.mime == "image/jpeg"
    with pytest.raises(Refusal, match="Các loại được nhận: jpg, png, webp"):
        files.store(pdf(), "a.pdf", now=NOW, allow=files.IMAGES)


@pytest.mark.django_db
def test_20_mb_is_taken_and_one_byte_more_is_not() -> None:
    start, end = pdf().split(b"%%EOF")[0], b"\n%%EOF\n"
    most = start + b"%" * (20 * MB - len(start) - len(end)) + end
    assert files.store(most, "a.pdf", now=NOW).blob.size == 20_971_520
    with pytest.raises(Refusal, match=r"Tệp nặng 20,1 MB, tối đa 20 MB\. Hãy tách từng trang"):
        files.store(most + b"\n", "a.pdf", now=NOW)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("below", "above"),
    [
        ({"entries": 2000}, {"entries": 2001}),
        ({"zeros": 30 * MB, "noise": MB}, {"zeros": 30 * MB}),
        ({"zeros": 195 * MB, "noise": 3 * MB}, {"zeros": 198 * MB, "noise": 3 * MB}),
    ],
    ids=["2000 entries", "100 times its size", "200 MB unpacked"],
)
def test_an_office_file_that_swells_is_refused_before_it_is_unpacked(
    below: dict[str, int], above: dict[str, int]
) -> None:
    assert files.store(zipped(**below), "a.docx", now=NOW)
    with pytest.raises(Refusal, match="phình quá lớn"):
        files.store(zipped(**above), "a.docx", now=NOW)


@pytest.mark.django_db
def test_a_part_that_claims_4_gb_is_refused_before_it_is_unpacked() -> None:
    package = bytearray(with_part(excel(), "xl/shared.xml", b"<a/>"))
    place = package.rfind(b"xl/shared.xml")
    package[place - 22 : place - 18] = (2**32 - 2).to_bytes(4, "little")
    with pytest.raises(Refusal, match="phình quá lớn"):
        files.store(bytes(package), "a.xlsx", now=NOW)


@pytest.mark.django_db
@pytest.mark.parametrize("end", [b"", b"\n", b"\r\n\0\0  "], ids=["end", "line", "blanks"])
def test_blanks_after_the_end_of_a_pdf_are_no_second_file(end: bytes) -> None:
    assert files.store(pdf() + end, "a.pdf", now=NOW)


@pytest.mark.django_db
def test_an_encrypted_part_of_an_office_file_is_refused() -> None:
    locked = bytearray(word())
    locked[locked.rfind(b"PK\x01\x02") + 8] |= 1  # the flag of the last entry in the directory
    with pytest.raises(Refusal, match="có mật khẩu"):
        files.store(bytes(locked), "a.docx", now=NOW)


def flat(size: tuple[int, int]) -> bytes:
    out = io.BytesIO()
    Image.new("1", size).save(out, "PNG")
    return out.getvalue()


@pytest.mark.django_db
def test_40_megapixels_are_taken_and_a_row_more_is_not() -> None:
    assert files.store(flat((8000, 5000)), "a.png", now=NOW)
    for size in ((8000, 5001), (10_000, 10_000), (60_000, 60_000)):
        with pytest.raises(Refusal, match="tối đa 40 triệu điểm ảnh"):
            files.store(flat((1, 1)).replace(*header(size)), "a.png", now=NOW)


def header(size: tuple[int, int]) -> tuple[bytes, bytes]:
    """The head of a PNG of one pixel, and that of a PNG which claims another size, with its checksum."""
    with_size = [bytes(flat((1, 1))[16:29])]
    wide = size[0].to_bytes(4) + size[1].to_bytes(4) + with_size[0][8:]
    old, new = b"IHDR" + with_size[0], b"IHDR" + wide
    return old + zipfile.crc32(old).to_bytes(4), new + zipfile.crc32(new).to_bytes(4)


# Names


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("Giấy chứng nhận cơ sở.pdf", "Giấy chứng nhận cơ sở.pdf"),
        ("../../etc/Phiếu kiểm nghiệm.pdf", "Phiếu kiểm nghiệm.pdf"),
        ("C:\\Hồ sơ\\Ảnh bao bì.JPG", "Ảnh bao bì.JPG"),
        ("Che\u0300 xanh.png", "Chè xanh.png"),
        ("a\r\nSet-Cookie: x=1.pdf", "a Set-Cookie_ x=1.pdf"),
        ("gpj\u202efdp.exe", "gpjfdp.exe"),
        ("\u200f\u2067giấy\u2069\u061c.pdf", "giấy.pdf"),
        ('a"b<c>?.pdf', "a_b_c__.pdf"),
        (".htaccess", "htaccess"),
        ("..", "tệp"),
        ("", "tệp"),
        ("Đ" * 200 + ".pdf", "Đ" * 115 + "….pdf"),
        ("a." + "x" * 200, "a." + "x" * 117 + "…"),
    ],
)
def test_a_name_keeps_its_letters_and_loses_folders_and_control_signs(sent: str, shown: str) -> None:
    assert files.safe_name(sent) == shown
    assert len(shown) <= 120
    assert files.safe_name(shown) == shown


# The store


@pytest.mark.django_db
def test_the_same_content_is_stored_once_under_each_name_it_came_with(folder: Path) -> None:
    first = files.store(pdf(), "một.pdf", now=NOW)
    second = files.store(pdf(), "hai.pdf", now=NOW + timedelta(days=1))
    assert first.blob == second.blob
    assert (first.name, second.name) == ("một.pdf", "hai.pdf")
    digest = first.blob.sha256
    assert kept(folder) == [folder / "files" / digest[:2] / digest[2:4] / digest]


@pytest.mark.django_db
def test_only_the_owner_of_the_process_can_read_a_stored_file(folder: Path) -> None:
    files.store(pdf(), "a.pdf", now=NOW)
    assert stat.S_IMODE(kept(folder)[0].stat().st_mode) == 0o600


@pytest.mark.django_db
def test_a_restricted_file_is_encrypted_on_the_disk_under_a_name_that_tells_nothing(folder: Path) -> None:
    content = pdf("căn cước")
    blob = files.store(content, "căn cước.pdf", now=NOW, restricted=True).blob
    [path] = kept(folder)
    assert content[:100] not in path.read_bytes()
    assert blob.sha256 not in path.name
    assert files.open_blob(blob) == content


@pytest.mark.django_db
def test_a_plain_file_filed_again_as_restricted_is_encrypted_from_then_on(
    folder: Path, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    plain = files.store(picture(), "a.jpg", now=NOW).blob
    files.public_image(plain)
    with django_capture_on_commit_callbacks(execute=True):
        sealed = files.store(picture(), "a.jpg", now=NOW, restricted=True).blob
    assert sealed == plain
    assert [path.suffix for path in kept(folder)] == [".sealed"]
    again = files.store(picture(), "a.jpg", now=NOW).blob
    assert again.restricted
    assert again == sealed
    assert files.open_blob(again)[:3] == b"\xff\xd8\xff"
    assert len(kept(folder)) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("restricted", [False, True])
def test_a_lost_or_altered_file_is_never_handed_out(folder: Path, restricted: bool) -> None:
    blob = files.store(pdf(), "a.pdf", now=NOW, restricted=restricted).blob
    [path] = kept(folder)
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    with pytest.raises(Refusal, match="không còn nguyên vẹn"):
        files.open_blob(blob)
    path.unlink()
    with pytest.raises(Refusal, match="bị mất"):
        files.open_blob(blob)


@pytest.fixture
def full_disk() -> Iterator[None]:
    """The system takes no more than 100 bytes a file."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_refuses_the_file_and_leaves_nothing_half_written(db: None, folder: Path, full_disk: None) -> None:
    with pytest.raises(Refusal, match="Kho lưu trữ đã đầy"):
        files.store(pdf(), "a.pdf", now=NOW)
    assert not kept(folder)
    assert not Blob.objects.exists()


@pytest.mark.django_db
def test_files_and_rows_are_compared_both_ways(folder: Path) -> None:
    there = files.store(pdf("một"), "a.pdf", now=NOW).blob
    gone = files.store(pdf("hai"), "b.pdf", now=NOW, restricted=True).blob
    tomorrow = datetime.now(UTC) + timedelta(days=1, minutes=1)
    assert (files.missing(), files.unreferenced(now=tomorrow)) == ([], [])
    path = next(path for path in kept(folder) if path.suffix == ".sealed")
    path.rename(path.with_name("stray"))
    assert files.missing() == [gone]
    assert files.unreferenced(now=tomorrow) == [path.with_name("stray")]
    assert files.unreferenced(now=datetime.now(UTC)) == []  # its row may be on its way
    assert there not in files.missing()


# Serving


@pytest.mark.django_db
def test_a_file_is_handed_out_as_a_download_that_can_run_nothing() -> None:
    stored = files.store(pdf(), "Giấy chứng nhận.pdf", now=NOW)
    response = files.serve(stored.blob, stored.name)
    assert response.content == pdf()
    assert response["Content-Type"] == "application/pdf"
    assert (
        response["Content-Disposition"]
        == "attachment; filename*=utf-8''Gi%E1%BA%A5y%20ch%E1%BB%A9ng%20nh%E1%BA%ADn.pdf"
    )
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "private, no-store"
    assert response["Content-Security-Policy"].startswith("sandbox;")
    assert not response.has_header("X-Frame-Options")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "content", "disposition"),
    [
        ("a.pdf", pdf(), "inline"),
        ("a.jpg", picture(), "inline"),
        ("a.docx", word(), "attachment"),
        ("a.mp4", MP4, "attachment"),
    ],
    ids=words,
)
def test_only_pdf_and_pictures_are_shown_inside_our_pages(name: str, content: bytes, disposition: str) -> None:
    stored = files.store(content, name, now=NOW)
    response = files.serve(stored.blob, name, inline_preview=True)
    assert response["Content-Disposition"].startswith(f"{disposition}; filename=")
    assert response["Content-Security-Policy"].startswith("sandbox;")


@pytest.mark.django_db
def test_a_published_picture_is_upright_small_and_says_nothing_of_place_or_camera() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90 degrees: what was left comes to the top
    exif[0x010F] = "Máy ảnh của bà Mai"
    exif.get_ifd(0x8825)[2] = (22.0, 49.0, 0.0)
    content = picture((2400, 1200), exif=exif, comment=b"<script>alert(1)</script>")
    blob = files.store(content, "a.jpg", now=NOW).blob
    shown = files.public_image(blob)
    assert not any(word in shown for word in (b"EXIF", b"Exif", b"script", "bà Mai".encode(), b"XMP"))
    with Image.open(io.BytesIO(shown)) as image:
        assert (image.format, image.size) == ("WEBP", (800, 1600))
        assert not image.getexif()
        top, bottom = image.convert("RGB").getpixel((400, 200)), image.convert("RGB").getpixel((400, 1400))
    assert top[2] > 150 > top[0]
    assert bottom[0] > 150 > bottom[2]


@pytest.mark.django_db
def test_a_published_picture_is_made_once_for_each_size(folder: Path) -> None:
    blob = files.store(picture((300, 200), code="PNG"), "a.png", now=NOW).blob
    assert files.public_image(blob, side=100) == files.public_image(blob, side=100)
    with Image.open(io.BytesIO(files.public_image(blob))) as image:
        assert image.size == (300, 200)
    assert len(kept(folder / "images")) == 2


@pytest.mark.django_db
def test_a_see_through_picture_stays_see_through() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(out, "PNG")
    blob = files.store(out.getvalue(), "a.png", now=NOW).blob
    with Image.open(io.BytesIO(files.public_image(blob))) as image:
        assert image.convert("RGBA").getpixel((5, 5))[3] == 0


@pytest.mark.django_db
def test_a_restricted_picture_and_what_is_no_picture_are_not_published() -> None:
    for blob in (
        files.store(picture(), "a.jpg", now=NOW, restricted=True).blob,
        files.store(pdf(), "a.pdf", now=NOW).blob,
    ):
        with pytest.raises(ValueError):
            files.public_image(blob)


# The way in from a browser


class EvidenceForm(forms.Form):
    title = forms.CharField()
    file = files.UploadField()


class TwoForm(forms.Form):
    one, two, three, four = (files.UploadField(required=False) for _ in range(4))


def send(form: type[forms.Form], **data: object) -> forms.Form:
    """The form as a browser's request fills it, through the upload handlers of the settings."""
    request = RequestFactory().post("/", data)
    return form(request.POST, request.FILES)


@pytest.mark.django_db
def test_a_small_and_a_large_file_come_in_through_the_form() -> None:
    for size in (10, 19 * MB):
        content = pdf().replace(b"%%EOF", b"%" * size + b"\n%%EOF")
        form = send(EvidenceForm, title="Phiếu", file=SimpleUploadedFile("phiếu.pdf", content))
        assert form.is_valid(), form.errors
        upload = form.cleaned_data["file"]
        assert files.open_blob(files.store(upload, upload.name, now=NOW).blob) == content
        upload.close()


def test_a_file_of_25_mb_ends_in_a_clear_sentence_beside_the_other_fields(settings: Settings) -> None:
    upload = SimpleUploadedFile("quét.pdf", b"%PDF-" + bytes(25 * MB - 5))
    request = RequestFactory().post("/", {"file": upload, "title": "Phiếu"})
    form = EvidenceForm(request.POST, request.FILES)
    assert form.errors == {
        "file": ["Chưa nhận tệp “quét.pdf”. Tệp nặng 25 MB, tối đa 20 MB. Hãy tách từng trang hoặc giảm cỡ ảnh."]
    }
    assert form.cleaned_data["title"] == "Phiếu"
    assert not list(Path(settings.FILE_UPLOAD_TEMP_DIR).iterdir())


@pytest.mark.django_db
def test_a_service_refuses_a_too_large_upload_even_if_no_form_looked(folder: Path) -> None:
    request = RequestFactory().post("/", {"file": SimpleUploadedFile("quét.pdf", bytes(34 * MB))})
    with pytest.raises(Refusal, match="Tệp nặng 34 MB, tối đa 20 MB"):
        files.store(request.FILES["file"], "quét.pdf", now=NOW)
    assert not kept(folder)


def test_files_of_more_than_60_mb_in_one_sending_are_let_go_from_the_one_that_is_too_much() -> None:
    heavy = b"%PDF-" + bytes(16 * MB)
    sent = {name: SimpleUploadedFile(f"{name}.pdf", heavy) for name in ("one", "two", "three", "four")}
    form = send(TwoForm, **sent)
    assert list(form.errors) == ["four"]
    assert "Các tệp gửi cùng lúc nặng quá 60 MB." in form.errors["four"][0]
    for upload in form.cleaned_data.values():
        upload.close()


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.exe", EXE, "Loại tệp này không được nhận. Các loại được nhận: pdf, jpg, png, webp, docx, xlsx, mp4."),
        ("a.pdf", b"", "Tệp rỗng, không có nội dung. Chọn lại tệp rồi tải lên."),
    ],
    ids=words,
)
def test_a_form_says_what_is_wrong_with_name_and_size(name: str, content: bytes, sentence: str) -> None:
    form = send(EvidenceForm, title="x", file=SimpleUploadedFile(name, content))
    assert form.errors == {"file": [f"Chưa nhận tệp “{name}”. {sentence}"]}


def test_a_form_without_its_file_asks_for_it_and_the_browser_offers_the_right_kinds() -> None:
    form = send(EvidenceForm, title="x")
    assert form.has_error("file", "required")
    assert 'accept=".pdf,.jpg,.jpeg,.png,.webp,.docx,.xlsx,.mp4"' in str(form["file"])
