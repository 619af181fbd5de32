"""From a file to the register and back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection

from ocop.importing import services
from ocop.importing.models import Import, ImportRow, Step
from ocop.importing.rules import heads, workbook
from ocop.kernel import audit
from ocop.kernel.models import Event
from ocop.kernel.refusal import Forbidden, Refusal
from ocop.project.sample.walk import at
from ocop.registry.models import Product, Subject
from ocop.registry.services import add_product, change_subject

from .conftest import DAY, NOW, Office, problems, verdicts, work
from .lists import MERGED, SUBJECTS, book

HEAD = ("Tên chủ thể", "Loại hình", "Xã, phường", "Điện thoại", "Mã số thuế")
ROWS = [
    ("HTX chè Tân Trào A", "HTX", "Tân Trào", "0912345678", "5000123456"),
    ("Công ty TNHH mía đường B", "Công ty", "Hồng Sơn", "0208381234", "5000654321"),
]
PLAIN = book(("Danh sách", [HEAD, *ROWS]))


def test_a_list_with_titles_two_row_head_groups_total_and_signatures_is_read(province: Office) -> None:
    found = province.preview(book(SUBJECTS, merged=MERGED))
    assert found.step == Step.CHECKED, (found.why, found.told)
    assert verdicts(found) == ["new", "new", "new"], problems(found)
    assert found.told["said"] == [
        "2 dòng nhóm (huyện, xã, mục) dùng làm địa bàn, không nhập.",
        "1 dòng cộng, tổng cộng không nhập.",
        "Phần ký tên, ghi chú cuối bảng không nhập.",
    ]
    assert province.confirm(found) == 3
    subject = Subject.objects.get(name="HTX chè Tân Trào A")
    assert subject.kind.code == "cooperative"
    assert str(subject.commune) == "Xã Tân Trào"
    assert (subject.phone, subject.tax_code, subject.founded_on) == ("0912345678", "5000123456", date(2019, 3, 12))
    assert subject.address == "Thôn Bòng"


def test_a_preview_writes_nothing_into_the_register(province: Office) -> None:
    before = (Subject.objects.count(), Event.objects.exclude(kind__startswith="import.").count())
    province.preview(PLAIN)
    assert (Subject.objects.count(), Event.objects.exclude(kind__startswith="import.").count()) == before


def test_each_row_written_has_one_event_with_its_file(province: Office) -> None:
    province.bring(PLAIN)
    for name in ("HTX chè Tân Trào A", "Công ty TNHH mía đường B"):
        (entry,) = audit.timeline(Subject.objects.get(name=name))
        assert entry.kind == "subject.added"
        assert "danh-sach.xlsx" in entry.reason
        assert entry.actor is not None
        assert entry.actor.name == province.user.name


def test_the_same_list_twice_changes_nothing_and_after_its_undo_it_is_new_again(province: Office) -> None:
    first = province.bring(PLAIN)
    again = province.preview(PLAIN)
    assert verdicts(again) == ["same", "same"]
    with pytest.raises(Refusal, match="Không có dòng nào mới hoặc thay đổi"):
        province.confirm(again)
    assert province.undo(first) == (2, 0)
    assert not Subject.objects.filter(name__in=[row[0] for row in ROWS]).exists()
    assert verdicts(province.preview(PLAIN)) == ["new", "new"]
    third = province.bring(PLAIN)
    assert third.step == Step.WRITTEN
    assert Subject.objects.filter(name__in=[row[0] for row in ROWS]).count() == 2


def test_a_changed_cell_is_shown_with_its_old_value_written_and_taken_back(province: Office) -> None:
    province.bring(PLAIN)
    changed = book(("Danh sách", [HEAD, (ROWS[0][0], "HTX", "Tân Trào", "0987654321", ROWS[0][4]), ROWS[1]]))
    found = province.preview(changed)
    assert verdicts(found) == ["changed", "same"]
    row = ImportRow.objects.get(of=found, verdict="changed")
    assert row.before == {"phone": "0912345678"}
    province.confirm(found)
    subject = Subject.objects.get(name=ROWS[0][0])
    assert (subject.phone, subject.version) == ("0987654321", 1)
    assert province.undo(found) == (1, 0)
    subject.refresh_from_db()
    assert (subject.phone, subject.version) == ("0912345678", 2)


def test_an_empty_cell_erases_nothing(province: Office) -> None:
    province.bring(PLAIN)
    found = province.preview(book(("Danh sách", [HEAD, (ROWS[0][0], None, "Tân Trào", None, ROWS[0][4])])))
    assert verdicts(found) == ["same"]


def test_three_wrong_rows_of_five_hundred_stop_all_and_are_named_by_their_cells(province: Office) -> None:
    rows: list[tuple[object, ...]] = [(f"HTX thử số {n}", "HTX", "Tân Trào", None, None) for n in range(500)]
    rows[16] = ("HTX sai xã", "HTX", "Xã Không Có", None, None)
    rows[100] = ("HTX sai loại", "Nhóm bạn", "Tân Trào", None, None)
    rows[400] = (None, "HTX", "Tân Trào", None, None)
    found = province.preview(book(("Danh sách", [HEAD, *rows])))
    assert problems(found) == [
        ("C18", "Không có xã Không Có trong danh mục địa bàn."),
        ("B102", "“Nhóm bạn” không phải loại hình chủ thể OCOP. Ghi như: HTX, tổ hợp tác, doanh nghiệp, hộ."),
        ("A402", "Thiếu tên chủ thể."),
    ]
    before = Subject.objects.count()
    with pytest.raises(Refusal, match="Có 3 dòng sai"):
        province.confirm(found)
    assert Subject.objects.count() == before
    assert Import.objects.get(pk=found.pk).step == Step.CHECKED
    assert province.confirm(found, skip_wrong=True) == 497
    assert Subject.objects.count() == before + 497


def test_a_commune_named_with_another_district_is_wrong(province: Office) -> None:
    head = ("Tên chủ thể", "Loại hình", "Xã", "Huyện")
    rows = [("HTX A", "HTX", "xã Hùng Đức", "huyện Yên Sơn"), ("HTX B", "HTX", "xã Hùng Đức", "huyện Hàm Yên")]
    found = province.preview(book(("DS", [head, *rows])))
    assert problems(found) == [("C2", "Xã Hùng Đức không thuộc huyện Yên Sơn.")]
    assert verdicts(found) == ["wrong", "new"]


def test_a_commune_officer_brings_in_the_own_commune_alone(commune: Office, province: Office) -> None:
    rows = [("HTX của xã", "HTX", "Chiêm Hóa", None, None), ("HTX xã khác", "HTX", "Tân Trào", None, None)]
    found = commune.preview(book(("DS", [HEAD, *rows])))
    assert verdicts(found) == ["new", "wrong"]
    assert problems(found) == [("C3", "Xã Tân Trào không thuộc địa bàn của bạn.")]
    assert commune.confirm(found, skip_wrong=True) == 1
    assert verdicts(province.preview(book(("DS", [HEAD, *rows])))) == ["same", "new"]


def test_who_is_no_officer_brings_nothing_in(stage, province: Office) -> None:  # type: ignore[no-untyped-def]
    for user in (stage.world.producers[0], stage.world.secretaries[0], stage.world.leader, stage.world.admin):
        with pytest.raises(Forbidden):
            Office(user).start(PLAIN)
    assert Import.objects.count() == 0


def test_recorded_decisions_are_the_provinces(commune: Office, province: Office) -> None:
    content = book(("DS", [("Tên sản phẩm", "Hạng sao"), ("Chè", "3 sao")]))
    with pytest.raises(Forbidden):
        commune.start(content, "cong-nhan")
    assert province.start(content, "cong-nhan").step == Step.WAITING


def test_an_import_of_another_office_is_not_seen_by_a_commune(commune: Office, province: Office) -> None:
    theirs, mine = (
        province.preview(PLAIN),
        commune.preview(book(("DS", [HEAD, ("HTX X", "HTX", "Chiêm Hóa", None, None)]))),
    )
    assert list(Import.objects.visible_to(commune.user, DAY)) == [mine]
    assert set(Import.objects.visible_to(province.user, DAY)) == {mine, theirs}
    with pytest.raises(Forbidden):
        commune.confirm(theirs)


def test_two_who_confirm_write_once(province: Office, stage) -> None:  # type: ignore[no-untyped-def]
    found = province.preview(PLAIN)
    second = Office(stage.world.officers[1])
    stale = Import.objects.get(pk=found.pk)
    assert province.confirm(found) == 2
    with pytest.raises(Refusal, match="Người khác vừa cập nhật"):
        second.confirm(stale)
    assert Subject.objects.filter(name=ROWS[0][0]).count() == 1


def test_what_changed_since_the_preview_stops_the_writing(province: Office) -> None:
    found = province.preview(PLAIN)
    province.bring(book(("DS", [HEAD, ROWS[0]])))
    with pytest.raises(Refusal, match="đã khác lúc xem trước"):
        province.confirm(found)
    assert not Subject.objects.filter(name=ROWS[1][0]).exists()
    services.read_again(found=found, version=found.version, by=province.user, now=NOW)
    assert verdicts(work(found)) == ["same", "new"]


def test_an_undo_lists_what_was_used_or_changed_since_and_leaves_it_once_one_says_so(
    province: Office, commune: Office
) -> None:
    rows = [(f"HTX {letter}", "HTX", "Chiêm Hóa", None, None) for letter in ("Một", "Hai", "Ba")]
    found = province.bring(book(("DS", [HEAD, *rows])))
    used, changed = Subject.objects.get(name="HTX Một"), Subject.objects.get(name="HTX Hai")
    add_product(
        subject=used, name="Chè", product_set=None, commune=used.commune, by=commune.user, now=NOW + timedelta(hours=1)
    )
    change_subject(subject=changed, version=0, by=commune.user, now=NOW + timedelta(hours=1), phone="0912000111")
    with pytest.raises(services.UsedSince, match=r"2 dòng đã dùng .* hoàn tác 1 dòng còn lại") as refused:
        province.undo(found)
    assert [(row.number, row.kept) for row in refused.value.rows] == [(2, "sản phẩm"), (3, "đã sửa sau khi nhập")]
    assert not ImportRow.objects.filter(of=found, undone=True).exists()
    assert province.undo(found, leave_used=True) == (1, 2)
    assert [(row.undone, row.kept) for row in ImportRow.objects.filter(of=found).order_by("place")] == [
        (False, "sản phẩm"),
        (False, "đã sửa sau khi nhập"),
        (True, ""),
    ]
    assert set(Subject.objects.filter(name__in=[row[0] for row in rows]).values_list("name", flat=True)) == {
        "HTX Một",
        "HTX Hai",
    }


def test_an_undo_of_what_was_all_used_is_refused(province: Office, commune: Office) -> None:
    found = province.bring(book(("DS", [HEAD, ("HTX Một", "HTX", "Chiêm Hóa", None, None)])))
    subject = Subject.objects.get(name="HTX Một")
    change_subject(subject=subject, version=0, by=commune.user, now=NOW, phone="0912000111")
    with pytest.raises(Refusal, match="Mọi dòng đều đã dùng hoặc sửa"):
        province.undo(found)
    assert Import.objects.get(pk=found.pk).step == Step.WRITTEN


def test_an_undo_needs_a_reason_and_happens_once(province: Office) -> None:
    found = province.bring(PLAIN)
    with pytest.raises(Refusal, match="Lý do quá ngắn"):
        services.undo(found=found, version=found.version, reason="nhầm", by=province.user, now=NOW)
    province.undo(found)
    with pytest.raises(Refusal, match="chưa nhập, hoặc đã hoàn tác"):
        province.undo(found)


def test_a_worker_that_died_while_reading_leaves_no_half_preview(province: Office) -> None:
    """The rows it staged are of a step that nobody can confirm; the next reading begins anew."""
    found = province.start(PLAIN)
    ImportRow.objects.create(of=found, place=0, sheet="DS", number=2, verdict="new", values_sealed="{}")
    with pytest.raises(Refusal, match="chưa xem trước xong"):
        province.confirm(found)
    assert verdicts(work(found)) == ["new", "new"]


def test_an_older_reading_does_nothing_once_a_newer_is_wanted(province: Office) -> None:
    found = province.start(PLAIN)
    old = Import.objects.get(pk=found.pk)
    services.read_again(found=found, version=0, by=province.user, now=NOW)
    services.check(found=old, now=NOW)
    assert Import.objects.get(pk=found.pk).step == Step.WAITING
    assert verdicts(work(found)) == ["new", "new"]


def test_repeats_in_a_file_are_written_once_and_contradictions_are_wrong(province: Office) -> None:
    rows = [ROWS[0], ROWS[0], ("HTX chè Tân Trào A", "HTX", "Tân Trào", "0999999999", "5000123456")]
    found = province.preview(book(("DS", [HEAD, *rows])))
    assert verdicts(found) == ["new", "repeat", "wrong"]
    assert problems(found) == [("D4", "Lặp dòng 2 nhưng ghi khác ở ô này. Giữ một dòng.")]
    assert province.confirm(found, skip_wrong=True) == 1


def test_a_likely_double_under_another_spelling_is_pointed_out(province: Office) -> None:
    province.bring(book(("DS", [HEAD, ("HTX chè Hồng Thái", "HTX", "Hồng Thái", None, None)])))
    found = province.preview(book(("DS", [HEAD, ("Hợp tác xã Chè Hồng Thái", None, "Hồng Thái", None, None)])))
    assert verdicts(found) == ["new"]
    said = [text for _, text in problems(found, errors=False)]
    assert "Có thể trùng với “HTX chè Hồng Thái” trong cùng xã. Nếu là một, sửa tên theo hệ thống." in said


def test_a_tax_code_of_a_subject_beyond_ones_sight_is_refused_without_its_name(
    commune: Office, province: Office
) -> None:
    province.bring(PLAIN)
    found = commune.preview(book(("DS", [HEAD, ("HTX mới", "HTX", "Chiêm Hóa", None, "5000123456")])))
    (problem,) = problems(found)
    assert problem == ("E2", "Mã số thuế này đã có ở chủ thể khác ngoài địa bàn của bạn. Báo cơ quan tham mưu.")


def test_the_columns_that_an_office_chose_are_remembered_for_it_alone(province: Office, commune: Office) -> None:
    content = book(("DS", [("Đơn vị làm ra", "Kiểu", "Ở xã"), ("HTX A", "HTX", "Chiêm Hóa")]))
    found = province.preview(content)
    assert found.step == Step.UNMATCHED
    table = heads.table(workbook.read(content)[0], 0, 0)
    services.choose_columns(
        found=found,
        version=found.version,
        tables=[table],
        columns={"Đơn vị làm ra": "name", "Kiểu": "kind", "Ở xã": "commune"},
        font="",
        with_hidden=True,
        by=province.user,
        now=NOW,
    )
    assert verdicts(work(found)) == ["new"]
    table_rows = [
        ("Đơn vị làm ra", "Kiểu", "Ở xã", "Điện thoại", "Tên chủ thể"),
        ("HTX B", "HTX", "Chiêm Hóa", "0912345678", "x"),
    ]
    later = province.preview(book(("DS", table_rows)))
    assert later.layout["columns"]["Đơn vị làm ra"] == "name"
    assert commune.preview(content).step == Step.UNMATCHED


@pytest.mark.parametrize("head", ["Danh sách", "Tên chủ thể"])
def test_an_empty_sheet_is_said(province: Office, head: str) -> None:
    found = province.preview(book(("DS", [(head,)])))
    assert found.step == Step.UNMATCHED
    assert found.told.get("said", []) in ([], ["Không có dòng dữ liệu nào dưới dòng tiêu đề đã chọn."])


def test_a_household_s_number_stands_nowhere_in_the_clear(province: Office) -> None:
    found = province.preview(book(("DS", [HEAD, ("Hộ Nguyễn Văn C", "Hộ", "Tân Trào", None, "008012345678")])))
    with connection.cursor() as cursor:
        cursor.execute("SELECT values_sealed, before_sealed, problems, places FROM importing_importrow")
        assert "008012345678" not in str(cursor.fetchall())
    assert found.blob.restricted
    (row,) = ImportRow.objects.filter(of=found).select_related("of")
    assert "008012345678" not in str(row.cells)
    assert "••••5678" in [cell.text for cell in row.cells]


def test_products_follow_their_subjects_from_the_same_file(province: Office) -> None:
    head = ("Tên sản phẩm", "Chủ thể", "Xã", "Bộ sản phẩm", "Quy cách")
    rows = [
        ("Chè xanh", "HTX Tân Trào", "Tân Trào", "11", "Túi 200 g"),
        ("Chè sen", "HTX Tân Trào", "Tân Trào", "Chè tươi, chè chế biến", None),
        ("Mật ong", "HTX Hùng Đức", "Hùng Đức", 4, None),
    ]
    content = book(("DS", [head, *rows]))
    assert [text for _, text in problems(province.preview(content, "san-pham"))] == [
        "Chưa có chủ thể “HTX Tân Trào” trong địa bàn của bạn. Nhập danh sách chủ thể trước."
    ] * 2 + ["Chưa có chủ thể “HTX Hùng Đức” trong địa bàn của bạn. Nhập danh sách chủ thể trước."]
    subjects = province.bring(content, "chu-the")
    assert verdicts(subjects) == ["new", "repeat", "new"]
    products = services.use_again(found=subjects, kind="san-pham", by=province.user, now=NOW)
    products = work(products)
    assert verdicts(products) == ["new"] * 3, problems(products)
    province.confirm(products)
    tea = Product.objects.get(name="Chè xanh")
    assert (tea.product_set.number, str(tea.commune), tea.specification) == (11, "Xã Tân Trào", "Túi 200 g")
    assert [change.stage for change in tea.stage_changes.all()] == ["registered"]
    assert (
        verdicts(work(services.use_again(found=products, kind="san-pham", by=province.user, now=NOW))) == ["same"] * 3
    )
    assert province.undo(products) == (3, 0)
    assert province.undo(subjects) == (2, 0)


def test_a_product_s_set_is_filled_where_unknown_and_never_changed(province: Office) -> None:
    head = ("Tên sản phẩm", "Chủ thể", "Xã", "Bộ sản phẩm")
    province.bring(book(("DS", [head, ("Chè", "HTX A", "Tân Trào", None)])))
    first = province.bring(book(("DS", [head, ("Chè", "HTX A", "Tân Trào", None)])), "san-pham")
    assert Product.objects.get(name="Chè").product_set is None
    second = province.bring(book(("DS", [head, ("Chè", "HTX A", "Tân Trào", 11)])), "san-pham")
    assert verdicts(second) == ["changed"]
    assert Product.objects.get(name="Chè").product_set.number == 11
    third = province.preview(book(("DS", [head, ("Chè", "HTX A", "Tân Trào", 12)])), "san-pham")
    assert verdicts(third) == ["wrong"]
    assert province.undo(second) == (1, 0)
    assert Product.objects.get(name="Chè").product_set is None
    with pytest.raises(Refusal, match="Mọi dòng đều đã dùng hoặc sửa"):
        province.undo(first)


def test_a_list_of_the_year_before_is_read_by_the_day_of_its_reading(province: Office) -> None:
    """Old communes with their districts become today's."""
    head = ("Tên chủ thể", "Loại hình", "Xã", "Huyện")
    found = province.preview(
        book(("DS", [head, ("HTX Phú Lâm", "HTX", "phường Mỹ Lâm", "TP Tuyên Quang")])), now=at(DAY, 10)
    )
    assert verdicts(found) == ["new"], problems(found)


