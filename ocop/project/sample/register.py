"""Real products of the province from public sources: exactly what each source says, unknown stays unknown."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

from ocop.accounts.models import Level
from ocop.areas.models import Area
from ocop.areas.queries import Undetermined, commune_of
from ocop.certificates.services import record_recognition
from ocop.kernel.audit import SYSTEM
from ocop.kernel.text import fold
from ocop.registry.models import Product, ProductSet, Stage, Subject, SubjectKind
from ocop.registry.services import add_product, add_subject

KINDS = {"HTX": "cooperative", "THT": "cooperative_group", "doanh nghiệp": "sme", "hộ kinh doanh": "household"}
# Events of B rows that tell of a registration or a choice, not of a recognition.
NOT_RECOGNISED = ("đăng ký tham gia", "xã chọn làm sản phẩm OCOP", "đưa vào chương trình OCOP")


def rows(folder: Path) -> Iterator[dict[str, str]]:
    """Rows of both provinces with the product set that was decided by hand."""
    with (folder / "product-sets.csv").open(encoding="utf-8", newline="") as file:
        sets = {row["row_id"]: row["set_no"] for row in csv.DictReader(file)}
    for name in ("tuyen-quang.csv", "ha-giang.csv"):
        with (folder / name).open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                yield {**row, "set_no": sets[row["row_id"]]}


def _commune(row: dict[str, str], day: date) -> Area | None:
    """The commune that the source names, as it was in the year of the source."""
    if row["commune_code_2021"]:
        for when in (day, date(2021, 7, 1)):
            found = Area.objects.in_force_on(when).communes().filter(code=row["commune_code_2021"]).first()
            if found is not None:
                return found
    if row["commune"] and row["district"]:
        by_name = commune_of(row["commune"], row["district"], day)
        return None if isinstance(by_name, Undetermined) else by_name
    return None


def load_real_products(folder: Path, *, now: datetime) -> dict[str, int]:
    """Enter every row; returns counts by what became of it. Rows of one product make one product."""
    sets = {row.number: row for row in ProductSet.objects.order_by("number")}
    kinds = {row.code: row for row in SubjectKind.objects.order_by("position")}
    subjects: dict[str, Subject] = {}
    products: dict[tuple[str, str], Product] = {}
    counts = {"recognised": 0, "potential": 0}
    for row in rows(folder):
        source = f"{row['source_title']} ({row['source_site']}); dòng {row['row_id']}"
        year = int(row["year"]) if row["year"] else None
        commune = _commune(row, date(year or 2021, 7, 1))
        place = ", ".join(
            f"{row[kind]} {row[name]}".strip()
            for kind, name in (("commune_type", "commune"), ("district_type", "district"))
            if row[name]
        )
        subject = None
        if row["subject_name"]:
            key = fold(row["subject_name"])
            subject = subjects.get(key)
            if subject is None:
                subject = subjects[key] = add_subject(
                    name=row["subject_name"],
                    kind=kinds[KINDS[row["subject_kind"]]],
                    commune=commune,
                    by=SYSTEM,
                    now=now,
                    source=source[:300],
                    place_note=place,
                )
        key2 = (fold(row["product_name"]), fold(row["subject_name"]))
        recognised = row["evidence"] == "A" or (row["evidence"] == "B" and row["event"] not in NOT_RECOGNISED)
        product = products.get(key2)
        if product is None:
            product = products[key2] = add_product(
                subject=subject,
                name=row["product_name"],
                product_set=sets[int(row["set_no"])] if row["set_no"] else None,
                commune=commune,
                by=SYSTEM,
                now=now,
                stage=Stage.REGISTERED if recognised else Stage.POTENTIAL,
                source=source[:300],
                place_note=place,
            )
        if not recognised:
            counts["potential"] += 1
            continue
        stars = int(row["stars"]) if row["stars"] else None
        ministry = "BNN" in row["decision_no"]
        record_recognition(
            product=product,
            stars=stars,
            level=Level.MINISTRY if ministry or stars == 5 else Level.PROVINCE,
            organ_name="" if not row["decision_no"] else ("Bộ Nông nghiệp và PTNT" if ministry else "UBND tỉnh"),
            number=row["decision_no"],
            decided_on=date.fromisoformat(row["decision_date"]) if row["decision_date"] else None,
            year=year,
            source=source,
            by=SYSTEM,
            now=now,
        )
        counts["recognised"] += 1
    return counts
