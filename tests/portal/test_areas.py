"""The dated tree of areas as anybody may read it: communes of a day, what became of one, what one was made of.

Sources: NQ 1262/NQ-UBTVQH14 (from 1/7/2021), NQ 1106/NQ-UBTVQH15 (from 1/9/2024), NQ 1684/NQ-UBTVQH15 (from 1/7/2025).
"""

from __future__ import annotations

import html
import io
import re

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext


def rows(text: str) -> list[list[str]]:
    """The cells of the table of a page, as a reader sees them."""
    body = text.partition("<tbody>")[2].partition("</tbody>")[0]
    return [
        [html.unescape(re.sub("<[^>]+>", "", cell)).strip() for cell in re.findall(r"<td>(.*?)</td>", row, re.S)]
        for row in re.findall(r"<tr>(.*?)</tr>", body, re.S)
    ]


def facts(text: str) -> dict[str, str]:
    pairs = re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", text, re.S)
    return {name: " ".join(html.unescape(re.sub("<[^>]+>", " ", value)).split()) for name, value in pairs}


def lines(text: str, heading: str) -> list[str]:
    part = text.partition(f"<h2>{heading}</h2>")[2].partition("</ul>")[0]
    found = re.findall(r"<li>(.*?)</li>", part, re.S)
    return [" ".join(html.unescape(re.sub("<[^>]+>", " ", line)).split()) for line in found]


@pytest.mark.parametrize(
    ("day", "count"),
    [
        ("30/06/2021", "331"),
        ("31/08/2024", "331"),
        ("01/09/2024", "330"),
        ("30/06/2025", "330"),
        ("01/07/2025", "124"),
        ("", "124"),
    ],
)
def test_the_list_holds_the_communes_of_the_day(page, day, count):
    """Tuyên Quang's 138 communes of 2021 (137 from 1/9/2024) and Hà Giang's 193; 124 of the merged province."""
    assert f"<strong>{count} xã, phường, thị trấn</strong>" in page(f"/dia-ban/?dia-gioi={day}")


@pytest.mark.parametrize("typed", ["kim+phu", "Kim+Ph%C3%BA", "02497", "xa+kim+phu"])
def test_a_commune_is_found_by_name_or_code_and_says_what_it_is_today(page, typed):
    assert rows(page(f"/dia-ban/?dia-gioi=2021&q={typed}")) == [
        ["Xã Kim Phú", "02497", "Thành phố Tuyên Quang", "Tỉnh Tuyên Quang",
         "chưa xác định (Phường Mỹ Lâm hoặc Phường Minh Xuân)"],
    ]  # fmt: skip


def test_a_name_that_ended_is_not_there_today(page):
    assert "Không có địa bàn nào khớp." in page("/dia-ban/?q=kim+phu")


def test_the_communes_of_a_district_are_listed_together(page):
    text = page("/dia-ban/?dia-gioi=30/06/2021&huyen=071")
    assert [row[0] for row in rows(text)] == [
        "Xã Bình An", "Xã Hồng Quang", "Xã Khuôn Hà", "Xã Lăng Can", "Xã Phúc Yên", "Xã Thổ Bình", "Xã Thượng Lâm",
        "Xã Xuân Lập",
    ]  # fmt: skip
    later = page("/dia-ban/?dia-gioi=01/07/2021&huyen=071")
    assert {row[0] for row in rows(later)} - {row[0] for row in rows(text)} == {
        "Thị trấn Lăng Can", "Xã Minh Quang", "Xã Phúc Sơn",
    }  # fmt: skip


def test_a_day_without_a_map_is_refused(client):
    answer = client.get("/dia-ban/?dia-gioi=31/12/2019")
    assert answer.status_code == 422
    assert "Dữ liệu địa giới bắt đầu từ ngày 01/01/2020." in answer.content.decode()
    assert client.get("/dia-ban/?dia-gioi=01/01/2020").status_code == 200


@pytest.mark.parametrize(
    ("day", "name", "now"),
    [
        ("30/06/2025", "Phường Ỷ La", "Phường Minh Xuân"),
        ("01/07/2025", "Phường Minh Xuân", "giữ nguyên"),
    ],
)
def test_a_code_has_the_name_of_the_day_of_the_paper(page, day, name, now):
    told = facts(page(f"/dia-ban/02215/?dia-gioi={day}"))
    assert told[f"Tên ngày {day}"] == name
    assert told["Hiện nay là"] == now


def test_a_split_commune_is_not_determined(page):
    told = facts(page("/dia-ban/02497/?dia-gioi=30/06/2025"))
    assert told["Hiện nay là"].startswith("chưa xác định (Phường Mỹ Lâm hoặc Phường Minh Xuân)")


def test_a_commune_of_today_names_the_old_ones_it_holds_whole_and_in_part(page):
    text = page("/dia-ban/02215/")
    assert lines(text, "Lập ngày 01/07/2025 từ") == [
        "Xã Kim Phú , Thành phố Tuyên Quang một phần (tách một phần)",
        "Phường Minh Xuân , Thành phố Tuyên Quang toàn bộ (nhập toàn bộ)",
        "Phường Phan Thiết , Thành phố Tuyên Quang toàn bộ (nhập toàn bộ)",
        "Phường Tân Hà , Thành phố Tuyên Quang toàn bộ (nhập toàn bộ)",
        "Phường Tân Quang , Thành phố Tuyên Quang toàn bộ (nhập toàn bộ)",
        "Xã Trung Môn , Huyện Yên Sơn toàn bộ (nhập toàn bộ)",
        "Phường Ỷ La , Thành phố Tuyên Quang toàn bộ (nhập toàn bộ)",
    ]
    assert lines(text, "Mã 02215 qua các thời kỳ") == [
        "Phường Minh Xuân từ 01/07/2025",
        "Phường Ỷ La , Thành phố Tuyên Quang từ trước 01/01/2020 đến hết 30/06/2025",
    ]


def test_a_code_that_ended_says_so_and_shows_its_last_name(page):
    text = page("/dia-ban/02254/")
    assert "Ngày 24/11/2026 không có xã, phường nào mang mã 02254." in text
    told = facts(text)
    assert "Tên ngày 24/11/2026" not in told
    assert told["Hiện nay là"] == "Xã Hồng Thái"


@pytest.mark.parametrize("code", ["99999", "071", "x"])
def test_what_is_no_code_of_a_commune_is_absent(client, code):
    assert client.get(f"/dia-ban/{code}/").status_code == 404


def test_the_list_leaves_as_a_sheet(client):
    answer = client.get("/dia-ban/?dia-gioi=2021&huyen=070&tai=xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    found = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert found[0] == ["Xã, phường, thị trấn", "Mã", "Thuộc", "Tỉnh", "Hiện nay là"]
    assert len(found) == 1 + 15
    assert ["Xã Tràng Đà", "02209", "Thành phố Tuyên Quang", "Tỉnh Tuyên Quang", "Phường Nông Tiến"] in found


def test_one_row_takes_as_many_queries_as_three(page):
    def queries_of(address: str) -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            page(address)
        return len(seen)

    one, many = "/dia-ban/?dia-gioi=2021&q=02497", "/dia-ban/?dia-gioi=2021&huyen=070"
    assert (len(rows(page(one))), len(rows(page(many)))) == (1, 15)
    assert queries_of(one) == queries_of(many)
