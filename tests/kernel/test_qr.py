"""QR codes are read back by an independent decoder."""

import io
import xml.etree.ElementTree as ET

import pytest
import zxingcpp
from PIL import Image

from ocop.kernel import qr

URL = "https://ocop.tuyenquang.gov.vn/c/7K2M9QXD4HTR8WVNA"


def test_a_png_is_read_back_as_byte_mode_level_m_without_boost():
    [read] = zxingcpp.read_barcodes(Image.open(io.BytesIO(qr.png(URL))))
    assert read.text == URL
    assert read.ec_level == "M"
    assert read.content_type == zxingcpp.ContentType.Text


@pytest.mark.parametrize(
    ("length", "side"),
    # ISO/IEC 18004: 4-M holds 62 bytes (33 modules), 5-M 84 (37); 25-M holds 997 (117). Quiet zone 4 on each side.
    [(62, 41), (63, 45), (84, 45), (85, 49), (997, 125)],
)
def test_the_version_is_the_smallest_of_level_m_and_the_quiet_zone_is_four(length, side):
    rows = qr.modules("a" * length)
    assert len(rows) == side
    assert {len(row) for row in rows} == {side}
    edge = [rows[i] for i in (0, 1, 2, 3, -4, -3, -2, -1)]
    assert not any(any(row) for row in edge)
    assert not any(any(row[:4]) or any(row[-4:]) for row in rows)
    assert rows[4][4]


def test_the_longest_signed_text_fits_fifty_millimetres_at_0_4_mm_a_module():
    assert len(qr.modules("a" * 935)) * 0.4 <= 50


def test_digits_stay_in_byte_mode():
    # In numeric mode 100 digits would fit version 4-M.
    assert len(qr.modules("1" * 100)) == 49


def test_the_svg_draws_exactly_the_modules_without_style_or_script():
    svg = qr.svg(URL, module_mm=0.5)
    root = ET.fromstring(svg)  # our own text
    assert root.get("width") == root.get("height") == "20.5mm"
    assert "style" not in svg
    assert "script" not in svg
    side = 41
    image = Image.new("1", (side, side), 1)
    for part in root[1].get("d").removesuffix("z").split("z"):
        x, y, run = (int(n) for n in part[1:].replace("h", " ").split("v")[0].split())
        for i in range(run):
            assert image.getpixel((x + i, y)), "drawn twice"
            image.putpixel((x + i, y), 0)
    assert tuple(tuple(not image.getpixel((x, y)) for x in range(side)) for y in range(side)) == qr.modules(URL)
    [read] = zxingcpp.read_barcodes(image.convert("L").resize((side * 6, side * 6), Image.Resampling.NEAREST))
    assert read.text == URL


def test_a_text_that_no_code_can_hold_is_an_error():
    assert qr.png("a" * 2331)
    with pytest.raises(ValueError):
        qr.png("a" * 2332)
