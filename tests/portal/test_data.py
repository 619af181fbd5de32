"""Open data and API: the same rows as the page, readable, without personal fields."""

from __future__ import annotations

import csv
import io
import json
from datetime import date

import pytest

from ocop.kernel import codes
from ocop.portal import dictionary

from .conftest import PERSONAL, commune, product_named, recognised


@pytest.fixture
def two() -> None:
    recognised("Chè Shan tuyết (mẫu)", place=commune("02287"), stars=5)
    recognised("=1+1 rượu ngô (mẫu)", number=14, since=None, year=2021, stars=None, subject="Tổ hợp tác Hai (mẫu)",
               source="Báo tỉnh; dòng TQ001", decision="")  # fmt: skip
    product_named("Chưa công nhận (mẫu)")


def test_json_csv_and_api_hold_the_same_products(client, two):
    by_json = json.loads(client.get("/du-lieu-mo/san-pham-ocop.json").content)
    by_api = client.get("/api/v1/san-pham").json()
    by_csv = list(csv.DictReader(io.StringIO(client.get("/du-lieu-mo/san-pham-ocop.csv").content.decode("utf-8-sig"))))
    assert by_json["san_pham"] == by_api["san_pham"]
    assert [row["ma_san_pham"] for row in by_csv] == [row["ma_san_pham"] for row in by_api["san_pham"]]
    assert by_api["tong"] == 2
    assert by_json["ngay_cap_nhat"] == by_api["ngay"] == "2026-11-24"


def test_the_dictionary_names_every_field(client, page, two):
    by_json = json.loads(client.get("/du-lieu-mo/san-pham-ocop.json").content)
    named = [one["ten"] for one in by_json["tu_dien"]]
    assert named == list(by_json["san_pham"][0]) == [name for name, *_ in dictionary.DATA]
    text = page("/du-lieu-mo/")
    assert all(f"<code>{name}</code>" in text for name in named)
    for words in ("CC BY 4.0", "Cập nhật ngày 24/11/2026"):
        assert words in text


def test_days_are_iso_and_unknown_ones_null(client, two):
    first, second = client.get("/api/v1/san-pham").json()["san_pham"]
    assert (first["tu_ngay"], first["den_ngay"], first["hang_sao"]) == ("2026-01-15", "2029-01-15", 5)
    assert (second["tu_ngay"], second["den_ngay"], second["hang_sao"]) == (None, None, None)
    assert (second["trang_thai"], second["nguon"]) == ("chua-ro-ngay", "Báo tỉnh; dòng TQ001")


def test_a_name_that_could_run_in_a_spreadsheet_cannot(client, two):
    text = client.get("/du-lieu-mo/san-pham-ocop.csv").content.decode("utf-8-sig")
    assert "'=1+1 rượu ngô (mẫu)" in text
    assert ",=1+1" not in text


@pytest.mark.parametrize(
    "address",
    ["/du-lieu-mo/san-pham-ocop.json", "/du-lieu-mo/san-pham-ocop.csv", "/api/v1/san-pham", "/san-pham/?tai=csv"],
)
def test_no_personal_fact_is_in_any_file(client, two, address):
    text = client.get(address).content.decode()
    assert "Chè Shan tuyết (mẫu)" in text  # readable, no \\u escapes
    for secret in PERSONAL:
        assert secret not in text
    for name in ("phone", "email", "tax", "dien_thoai", "dia_chi_nha", "nguoi_dai_dien"):
        assert f'"{name}"' not in text


def test_other_hosts_may_read_open_data(client, two):
    for address in ("/du-lieu-mo/san-pham-ocop.json", "/du-lieu-mo/san-pham-ocop.csv", "/api/v1/openapi.json"):
        assert client.get(address)["Access-Control-Allow-Origin"] == "*"


def test_the_api_finds_filters_and_pages(client, two):
    assert client.get("/api/v1/san-pham?q=che+shan").json()["tong"] == 1
    assert client.get("/api/v1/san-pham?nhom=beverage").json()["tong"] == 1
    assert client.get("/api/v1/san-pham?trang-thai=con-hieu-luc&sao=5").json()["tong"] == 1
    second = client.get("/api/v1/san-pham?moi-trang=1&trang=2").json()
    assert (second["so_trang"], len(second["san_pham"])) == (2, 1)
    assert client.get("/api/v1/san-pham?trang=3").json()["san_pham"] == []


@pytest.mark.parametrize("query", ["trang=0", "trang=x", "moi-trang=101", "sao=9", "nhom=khong", "q=" + "a" * 201])
def test_a_wrong_condition_is_422_with_three_sentences(client, two, query):
    answer = client.get(f"/api/v1/san-pham?{query}")
    assert answer.status_code == 422
    assert list(answer.json()) == ["viec", "ly_do", "cach_lam"]


def test_one_product_by_its_code(client):
    found = recognised("Chè Shan tuyết (mẫu)")
    code = found.product.code
    assert client.get(f"/api/v1/san-pham/{code}").json()["ten_san_pham"] == "Chè Shan tuyết (mẫu)"
    assert client.get(f"/api/v1/san-pham/{code.lower()}").status_code == 200
    assert client.get(f"/api/v1/san-pham/{codes.new(codes.SHORT)}").status_code == 404
    assert client.get("/api/v1/san-pham/khong").status_code == 400


def test_guessing_by_the_api_is_stopped_too(client):
    for _ in range(30):
        client.get("/api/v1/san-pham/khong")
    assert client.get("/api/v1/san-pham/khong").status_code == 429


def test_the_api_is_described_and_only_reads(client):
    text = client.get("/api/v1/openapi.json").content.decode()
    schema = json.loads(text)
    assert schema["openapi"].startswith("3.1")
    assert set(schema["paths"]) == {"/api/v1/san-pham", "/api/v1/san-pham/{ma_san_pham}"}
    assert {method for path in schema["paths"].values() for method in path} == {"get"}
    answers = {name: set(path["get"]["responses"]) for name, path in schema["paths"].items()}
    assert {int(code) for code in answers["/api/v1/san-pham"]} == {200, 422}
    assert {int(code) for code in answers["/api/v1/san-pham/{ma_san_pham}"]} == {200, 400, 404, 429}
    assert "Danh sách sản phẩm" in text
    assert client.get("/api/v1/docs").status_code == 404
    assert client.post("/api/v1/san-pham").status_code == 405


def test_page_code_api_and_open_data_agree_on_the_day_of_lapse(client, page, today):
    found = recognised("Chè Shan tuyết (mẫu)", since=date(2023, 11, 24))

    def said() -> tuple[bool, str, str, bool]:
        return (
            "<h1>Hết hiệu lực</h1>" in page(f"/c/{found.code}"),
            client.get(f"/api/v1/san-pham/{found.product.code}").json()["trang_thai"],
            json.loads(client.get("/du-lieu-mo/san-pham-ocop.json").content)["san_pham"][0]["trang_thai"],
            "Hạng cũ: 4 sao" in page("/san-pham/"),
        )

    today.move_to("2026-11-24 16:59:00")
    assert said() == (False, "sap-het-han", "sap-het-han", False)
    today.move_to("2026-11-24 17:01:00")
    assert said() == (True, "het-hieu-luc", "het-hieu-luc", True)
