"""`rehearse`: what it walks, what it writes, and every figure of its summary computed again from the stored sheets.

The sums and stars are computed here from the rows and the reference files, without the project's rules.
"""

from __future__ import annotations

import csv
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pypdfium2
import pytest
import yaml
import zxingcpp

ROOT = Path(__file__).resolve().parents[2]
KEYS = {
    "name",
    "subject",
    "product_set",
    "regime",
    "route",
    "points",
    "sheets",
    "band",
    "marks_missed",
    "stars",
    "result",
    "certificate",
    "valid_until",
}


def run(folder: Path) -> subprocess.CompletedProcess[str]:
    env = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    env |= {"DJANGO_SETTINGS_MODULE": "ocop.project.settings", "OCOP_HOST": "ocop.example.vn", "OCOP_MODE": "sample"}
    return subprocess.run(
        [sys.executable, "-m", "django", "rehearse", "--out", str(folder)],
        env=env,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )


@pytest.fixture(scope="session")
def rehearsed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("rehearsal") / "diễn tập"
    done = run(folder)
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"{folder / 'summary.json'}\n"  # only the result on stdout
    return folder


@pytest.fixture(scope="session")
def products(rehearsed: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((rehearsed / "summary.json").read_text(encoding="utf-8"))["products"]
    return found


@pytest.fixture(scope="session")
def rows(rehearsed: Path) -> list[dict[str, Any]]:
    """One dict a concluded product of the rehearsal's own database, the last conclusion of each dossier."""
    database = sqlite3.connect(rehearsed / ".data" / "ocop.sqlite3")
    database.row_factory = sqlite3.Row
    found = database.execute(
        """SELECT c.*, p.name AS product, d.filed_on, d.route, d.cases, s.code AS scorecard, i.round, c.item_id,
                  r.code AS public_code, r.valid_from, r.valid_until, k.number AS certificate
           FROM councils_conclusion c
           JOIN councils_item i ON i.id = c.item_id
           JOIN dossiers_dossier d ON d.id = c.dossier_id
           JOIN registry_product p ON p.id = d.product_id
           JOIN scorecards_scorecard s ON s.id = d.scorecard_id
           LEFT JOIN certificates_recognition r ON r.dossier_id = d.id
           LEFT JOIN certificates_certificate k ON k.recognition_id = r.id
           WHERE c.id = (SELECT max(id) FROM councils_conclusion WHERE dossier_id = c.dossier_id)"""
    ).fetchall()
    concluded = [dict(row) for row in found]
    for row in concluded:
        row["sheets_signed"] = [
            (json.loads(body), number)
            for body, number in database.execute(
                "SELECT body, round FROM councils_sheet WHERE item_id = ? AND signed_at IS NOT NULL", [row["item_id"]]
            )
        ]
        row["findings"] = database.execute(
            "SELECT kind, criterion, stars, confirmed_by_id FROM councils_finding WHERE item_id = ?", [row["item_id"]]
        ).fetchall()
    database.close()
    return concluded


def named(rows: list[dict[str, Any]], product: dict[str, Any]) -> dict[str, Any]:
    """The row of one product of the summary: by name and regime (one name is judged twice, under two regimes)."""
    (row,) = [r for r in rows if (r["product"], r["scorecard"][:4]) == (product["name"], product["regime"])]
    return row


# The contract


def test_every_product_tells_what_the_contract_asks(products):
    for product in products:
        assert set(product) == KEYS
        recognised = product["result"] == "recognised"
        assert (product["certificate"] is not None) == recognised
        assert (product["valid_until"] is not None) == recognised
        assert product["result"] in ("recognised", "below_3", "potential_5", "rejected")
        if product["result"] == "potential_5":
            assert product["stars"] is None
        elif product["result"] == "rejected":
            assert product["stars"] == 0
        elif recognised:
            assert product["stars"] in (3, 4)
        else:
            assert product["stars"] in (1, 2)


def test_it_is_wide_enough(products):
    assert len(products) >= 24
    assert len({product["product_set"] for product in products}) >= 8
    assert {product["regime"] for product in products} == {"2019", "2023", "2026"}
    assert {product["route"] for product in products} == {
        "2019-district",
        "2023-district",
        "2025-province",
        "2025-commune",
    }


def test_tea_is_judged_under_2019_or_2026_alone(products):
    assert {product["regime"] for product in products if product["product_set"] in (11, 12)} <= {"2019", "2026"}


def real_rows() -> set[tuple[str, str]]:
    """(product, producer) of the rows of evidence A and B that name a producer."""
    found = set()
    for name in ("tuyen-quang", "ha-giang"):
        with open(ROOT / "reference" / "products" / f"{name}.csv", encoding="utf-8-sig") as file:
            found |= {
                (row["product_name"].strip(), row["subject_name"].strip())
                for row in csv.DictReader(file)
                if row["evidence"] in ("A", "B") and row["subject_name"].strip()
            }
    return found


def test_names_are_real_with_a_source_or_say_that_they_are_invented(products):
    real = [product for product in products if "(mẫu)" not in product["name"]]
    assert {(product["name"], product["subject"]) for product in real} <= real_rows()
    assert len({product["name"] for product in real}) >= 10
    assert all("(mẫu)" in product["subject"] for product in products if product not in real)


def test_real_names_get_3_or_4_stars_and_bad_outcomes_are_invented_ones(products):
    for product in products:
        if "(mẫu)" not in product["name"]:
            assert (product["result"], product["stars"] in (3, 4)) == ("recognised", True)


def test_each_named_outcome_is_there(products, rows):
    results = Counter(product["result"] for product in products)
    assert results["rejected"] >= 1
    assert results["potential_5"] >= 1
    assert any(p["result"] == "recognised" and p["stars"] < p["band"] and p["marks_missed"]["4"] for p in products)
    again = [row for row in rows if row["round"] == 2]
    assert again
    for row in again:
        first = [body["total"] for body, number in row["sheets_signed"] if number == 1]
        assert max(first) - min(first) > 10
    scored = {p["name"]: p["sheets"] for p in products if p["route"] == "2025-commune" and p["result"] != "rejected"}
    assert Counter(scored.values())[8] >= 1  # one of nine members had a conflict of interest
    assert all("(mẫu)" in name for name, sheets in scored.items() if sheets == 8)


# Every figure again


FLOORS = ((90, 5), (70, 4), (50, 3), (30, 2), (0, 1))
DISTRICT_SENDS = {"2019-district": 50, "2023-district": 70}


def card_of(code: str) -> dict[str, Any]:
    return yaml.safe_load((ROOT / "reference" / "scorecards" / f"{code}.yaml").read_text(encoding="utf-8"))


def criteria_of(card: dict[str, Any]) -> list[dict[str, Any]]:
    return [c for part in card["parts"] for section in part["sections"] for c in section["criteria"]]


def points_of(criterion: dict[str, Any], answer: object) -> int:
    if answer is None:
        return 0
    if isinstance(answer, bool):
        return int(criterion["max"]) if answer else 0
    return int(criterion["options"][answer]["points"])  # type: ignore[index]


def marks_of(criterion: dict[str, Any], case: str | None) -> dict[int, int]:
    found = {criterion["criterion_star_mark"]: 1} if criterion.get("criterion_star_mark") else {}
    for option in criterion["options"]:
        if option.get("min_for_star") and option.get("case") in (None, case):
            found[option["min_for_star"]] = max(option["points"], found.get(option["min_for_star"], 0))
    return found


def test_points_band_marks_and_stars_follow_from_the_stored_sheets(products, rows):
    for product in products:
        row = named(rows, product)
        card = card_of(row["scorecard"])
        cases = json.loads(row["cases"])
        bodies = [body for body, number in row["sheets_signed"] if number == row["round"]]
        answers = [body["answers"] for body in bodies]
        totals = [sum(points_of(c, given[c["code"]]) for c in criteria_of(card)) for given in answers]
        assert totals == [body["total"] for body in bodies]
        assert (product["points"], product["sheets"]) == (sum(totals), len(totals))
        band = next(star for floor, star in FLOORS if sum(totals) >= floor * len(totals))
        assert product["band"] == band
        missed: dict[str, list[str]] = {"3": [], "4": [], "5": []}
        for criterion in criteria_of(card):
            for star, least in marks_of(criterion, cases.get(criterion["code"])).items():
                reached = sum(points_of(criterion, given[criterion["code"]]) >= least for given in answers)
                if 2 * reached <= len(answers):
                    missed[str(star)].append(criterion["code"])
        assert product["marks_missed"] == missed
        assert (product["stars"], product["result"]) == expected(product, row, band, missed)


def expected(product, row, band, missed) -> tuple[int | None, str]:
    """Stars and result by hand from band, marks and findings."""
    assert all(confirmed for *_, confirmed in row["findings"])
    if any(kind == "reject" for kind, *_ in row["findings"]):
        return 0, "rejected"
    if row["level"] == "province" and product["points"] >= 90 * product["sheets"]:
        return None, "potential_5"
    if product["regime"] == "2019":
        (found,) = [stars for kind, _, stars, _ in row["findings"] if kind == "minimum_2019"]
        stars = min(band, found)
    else:
        stars = min(band, 2)
        for star in (3, 4, 5):
            if star > band or missed[str(star)]:
                break
            stars = star
    stars = min(stars, 4)
    return stars, "recognised" if stars >= 3 else "below_3"


def test_the_organ_that_decided_is_that_of_the_route(products, rows):
    for product in products:
        row = named(rows, product)
        sends = DISTRICT_SENDS.get(product["route"])
        if sends is None:
            assert row["level"] == "province"
        elif row["level"] == "district":
            assert product["points"] < sends * product["sheets"]
            assert product["route"] == "2023-district" or product["result"] == "below_3"
        else:
            assert product["points"] >= sends * product["sheets"]


def test_a_certificate_runs_36_months_from_its_decision(products, rows):
    for product in products:
        row = named(rows, product)
        if product["certificate"]:
            begun, ends = date.fromisoformat(row["valid_from"]), date.fromisoformat(product["valid_until"])
            assert (ends.year, ends.month, ends.day) == (begun.year + 3, begun.month, begun.day)
            assert (product["certificate"], product["valid_until"]) == (row["certificate"], row["valid_until"])


# The papers


def pages(path: Path) -> list[str]:
    pdf = pypdfium2.PdfDocument(path)
    texts = [page.get_textpage().get_text_bounded() for page in pdf]
    pdf.close()
    return texts


def word_text(path: Path) -> str:
    paper = docx.Document(str(path))
    heads = [p.text for section in paper.sections for p in (*section.header.paragraphs, *section.footer.paragraphs)]
    heads += [p.text for section in paper.sections for p in section.first_page_header.paragraphs]
    cells = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
    return "\n".join([*heads, *(p.text for p in paper.paragraphs), *cells])


def test_every_page_of_every_pdf_says_that_it_is_a_rehearsal(rehearsed):
    papers = sorted(rehearsed.rglob("*.pdf"))
    assert len(papers) >= 30
    for path in papers:
        if ".data" not in path.parts:
            assert all("DIỄN TẬP" in text for text in pages(path)), path.name


def test_minutes_and_decisions_are_written_as_word_and_pdf(rehearsed):
    for kind in ("bien-ban", "quyet-dinh"):
        found = {
            path.suffix: {p.stem for p in (rehearsed / kind).glob(f"*{path.suffix}")}
            for path in (rehearsed / kind).iterdir()
        }
        assert set(found) == {".docx", ".pdf"}
        assert found[".docx"] == found[".pdf"]
        for path in (rehearsed / kind).glob("*.docx"):
            assert "DIỄN TẬP" in word_text(path), path.name


def test_every_recognised_or_approved_product_stands_in_one_decision(rehearsed, products):
    text = "\n".join(word_text(path) for path in sorted((rehearsed / "quyet-dinh").glob("*.docx")))
    for product in products:
        if product["result"] in ("recognised", "potential_5"):
            assert product["name"] in text
        else:
            assert product["name"] not in text


def test_every_product_stands_in_minutes_with_its_mean(rehearsed, products):
    text = "\n".join(word_text(path) for path in sorted((rehearsed / "bien-ban").glob("*.docx")))
    for product in products:
        assert product["name"] in text
        hundredths = round(100 * product["points"] / product["sheets"])
        assert f"Tổng điểm các phiếu: {product['points']}." in text
        assert f"{hundredths // 100},{hundredths % 100:02d}" in text


def test_each_certificate_has_a_qr_that_a_decoder_reads_back(rehearsed, products, rows):
    files = sorted((rehearsed / "chung-nhan").glob("*.pdf"))
    wanted = {
        product["certificate"].replace("/", "-"): f"https://ocop.example.vn/c/{named(rows, product)['public_code']}"
        for product in products
        if product["certificate"]
    }
    assert {path.stem for path in files} == set(wanted)
    for path in files:
        pdf = pypdfium2.PdfDocument(path)
        image = pdf[0].render(scale=3).to_pil()
        pdf.close()
        (read,) = zxingcpp.read_barcodes(image)
        assert read.text == wanted[path.stem]


def test_the_register_lists_what_was_recognised_and_says_that_it_is_a_rehearsal(rehearsed, products):
    sheet = openpyxl.load_workbook(rehearsed / "so-dang-ky.xlsx").active
    head, *lines = sheet.iter_rows(values_only=True)
    listed = Counter(line[head.index("Sản phẩm")] for line in lines)
    assert listed == Counter(p["name"] for p in products if p["result"] == "recognised")
    assert all("DIỄN TẬP" in str(line) for line in lines)


# Again, and elsewhere


def test_it_may_be_run_again_into_its_folder_and_never_touches_another_database(rehearsed, products, tmp_path):
    folder = tmp_path / "again"
    shutil.copytree(rehearsed, folder)
    live = Path(os.environ["OCOP_DATA"])
    before = {path.name: path.stat().st_mtime_ns for path in live.glob("ocop.sqlite3*")}
    (folder / "chung-nhan" / "9999-GCN-OCOP-1999.pdf").write_bytes(b"%PDF-old")
    done = run(folder)
    assert done.returncode == 0, done.stderr
    again = json.loads((folder / "summary.json").read_text(encoding="utf-8"))["products"]
    assert again == products
    assert not (folder / "chung-nhan" / "9999-GCN-OCOP-1999.pdf").exists()
    assert {path.name: path.stat().st_mtime_ns for path in live.glob("ocop.sqlite3*")} == before


def test_a_folder_that_cannot_be_written_is_refused_in_one_sentence(tmp_path):
    (tmp_path / "file").write_text("x")
    done = run(tmp_path / "file" / "out")
    assert done.returncode == 1
    assert "Không ghi được vào" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
