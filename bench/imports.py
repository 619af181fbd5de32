"""Preview and import of a list of 20,000 products beside plain python-calamine reading: python -m bench.imports.

The list is written here; its 10,000 subjects come in by an import too. Times are of one process, without a web server.
"""

from __future__ import annotations

import io
import json
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

import django

django.setup()

import xlsxwriter  # noqa: E402
from django.utils import timezone  # noqa: E402
from python_calamine import load_workbook  # noqa: E402

from ocop.accounts.models import Agency, Level, Role, User  # noqa: E402
from ocop.accounts.services import appoint, create_user  # noqa: E402
from ocop.areas.queries import communes_on  # noqa: E402
from ocop.importing import services  # noqa: E402
from ocop.importing.models import Import, Step  # noqa: E402
from ocop.kernel import files, jobs  # noqa: E402
from ocop.kernel.audit import SYSTEM  # noqa: E402
from ocop.kernel.time import day_of  # noqa: E402

ROWS = 20_000


def book(now: datetime) -> bytes:
    """A list as an office keeps it: title, head, 20,000 products of 10,000 subjects in every commune."""
    communes = [area.full_name for area in communes_on(day_of(now))]
    out = io.BytesIO()
    made = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = made.add_worksheet("Danh sách")
    sheet.write(0, 0, "DANH SÁCH SẢN PHẨM OCOP (tổng hợp)")
    head = ("STT", "Tên sản phẩm", "Chủ thể", "Loại hình", "Xã, phường", "Điện thoại", "Bộ sản phẩm", "Quy cách")
    sheet.write_row(2, 0, head)
    for n in range(ROWS):
        owner = n // 2
        commune = communes[owner % len(communes)]
        name = f"HTX nông sản số {owner:05d} (tổng hợp)"
        row = (n + 1, f"Chè xanh loại {n} (tổng hợp)", name, "HTX", commune, f"09{owner:08d}", 11, "Túi 200 g")
        sheet.write_row(n + 3, 0, row)
    made.close()
    return out.getvalue()


def officer(now: datetime) -> User:
    day = day_of(now)
    organ, _ = Agency.objects.get_or_create(
        name="Cơ quan tham mưu (tổng hợp)",
        valid_from=day,
        defaults={"symbol": "SNN", "level": Level.PROVINCE, "place": "Tuyên Quang"},
    )
    user = create_user(email=f"do{now:%H%M%S%f}@vi-du.vn", name="Đo tốc độ", password=None, by=SYSTEM, now=now)
    appoint(user=user, role=Role.PROVINCE_OFFICER, agency=organ, valid_from=day, by=SYSTEM, now=now)
    return user


def timed(act: Callable[[], Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    result = act()
    return time.perf_counter() - began, result


def run() -> dict[str, float]:
    """Return seconds and rows a second of each part. :raises RuntimeError: the list was not taken as it should be"""
    now = timezone.now()
    content, user = book(now), officer(now)
    plain, _ = timed(lambda: load_workbook(io.BytesIO(content)).get_sheet_by_index(0).to_python())
    stored = files.store(content, "danh-sach.xlsx", now=now, restricted=True, allow=("xlsx",))

    def preview(found: Import) -> Import:
        jobs.run_due(lambda: now)
        found = Import.objects.get(pk=found.pk)
        if found.step != Step.CHECKED:
            raise RuntimeError(f"{found.step}: {found.why}")
        return found

    def write(found: Import) -> int:
        return services.confirm(found=found, version=found.version, skip_wrong=False, by=user, now=now)

    figures = {"rows": float(ROWS), "plain_reading": plain}
    for kind in ("chu-the", "san-pham"):
        found = services.start(kind=kind, stored=stored, by=user, now=now)
        figures[f"{kind}_preview"], found = timed(lambda found=found: preview(found))
        figures[f"{kind}_import"], figures[f"{kind}_written"] = timed(lambda found=found: write(found))
    found.refresh_from_db()
    reason = "Đo thời gian hoàn tác"
    figures["san-pham_undo"], _ = timed(
        lambda: services.undo(found=found, version=found.version, reason=reason, by=user, now=now)
    )
    return {key: round(value, 2) for key, value in figures.items()}


if __name__ == "__main__":
    print(json.dumps(run()))