def test_a_register_of_more_than_a_thousand_subjects_is_compared_with_every_kind_of_list(province: Office) -> None:
    """SQLite takes no condition of more than 1,000 alternatives: what stands in the register is joined, not listed."""
    names = [f"HTX nông sản {number}" for number in range(1100)]
    head = ("Tên sản phẩm", "Chủ thể", "Loại hình", "Xã, phường", "Bộ sản phẩm")
    file = book(("Danh sách", [head, *((f"Chè {name}", name, "HTX", "Tân Trào", 11) for name in names)]))
    decided = ("Tên sản phẩm", "Chủ thể", "Hạng sao", "Số quyết định", "Ngày quyết định")
    recorded = [(f"Chè {name}", name, 3, "321/QĐ-UBND", "12/01/2026") for name in names]
    for kind, content in (
        ("chu-the", file),
        ("san-pham", file),
        ("cong-nhan", book(("Danh sách", [decided, *recorded]))),
    ):
        brought = province.preview(content, kind)
        assert (brought.step, set(verdicts(brought))) == (Step.CHECKED, {"new"}), (
            kind,
            brought.told,
            problems(brought)[:3],
        )
        assert province.confirm(brought) == 1100
        assert set(verdicts(province.preview(content, kind))) == {"same"}
    subjects = Import.objects.filter(kind="san-pham", step=Step.WRITTEN).get()
    with pytest.raises(Refusal):  # all have a recognition by now
        province.undo(subjects)
