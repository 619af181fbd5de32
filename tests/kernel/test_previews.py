"""Pages of files as pictures: what is drawn, what cannot be, and that a file made to hurt hurts nobody."""

from __future__ import annotations

import io
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pytest
import typst
from django.http import Http404
from PIL import Image
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from ocop.kernel import files, jobs
from ocop.kernel.files import previews
from ocop.kernel.models import Blob, Job
from ocop.kernel.refusal import Refusal

from .test_files import MP4, excel, pdf, picture, word

NOW = datetime(2026, 6, 1, 1, 0, tzinfo=UTC)
A4 = (990, 1400)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> Path:
    """A data folder of the test's own."""
    settings.OCOP_DATA = tmp_path / "data"
    return settings.OCOP_DATA


def printed(*pages: str) -> bytes:
    """A real PDF of A4 pages, each with its word in big letters."""
    body = "\n#pagebreak()\n".join(f"#text(size: 90pt)[{page}]" for page in pages)
    return typst.compile(f'#set page(paper: "a4")\n{body}'.encode())


def boxed(width: int, height: int) -> bytes:
    """A PDF of one empty page of that size in points."""
    out = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.pages[0].MediaBox = pikepdf.Array([0, 0, width, height])
        document.save(out)
    return out.getvalue()


def endless() -> bytes:
    """A small PDF whose first page takes minutes to draw; its second page is blank."""
    out = io.BytesIO()
    with pikepdf.new() as document:
        for _ in range(2):
            document.add_blank_page()
        lines = b"0 0 m 600 800 l 600 0 l 0 800 l f* 0 0 500 700 re f\n" * 1_000_000
        document.pages[0].Contents = document.make_stream(lines)
        document.save(out, compress_streams=True)
    return out.getvalue()


def blob_of(content: bytes, name: str = "giấy.pdf", *, restricted: bool = False) -> Blob:
    return files.store(content, name, now=NOW, restricted=restricted).blob


def prepared(content: bytes, name: str = "giấy.pdf", *, restricted: bool = False) -> Blob:
    blob = blob_of(content, name, restricted=restricted)
    files.prepare(blob)
    blob.refresh_from_db()
    return blob


def shown(blob: Blob, number: int, *, small: bool = False) -> Image.Image:
    response = files.serve_page(blob, number, small=small)
    assert response["Content-Type"] == "image/webp"
    image = Image.open(io.BytesIO(response.content), formats=["WEBP"])
    image.load()
    return image


def dark(image: Image.Image) -> int:
    """How many pixels are ink."""
    return sum(image.convert("L").histogram()[:100])


def kept(folder: Path) -> list[Path]:
    return [path for path in (folder / "images").rglob("*") if path.is_file()]


# What is drawn


def test_the_pages_of_a_pdf_are_counted_and_each_is_a_picture_to_read() -> None:
    blob = prepared(printed("I", "WWWW"))
    assert blob.pages == 2
    first, second = shown(blob, 1), shown(blob, 2)
    assert (first.size, second.size) == (A4, A4)
    assert 0 < dark(first) < dark(second)
    assert max(shown(blob, 1, small=True).size) == 320


@pytest.mark.parametrize("number", [0, 3, 4, 10**9])
def test_a_page_before_the_first_or_after_the_last_is_absent(number: int) -> None:
    blob = prepared(printed("I", "II"))
    for small in (False, True):
        with pytest.raises(Http404):
            files.serve_page(blob, number, small=small)


def test_before_the_job_the_first_page_is_drawn_for_who_asks() -> None:
    blob = blob_of(printed("I", "II"))
    about = files.preview_of(blob, "Giấy", "/giay-to/1/tep/")
    assert (list(about.numbers), about.pages) == ([1], None)
    assert "Tải lại trang" in about.why
    assert shown(blob, 1).size == A4
    assert Blob.objects.get().pages is None  # reading writes no row


def test_a_page_that_the_job_left_out_is_drawn_when_somebody_turns_to_it(folder: Path) -> None:
    blob = prepared(printed(*(str(number) for number in range(1, previews.AHEAD + 2))))
    assert blob.pages == previews.AHEAD + 1
    assert len(kept(folder)) == previews.AHEAD + 1  # the pages ahead, and a small first one
    assert dark(shown(blob, previews.AHEAD + 1)) > 0
    assert len(kept(folder)) == previews.AHEAD + 2


def test_a_drawn_page_is_kept_and_comes_again_when_the_folder_was_emptied(folder: Path) -> None:
    blob = prepared(printed("I"))
    before = shown(blob, 1).tobytes()
    for path in kept(folder):
        path.unlink()
    assert shown(blob, 1).tobytes() == before


@pytest.mark.parametrize(
    ("box", "size"), [((50_000, 50_000), (1400, 1400)), ((50_000, 1), (1400, 1)), ((1, 50_000), (1, 1400))]
)
def test_a_huge_page_is_drawn_small(box: tuple[int, int], size: tuple[int, int]) -> None:
    assert shown(prepared(boxed(*box)), 1).size == size


