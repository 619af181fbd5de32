"""How long staged rows are kept, and what waits for a person on the desk."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from ocop.desk.queries import worklist
from ocop.importing.models import Import, ImportRow, Step
from ocop.importing.queries.staged import counts
from ocop.importing.services import drop_old_rows, read_again
from ocop.kernel import audit
from ocop.kernel.refusal import Refusal

from .conftest import DAY, NOW, Office, verdicts, work
from .lists import book
from .test_flow import HEAD, PLAIN, ROWS

MONTH, SEASON, MINUTE = timedelta(days=30), timedelta(days=90), timedelta(minutes=1)


def rows(found: Import) -> int:
    return ImportRow.objects.filter(of=found).count()


def test_a_preview_that_nobody_confirmed_is_dropped_after_thirty_days(province: Office) -> None:
    found = province.preview(PLAIN)
    assert drop_old_rows(now=NOW + MONTH) == 0
    assert rows(found) == 2
    assert drop_old_rows(now=NOW + MONTH + MINUTE) == 1
    assert rows(found) == 0
    found.refresh_from_db()
    with pytest.raises(Refusal, match="quá 30 ngày"):
        province.confirm(found, now=NOW + MONTH + MINUTE)
    assert counts(found).by_verdict == {"new": 2}
    assert audit.timeline(found)[-1].kind == "import.rows_dropped"
    assert drop_old_rows(now=NOW + SEASON) == 0


def test_a_dropped_preview_is_read_again_from_its_file(province: Office) -> None:
    found = province.preview(PLAIN)
    late = NOW + MONTH + MINUTE
    drop_old_rows(now=late)
    found.refresh_from_db()
    read_again(found=found, version=found.version, by=province.user, now=late)
    found = work(found, late)
    assert verdicts(found) == ["new", "new"]
    assert drop_old_rows(now=late + MONTH) == 0
    assert province.confirm(found, now=late) == 2


def test_a_written_list_can_be_undone_for_ninety_days(province: Office) -> None:
    early, late = province.bring(PLAIN), NOW + SEASON
    assert drop_old_rows(now=late) == 0
    assert rows(early) == 2
    assert drop_old_rows(now=late + MINUTE) == 1
    early.refresh_from_db()
    assert (early.step, rows(early), counts(early).to_write) == (Step.WRITTEN, 0, 2)
    with pytest.raises(Refusal, match="quá 90 ngày"):
        province.undo(early, now=late + MINUTE)


def test_an_undone_list_is_kept_ninety_days_after_its_undo(province: Office) -> None:
    found = province.bring(PLAIN)
    undone = NOW + timedelta(days=20)
    province.undo(found, now=undone)
    assert drop_old_rows(now=undone + SEASON) == 0
    assert drop_old_rows(now=undone + SEASON + MINUTE) == 1


def test_rows_are_never_dropped_while_they_are_being_read(province: Office) -> None:
    found = province.preview(PLAIN)
    late = NOW + MONTH + MINUTE
    read_again(found=found, version=found.version, by=province.user, now=late)
    assert drop_old_rows(now=late) == 0
    assert rows(found) == 2


def test_the_page_of_a_dropped_list_tells_its_figures_and_offers_no_button(
    province: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = province.preview(PLAIN)
    drop_old_rows(now=NOW + MONTH + MINUTE)
    monkeypatch.setattr(timezone, "now", lambda: NOW + MONTH + MINUTE)
    client = Client(headers={"host": "localhost"})
    client.force_login(province.user)
    page = client.get(f"/nhap-excel/{found.pk}/").content.decode()
    assert "Các dòng đã đọc không còn giữ." in page
    assert f"/nhap-excel/{found.pk}/ghi/" not in page
    assert "Nhập Excel: xem trước" not in page
    assert client.get("/nhap-excel/").status_code == 200


def test_the_desk_of_the_office_names_lists_that_wait(province: Office, commune: Office) -> None:
    def lists(office: Office) -> list[tuple[str, str]]:
        groups = worklist(office.user, DAY).groups
        found = [due.work for _, dues in groups for due in dues if due.work.path.startswith("/nhap-excel/")]
        return [(one.title, one.action) for one in found]

    found = commune.preview(book(("DS", [HEAD, ("HTX X", "HTX", "Chiêm Hóa", None, None)])))
    commune.preview(book(("DS", [("A", "B"), *[row[:2] for row in ROWS]])))
    assert lists(commune) == [
        ("Danh sách chờ xác nhận: danh-sach.xlsx", "Xem trước"),
        ("Danh sách chờ đối chiếu cột: danh-sach.xlsx", "Đối chiếu cột"),
    ]
    assert lists(province) == []
    commune.confirm(found)
    assert [title for title, _ in lists(commune)] == ["Danh sách chờ đối chiếu cột: danh-sach.xlsx"]
