import shutil

import pytest

from ocop.areas import loading
from ocop.areas.models import Area, AreaChange
from ocop.kernel.models import ReferenceFile
from ocop.kernel.reference import BadReference

from .conftest import NOW, REFERENCE

pytestmark = pytest.mark.usefixtures("empty")
AREAS = REFERENCE / "areas"


@pytest.fixture
def folder(tmp_path):
    """A copy of reference/areas to spoil."""
    shutil.copytree(AREAS, tmp_path / "areas")
    return tmp_path


def spoil(folder, name, old, new):
    path = folder / "areas" / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def counts():
    return (
        Area.objects.count(),
        AreaChange.objects.count(),
        ReferenceFile.objects.filter(name__startswith="areas/").count(),
    )


def test_all_files_load_and_a_second_time_changes_nothing():
    assert loading.load(REFERENCE, now=NOW) == 7
    before = list(Area.objects.order_by("pk").values()), list(AreaChange.objects.order_by("pk").values())
    assert counts() == (146 + 5 + 205 + 125, 8 + 335 + 2, 7)  # 335: without the two rows straight from 2021 to 2025
    assert loading.load(REFERENCE, now=NOW) == 0
    assert (list(Area.objects.order_by("pk").values()), list(AreaChange.objects.order_by("pk").values())) == before


def test_a_changed_file_keeps_the_rows_that_others_point_at(folder):
    loading.load(folder, now=NOW)
    kim_phu = Area.objects.get(code="02497")
    spoil(folder, "areas-2021.csv", "02497,3,xã,Kim Phú,Xã Kim Phú,070,2020-01-01,1,2025-06-30,chuyển",
          "02497,3,xã,Kim Phú,Xã Kim Phú,070,2020-01-01,1,2025-06-30,Chuyển")  # fmt: skip
    assert loading.load(folder, now=NOW) == 1
    again = Area.objects.get(code="02497")
    assert again.pk == kim_phu.pk
    assert again.note.startswith("Chuyển")


def test_communes_before_their_districts_are_refused():
    with pytest.raises(BadReference, match=r"dòng 2: mã cấp trên 071 chưa có .* hãy nạp trước"):
        loading.load_areas(AREAS / "areas-2021-other-versions.csv", now=NOW)
    assert counts() == (0, 0, 0)


def test_changes_before_the_areas_are_refused():
    with pytest.raises(BadReference, match=r"mã 02215 chưa có địa bàn vào ngày 01/07/2025; hãy nạp tệp địa bàn trước"):
        loading.load_changes(AREAS / "area-changes-2025.csv", now=NOW)
    assert counts() == (0, 0, 0)


def test_changes_before_the_areas_of_the_other_side_are_refused_too():
    loading.load_areas(AREAS / "areas-2025.csv", now=NOW)
    with pytest.raises(BadReference, match=r"dòng 2: mã 02200 chưa có địa bàn vào ngày 30/06/2025"):
        loading.load_changes(AREAS / "area-changes-2025.csv", now=NOW)
    assert AreaChange.objects.count() == 0


def test_the_changes_of_2025_before_those_of_2024_are_refused():
    for name in loading.AREA_FILES:
        loading.load_areas(AREAS / name, now=NOW)
    with pytest.raises(BadReference, match="không dẫn từ Xã Vân Sơn tới Xã Hồng Sơn"):
        loading.load_changes(AREAS / "area-changes-2025.csv", now=NOW)
    assert AreaChange.objects.count() == 0


KIM_PHU = "02497,3,xã,Kim Phú,Xã Kim Phú,070,2020-01-01"
PHUC_SON = "02299,3,xã,Phúc Sơn,Xã Phúc Sơn,073,2020-01-01,0,2021-06-30"
HA_GIANG = "02,tỉnh,Hà Giang,Tỉnh Hà Giang"


@pytest.mark.parametrize(
    ("name", "old", "new", "sentence"),
    [
        ("areas-2021.csv", "Xã Kim Phú,070,", "Xã Kim Phú,099,", "mã cấp trên 099 chưa có"),
        ("areas-2021.csv", "02497,3,xã", "2497,3,xã", "mã '2497' phải có 2, 3 hoặc 5 chữ số"),
        ("areas-2021.csv", "02497,3,xã", "02497,3,làng", "loại 'làng' không có ở cấp xã"),
        ("areas-2021.csv", KIM_PHU, KIM_PHU.replace("01-01", "02-30"), "ngày '2020-02-30' không có thật"),
        ("areas-2021.csv", "070,2020-01-01,1,2025-06-30", "070,2020-01-01,1,2019-12-31", "31/12/2019 trước khi có"),
        ("areas-2021.csv", "02497,3,xã,Kim Phú", "02200,3,xã,Kim Phú", "mã 02200: phiên bản từ 01/01/2020 đã có"),
        ("areas-2021.csv", "valid_from_exact,valid_to", "exact,valid_to_x", "cột: thiếu 'valid_to'"),
        ("areas-2021-other-versions.csv", PHUC_SON, PHUC_SON.replace("06-30", "07-01"), "mã 02299: .*trùng ngày 01/07"),
        ("areas-2025.csv", "22.8605", "22,8605", "số cột không khớp với dòng đầu bảng"),
        ("area-changes-2025.csv", "02215,Phường Minh Xuân", "02216,Phường Minh Xuân", "mã 02216 chưa có địa bàn"),
        ("area-changes-2025.csv", "02215,Phường Minh Xuân", "02215,Phường Ỷ La", "mã 02215 .* là Phường Minh Xuân"),
        ("area-changes-2025.csv", "nhập toàn bộ", "nhập một ít", "quan hệ 'nhập một ít' không có trong danh mục"),
        ("area-changes-2025.csv", "tách một phần,1", "tách một phần,0", "đúng một nơi nhận chính"),
        ("area-changes-2025.csv", "nhập toàn bộ", "giao một phần", "không khớp với ngày hết hiệu lực"),
        ("provinces-2021.csv", HA_GIANG, HA_GIANG.replace("02", "03"), "mã 03 chưa có địa bàn"),
    ],
)
def test_a_file_that_does_not_add_up_is_refused_with_its_place_and_nothing_stays(folder, name, old, new, sentence):
    spoil(folder, name, old, new)
    with pytest.raises(BadReference, match=sentence) as refused:
        loading.load(folder, now=NOW)
    assert refused.value.file == f"areas/{name}"
    assert counts() == (0, 0, 0)


def test_a_commune_that_ends_without_an_outcome_is_refused(folder):
    path = folder / "areas" / "area-changes-2025.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not line.startswith("02254,")), encoding="utf-8")
    with pytest.raises(BadReference, match="mã 02254: Xã Hồng Thái hết hiệu lực mà không ghi nhập vào đâu"):
        loading.load(folder, now=NOW)


def test_a_loaded_area_does_not_vanish(folder):
    loading.load(folder, now=NOW)
    path = folder / "areas" / "areas-2025.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not line.startswith("02215,")), encoding="utf-8")
    with pytest.raises(BadReference, match=r"mã 02215: phiên bản từ 01/07/2025 đã nạp trước đây"):
        loading.load(folder, now=NOW)
    assert Area.objects.filter(code="02215").count() == 2


def test_a_missing_file_is_refused(folder):
    (folder / "areas" / "areas-hagiang-2021.csv").unlink()
    with pytest.raises(BadReference, match=r"areas-hagiang-2021.csv: tệp: không đọc được"):
        loading.load(folder, now=NOW)
    assert counts() == (0, 0, 0)