def test_a_photo_is_upright_reduced_and_says_nothing_of_place_or_camera() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90 degrees: what was left comes to the top
    exif[0x010F] = "Máy ảnh của bà Mai"
    exif.get_ifd(0x8825)[2] = (22.0, 49.0, 0.0)
    blob = prepared(picture((2800, 1400), exif=exif), "ảnh.jpg")
    image = shown(blob, 1).convert("RGB")
    assert (blob.pages, image.size) == (1, (700, 1400))
    top, bottom = image.getpixel((350, 200)), image.getpixel((350, 1200))
    assert isinstance(top, tuple)
    assert isinstance(bottom, tuple)
    assert top[2] > 150 > top[0]
    assert bottom[0] > 150 > bottom[2]
    content = files.serve_page(blob, 1).content
    assert not any(word in content for word in (b"EXIF", b"Exif", "bà Mai".encode(), b"XMP"))
    with pytest.raises(Http404):
        files.serve_page(blob, 2)


def test_what_was_typed_into_the_fields_of_a_form_is_drawn() -> None:
    out = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page(page_size=(200, 200))
        look = document.make_stream(b"0 0 0 rg 0 0 100 100 re f")
        look.Type, look.Subtype, look.BBox = pikepdf.Name.XObject, pikepdf.Name.Form, pikepdf.Array([0, 0, 100, 100])
        field = document.make_indirect(
            pikepdf.Dictionary(
                Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Widget, FT=pikepdf.Name.Tx, T="a", V="x", F=4,
                Rect=pikepdf.Array([50, 50, 150, 150]), AP=pikepdf.Dictionary(N=look),
            )
        )  # fmt: skip
        document.pages[0].Annots = pikepdf.Array([field])
        document.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([field]))
        document.save(out)
    assert dark(shown(prepared(out.getvalue()), 1)) > 400_000  # a quarter of 1400 x 1400


# What is not


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n",
        pdf()[: len(pdf()) // 2] + b"\n%%EOF\n",
        b"%PDF-1.7\n" + bytes(range(256)) * 40 + b"\n%%EOF\n",
    ],
    ids=["hollow", "cut", "noise"],
)
def test_a_damaged_pdf_has_no_pages_and_a_sentence(content: bytes) -> None:
    blob = prepared(content)
    assert blob.pages == 0
    about = files.preview_of(blob, "Giấy", "/giay-to/1/tep/")
    assert list(about.numbers) == []
    assert about.why == "Không xem trước được tệp này vì tệp bị hỏng hoặc dựng sai. Tải về để mở."
    with pytest.raises(Http404):
        files.serve_page(blob, 1)


def test_an_encrypted_pdf_is_refused_on_the_way_in_and_has_no_pages_if_it_came_earlier() -> None:
    locked = pdf(encryption=pikepdf.Encryption(owner="chủ", user="mở"))
    with pytest.raises(Refusal, match="khóa bằng mật khẩu"):
        blob_of(locked)
    assert previews._draw(locked, 1, 1) == (0, [])


def test_a_page_that_takes_too_long_is_given_up_once_and_the_others_are_shown() -> None:
    blob = prepared(endless())
    assert blob.pages == 2
    with pytest.raises(Http404):
        files.serve_page(blob, 1)
    assert shown(blob, 2).size[1] == 1400


def test_a_pdf_that_asks_for_more_memory_than_there_is_has_no_picture() -> None:
    out = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        image = document.make_stream(bytes(1000))
        image.Type, image.Subtype, image.ColorSpace = pikepdf.Name.XObject, pikepdf.Name.Image, pikepdf.Name.DeviceRGB
        image.Width, image.Height, image.BitsPerComponent = 60_000, 60_000, 8
        document.pages[0].Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(I=image))
        document.pages[0].Contents = document.make_stream(b"q 600 0 0 800 0 0 cm /I Do Q")
        document.save(out)
    blob = prepared(out.getvalue())
    assert blob.pages in (0, 1)  # the page is given up, or comes without its picture
    assert files.preview_of(blob, "", "/").pages is not None


