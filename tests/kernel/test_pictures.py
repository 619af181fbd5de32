"""Pictures as they are kept: upright, at most 2,400 pixels, pixels alone; many photos as one paper."""

import io

import pypdfium2
import pytest
from PIL import Image

from ocop.kernel.files import pictures

HIDDEN = b"<script>alert(1)</script>"
MB = 1024 * 1024


def drawn(size: tuple[int, int], code: str = "JPEG", mode: str = "RGB", **options: object) -> bytes:
    """A picture whose left half is dark."""
    out = io.BytesIO()
    image = Image.new(mode, size, "white")
    image.paste(0, (0, 0, size[0] // 2, size[1]))
    image.save(out, code, **options)
    return out.getvalue()


def phone_photo(size: tuple[int, int] = (60, 40)) -> bytes:
    """As a phone saves it: lying, with the words to turn it, its maker and its place."""
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by 90 degrees: what was left comes to the top
    exif[0x010F] = "May cua ba Mai"
    exif.get_ifd(0x8825)[2] = (22.0, 49.0, 0.0)
    return drawn(size, exif=exif, comment=HIDDEN)


def opened(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


def test_a_photo_is_turned_upright_and_loses_place_maker_and_words() -> None:
    kept = pictures.cleaned(phone_photo() + b"PK\x03\x04" + HIDDEN)
    image = opened(kept)
    assert (image.format, image.size) == ("JPEG", (40, 60))
    assert image.getpixel((20, 10))[0] < 60 < 200 < image.getpixel((20, 50))[0]
    assert not image.getexif()
    assert not any(word in kept for word in (b"Exif", b"Mai", b"script", b"PK\x03\x04"))


@pytest.mark.parametrize("code", ["JPEG", "PNG", "WEBP"])
def test_2400_pixels_stay_and_one_more_is_reduced(code: str) -> None:
    assert opened(pictures.cleaned(drawn((2400, 30), code))).size == (2400, 30)
    smaller = opened(pictures.cleaned(drawn((2401, 30), code)))
    assert (smaller.format, smaller.size) == (code, (2400, 30))
    assert opened(pictures.cleaned(drawn((30, 4800), code))).size == (15, 2400)


@pytest.mark.parametrize(
    ("mode", "code", "kept"),
    [
        ("1", "PNG", "L"),
        ("L", "PNG", "L"),
        ("L", "JPEG", "L"),
        ("I;16", "PNG", "L"),
        ("RGB", "PNG", "RGB"),
        ("P", "PNG", "RGB"),
        ("RGBA", "PNG", "RGBA"),
        ("LA", "PNG", "RGBA"),
        ("CMYK", "JPEG", "RGB"),
        ("RGBA", "WEBP", "RGBA"),
    ],
)
def test_every_kind_of_pixels_is_kept_as_grey_or_colour(mode: str, code: str, kept: str) -> None:
    out = io.BytesIO()
    Image.new(mode, (20, 10)).save(out, code)
    if mode == "RGBA":
        Image.new(mode, (20, 10), (10, 200, 30, 100)).save(out := io.BytesIO(), code)
    image = opened(pictures.cleaned(out.getvalue()))
    assert (image.mode, image.size) == (kept, (20, 10))


def test_greys_of_a_16_bit_scan_keep_their_darkness() -> None:
    out = io.BytesIO()
    Image.new("I;16", (4, 4), 0x8000).save(out, "PNG")
    assert opened(pictures.cleaned(out.getvalue())).getpixel((1, 1)) == 0x80


def test_text_and_hidden_bytes_of_a_png_go() -> None:
    kept = pictures.cleaned(drawn((20, 20), "PNG") + HIDDEN)
    assert HIDDEN not in kept
    assert kept.endswith(b"IEND\xaeB`\x82")


@pytest.mark.parametrize("content", [b"", b"\xff\xd8\xff", drawn((50, 50))[:-30], b"GIF89a" + bytes(50)])
def test_what_cannot_be_read_to_the_last_row_is_damaged(content: bytes) -> None:
    with pytest.raises(pictures.Damaged):
        pictures.cleaned(content)


def pages(pdf: bytes) -> list[tuple[float, float]]:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [document.get_page_size(number) for number in range(len(document))]
    finally:
        document.close()


def test_photos_become_one_pdf_in_their_order_each_on_an_a4_sheet_of_its_direction() -> None:
    photos = [
        pictures.cleaned(drawn((40, 60))),
        pictures.cleaned(drawn((60, 40), "PNG")),
        pictures.cleaned(drawn((60, 40), "WEBP", mode="RGBA")),
        pictures.cleaned(drawn((40, 60), mode="L")),
    ]
    pdf = pictures.joined(photos, 20 * MB)
    assert pages(pdf) == [(595, 842), (842, 595), (842, 595), (595, 842)]
    assert photos[0] in pdf  # a JPEG goes in as it is
    assert pdf == pictures.joined(photos, 20 * MB)


def test_a_page_shows_its_photo_whole_and_in_the_middle() -> None:
    pdf = pictures.joined([pictures.cleaned(drawn((200, 200)))], 20 * MB)
    document = pypdfium2.PdfDocument(pdf)
    page = document[0].render().to_pil().convert("L")  # 595 x 842
    document.close()
    assert page.size == (595, 842)
    assert page.getpixel((297, 60)) == 255  # paper above: (842 - 595) / 2 = 123.5
    assert page.getpixel((20, 421)) < 60  # the dark half reaches the left edge
    assert page.getpixel((580, 421)) > 240
    assert page.getpixel((20, 130)) < 60
    assert page.getpixel((20, 115)) == 255


def test_a_paper_that_would_be_too_heavy_gets_smaller_pages() -> None:
    noise = Image.effect_noise((2400, 1600), 100)
    out = io.BytesIO()
    noise.save(out, "JPEG", quality=85)
    photo = pictures.cleaned(out.getvalue())
    whole = pictures.joined([photo] * 3, 20 * MB)
    assert len(whole) > 3 * MB
    small = pictures.joined([photo] * 3, 3 * MB)
    assert len(small) < len(whole) / 2
    assert pages(small) == [(842, 595)] * 3
