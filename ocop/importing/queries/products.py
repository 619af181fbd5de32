"""Lists of products against the register."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from ocop.accounts.models import User
from ocop.kernel import codes
from ocop.kernel.text import clean, cut, fold
from ocop.registry.models import STAGE_CHOICES, Product, ProductSet, Stage, Subject
from ocop.registry.services import PRODUCT_FIELDS

from ..rules.rows import Row
from .judged import Judged
from .places import Places
from .subjects import Known, find_place, may_in

_STAGES = {fold(name): value for value, name in STAGE_CHOICES}
ENTERED_AS = frozenset({Stage.POTENTIAL, Stage.REGISTERED})  # ideas have a form and an appraisal of their own


def judge_products(rows: Sequence[Row], user: User, day: date, places: Places) -> list[Judged]:
    """Return what each row means: new products of known subjects, changes, nothing new, repeats, mistakes."""
    subjects = Known(user, day, places)
    known = Product.objects.visible_to(user, day).select_related("subject__commune", "product_set", "commune")
    by_code: dict[str, Product] = {}
    by_name: dict[tuple[int, str], Product] = {}
    for product in known.order_by("pk"):
        by_code[product.code] = product
        if product.subject_id and product.stage != Stage.WITHDRAWN:
            by_name[product.subject_id, fold(product.name)] = product
    sets = _sets()
    may = may_in(user, day)
    seen: dict[object, Judged] = {}
    judged = []
    for row in rows:
        one = Judged(row)
        judged.append(one)
        values = row.values
        find_place(one, places)
        if "product_set" in values:
            _find_set(one, sets)
        code = codes.plain(values.get("code", ""))
        if code:
            one.target = by_code.get(code)
            if one.target is None:
                row.fail("code", f"Không có sản phẩm mã {cut(code, 20)} trong địa bàn của bạn. Bỏ trống để nhập mới.")
        elif "name" in values:
            one.subject = find_subject(one, subjects)
            if one.subject:
                one.target = by_name.get((one.subject.pk, fold(values["name"])))
        key = code or (one.subject and one.subject.pk, fold(values.get("name", "")))
        first = seen.setdefault(key, one) if "name" in values and (code or one.subject) else one
        if first is not one:
            one.repeats(first)
        elif isinstance(one.target, Product):
            _compare(one, subjects, places)
        elif "stage" in values and _STAGES.get(fold(values["stage"])) not in ENTERED_AS:
            row.fail("stage", f"“{values['stage']}”: chỉ nhập sản phẩm tiềm năng hoặc sản phẩm đã đăng ký.")
        elif one.subject and "product_set" not in values:
            row.warn("name", "Chưa ghi bộ sản phẩm: để chưa rõ.")
        subject = one.target.subject if isinstance(one.target, Product) else one.subject
        if subject and (one.target is None or one.changes) and subjects.place_of(subject) not in may:
            row.fail("subject", "Chủ thể này không thuộc địa bàn của bạn.")
        one.settle()
    return judged


def find_subject(one: Judged, known: Known) -> Subject | None:
    """Return the subject that the row names; what is wrong with it is noted on the row."""
    row, name = one.row, one.row.values.get("subject", "")
    if not name:
        row.fail("subject", "Thiếu chủ thể.")
        return None
    found = known.named(name, one.commune.pk if one.commune else None) or known.named(name, None)
    if not found:
        row.fail("subject", f"Chưa có chủ thể “{cut(name, 80)}” trong địa bàn của bạn. Nhập danh sách chủ thể trước.")
    elif len(found) > 1:
        row.fail("subject", f"Có {len(found)} chủ thể tên “{cut(name, 80)}”. Thêm cột xã, phường để phân biệt.")
    return found[0] if len(found) == 1 else None


def stage_of(values: dict[str, str]) -> str:
    return _STAGES.get(fold(values.get("stage", "")), Stage.REGISTERED)


def _compare(one: Judged, subjects: Known, places: Places) -> None:
    """Note what the row says otherwise than the register; an empty cell says nothing."""
    target, row = one.target, one.row
    assert isinstance(target, Product)
    for code in PRODUCT_FIELDS & row.values.keys():
        new, old = clean(row.values[code]), getattr(target, code)
        if new != old and not (code == "name" and fold(new) == fold(old)):
            one.changes[code], one.before[code] = new, old
    if one.product_set and target.product_set_id is None:
        one.changes["product_set"], one.before["product_set"] = one.product_set, None
    elif one.product_set and target.product_set_id != one.product_set.pk:
        row.fail("product_set", f"Hệ thống đang ghi bộ {target.product_set}. Sản phẩm không đổi bộ qua Excel.")
    if one.commune and target.commune_id is None:
        one.changes["commune"], one.before["commune"] = one.commune, None
    elif one.commune and target.commune and places.today([target.commune])[target.commune.pk] != one.commune.pk:
        row.warn("commune", f"Hệ thống đang ghi {target.commune}: giữ nguyên nơi sản xuất.")
    if one.changes and target.subject is None:
        row.fail("name", "Sản phẩm chưa có chủ thể, không sửa qua Excel. Gắn chủ thể trước.")
    said = row.values.get("stage")
    if said and _STAGES.get(fold(said)) != target.stage:
        row.warn("stage", f"Hệ thống đang ghi “{target.get_stage_display()}”: giữ nguyên giai đoạn.")


def _sets() -> dict[str, list[ProductSet]]:
    """Folded words -> sets that they name: "11", "11 che tuoi che che bien", the name, the sub-group."""
    found: dict[str, list[ProductSet]] = defaultdict(list)
    for one in ProductSet.objects.order_by("number"):
        words = (str(one.number), f"bo {one.number}", str(one), one.name, one.printed_name, one.subgroup_name)
        for text in {fold(text) for text in words if text}:
            found[text].append(one)
    return found


def _find_set(one: Judged, sets: dict[str, list[ProductSet]]) -> None:
    text = one.row.values["product_set"]
    found = sets.get(fold(text), [])
    if len(found) == 1:
        one.product_set = found[0]
    elif found:
        names = "; ".join(str(one) for one in found)
        one.row.fail("product_set", f"“{cut(text, 60)}” có nhiều bộ: {names}. Ghi số của bộ.")
    else:
        one.row.fail("product_set", f"“{cut(text, 60)}” không phải bộ sản phẩm. Ghi số từ 1 đến 26 hoặc tên bộ.")