def test_the_program_that_draws_sees_no_setting_and_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[dict[str, object]] = []
    real = subprocess.run

    def watch(words: object, **options: object) -> object:
        seen.append(options)
        return real(words, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(subprocess, "run", watch)
    prepared(printed("I"))
    assert [options["env"] for options in seen] == [{}]


@pytest.mark.parametrize(("pages", "numbers", "told"), [(200, 200, ""), (201, 200, "200 trang đầu trong 201 trang")])
def test_of_a_thick_book_the_first_two_hundred_pages_are_shown(pages: int, numbers: int, told: str) -> None:
    about = files.preview_of(Blob(mime="application/pdf", size=1, pages=pages), "Sổ", "/")
    assert (len(about.numbers), about.pages) == (numbers, pages)
    assert told in about.why
    assert bool(about.why) == bool(told)


@pytest.mark.parametrize(("name", "content"), [("đơn.docx", word()), ("bảng.xlsx", excel())], ids=["word", "excel"])
def test_office_files_have_no_pages_yet_and_say_so(name: str, content: bytes) -> None:
    blob = blob_of(content, name)
    about = files.preview_of(blob, name, "/")
    assert (list(about.numbers), about.film) == ([], False)
    assert "Tải về để mở" in about.why
    with pytest.raises(Http404):
        files.serve_page(blob, 1)


def test_a_film_is_played_and_has_no_pages() -> None:
    blob = blob_of(MP4, "phim.mp4")
    about = files.preview_of(blob, "Phim", "/")
    assert (about.film, list(about.numbers), about.why) == (True, [], "")
    with pytest.raises(Http404):
        files.serve_page(blob, 1)


# Restricted files


def test_pages_of_a_restricted_file_are_sealed_on_the_disk_and_readable_in_the_answer(folder: Path) -> None:
    blob = prepared(printed("I", "II"), restricted=True)
    assert shown(blob, 2).size == A4
    stored = kept(folder)
    assert len(stored) == 3
    for path in stored:
        assert b"WEBP" not in path.read_bytes()[:20]
        assert blob.sha256 not in path.name


def test_a_sealed_page_put_in_the_place_of_another_is_not_shown(folder: Path) -> None:
    blob = prepared(printed("I", "WWWW"), restricted=True)
    first, second = sorted(path for path in kept(folder) if path.name.endswith("-1400.webp"))
    ink = dark(shown(blob, 1))
    first.write_bytes(second.read_bytes())
    assert dark(shown(blob, 1)) == ink  # drawn anew


def test_pages_of_a_file_that_becomes_restricted_leave_the_disk(
    folder: Path, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    content = printed("I")
    prepared(content)
    assert len(kept(folder)) == 2
    with django_capture_on_commit_callbacks(execute=True):
        blob_of(content, restricted=True)
    assert kept(folder) == []


def test_a_page_drawn_while_its_file_becomes_restricted_is_not_left_behind(folder: Path) -> None:
    blob = blob_of(printed("I"))
    Blob.objects.filter(pk=blob.pk).update(restricted=True)  # by somebody else, after this reader began
    stale = Blob(pk=blob.pk, sha256=blob.sha256, mime=blob.mime, size=blob.size, restricted=False)
    assert files.serve_page(stale, 1).content
    assert kept(folder) == []


# Jobs


def test_the_job_prepares_a_file_once_and_asks_for_no_other_kind() -> None:
    paper, office = blob_of(printed("I", "II")), blob_of(word(), "đơn.docx")
    for blob in (paper, paper, office):
        files.prepare_later(blob, now=NOW)
    assert [(job.name, job.key) for job in Job.objects.order_by("pk")] == [("files.preview", str(paper.pk))]
    jobs.run_due(lambda: NOW)
    assert Job.objects.filter(name="files.preview", state=Job.DONE).count() == 1
    paper.refresh_from_db()
    assert paper.pages == 2
    files.prepare_later(paper, now=NOW)
    assert not Job.objects.filter(name="files.preview", state=Job.WAITING).exists()


# How a page is handed out


def test_a_page_is_not_stored_on_the_way_and_runs_nothing() -> None:
    response = files.serve_page(prepared(printed("I")), 1)
    assert response["Cache-Control"] == "private, no-store"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"].startswith("sandbox; default-src 'none'")


@pytest.mark.parametrize(
    ("asked", "status", "span"),
    [
        ("", 200, None),
        ("bytes=0-", 206, (0, len(MP4))),
        ("bytes=0-0", 206, (0, 1)),
        ("bytes=10-19", 206, (10, 20)),
        ("bytes=-5", 206, (len(MP4) - 5, len(MP4))),
        ("bytes=-999999", 206, (0, len(MP4))),
        (f"bytes={len(MP4) - 1}-", 206, (len(MP4) - 1, len(MP4))),
        (f"bytes=0-{len(MP4) + 9}", 206, (0, len(MP4))),
        (f"bytes={len(MP4)}-", 416, None),
        ("bytes=-0", 416, None),
        ("bytes=9-3", 200, None),
        ("bytes=-", 200, None),
        ("bytes=0-1,3-4", 200, None),
        ("lines=0-1", 200, None),
        ("bytes=" + "9" * 400 + "-", 200, None),
    ],
)
def test_a_film_is_handed_out_in_the_parts_that_a_player_asks_for(
    asked: str, status: int, span: tuple[int, int] | None
) -> None:
    response = files.serve(blob_of(MP4, "phim.mp4"), "phim.mp4", part=asked)
    assert response.status_code == status
    if span:
        first, end = span
        assert response.content == MP4[first:end]
        assert response["Content-Range"] == f"bytes {first}-{end - 1}/{len(MP4)}"
    elif status == 200:
        assert response.content == MP4


def test_another_file_than_a_film_is_handed_out_whole() -> None:
    response = files.serve(blob_of(pdf()), "a.pdf", part="bytes=0-3")
    assert (response.status_code, response.content) == (200, pdf())
