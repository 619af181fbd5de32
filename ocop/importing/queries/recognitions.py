"""Lists of recognitions of other organs and times against what is recorded."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from ocop.accounts.models import User
from ocop.certificates.models import Recognition
from ocop.kernel import codes
from ocop.kernel.text import cut, fold
from ocop.registry.models import Product, Stage

from ..models import Verdict
from ..rules.rows import Row
from .judged import Judged
from .places import Places
from .subjects import find_place


class _Known:
    """Products that the user sees and their recognitions, by the words of a list."""

    def __init__(self, user: User, day: date, places: Places) -> None:
        products = Product.objects.visible_to(user, day).exclude(stage=Stage.WITHDRAWN)
        self.products: dict[str, list[Product]] = defaultdict(list)
        self.by_code: dict[str, Product] = {}
        for product in products.select_related("subject", "commune").order_by("pk"):
            self.products[fold(product.name)].append(product)
            self.by_code[product.code] = product
        communes = {p.commune_id: p.commune for p in self.by_code.values() if p.commune}
        self._today = places.today(communes.values())
        self.recognitions: dict[int, list[Recognition]] = defaultdict(list)
        rows = Recognition.objects.visible_to(user, day).filter(product__in=products)
        for one in rows.select_related("decision").order_by("pk"):
            self.recognitions[one.product_id].append(one)

    def find(self, one: Judged) -> list[Product]:
        """Products that the row may mean: of its name; then of its subject, its commune, if that tells them apart."""
        found = self.products.get(fold(one.row.values["name"]), [])
        subject = fold(one.row.values.get("subject", ""))
        if subject:
            found = [p for p in found if subject in self._subjects(p)]
        elif len(found) > 1:
            found = [p for p in found if p.subject is None and not one.row.values.get("commune")] or found
        if len(found) > 1 and one.commune:
            here = one.commune.pk
            found = [p for p in found if p.commune_id and self._today.get(p.commune_id) == here] or found
        return found

    def _subjects(self, product: Product) -> set[str]:
        """Names of its subject, now and at its recognitions."""
        names = {product.subject.name if product.subject else ""}
        names |= {one.subject_name for one in self.recognitions[product.pk]}
        return {fold(name) for name in names}


def judge_recognitions(rows: Sequence[Row], user: User, day: date, places: Places) -> list[Judged]:
    """Return what each row means: recognitions to record, those recorded already, repeats, mistakes.

    A recorded recognition is never changed by a list: what the list says otherwise is a mistake to look into.
    """
    known = _Known(user, day, places)
    seen: dict[object, Judged] = {}
    judged = []
    for row in rows:
        one = Judged(row)
        judged.append(one)
        values = row.values
        if "name" in values:
            if values.get("subject") or values.get("code"):
                _place_quietly(one, places)
            else:
                find_place(one, places)
            one.product = _product(one, known)
        if one.product:
            key = (one.product.pk, _key(values))
            first = seen.setdefault(key, one)
            if first is not one:
                one.repeats(first)
            elif one.verdict != Verdict.WRONG:
                _compare(one, known.recognitions[one.product.pk])
            if one.target is None and not values.get("number") and not values.get("decided_on"):
                row.warn(
                    "number", "Chưa rõ số và ngày quyết định: ghi là từng được công nhận, không tính còn hiệu lực."
                )
            elif one.target is None and not values.get("decided_on"):
                row.warn("decided_on", "Chưa rõ ngày quyết định: không tính còn hiệu lực.")
            if one.target is None and "stars" not in values:
                row.warn("stars", "Chưa rõ hạng sao.")
        one.settle()
    return judged


def _place_quietly(one: Judged, places: Places) -> None:
    """The commune only helps to tell products apart here: a name of old times that is not found is no mistake."""
    found = places.find(one.row.values.get("commune", ""), one.row.values.get("district", ""))
    one.commune = None if isinstance(found, str) else found


def _product(one: Judged, known: _Known) -> Product | None:
    row = one.row
    if code := codes.plain(row.values.get("code", "")):
        found = known.by_code.get(code)
        if found is None:
            row.fail("code", f"Không có sản phẩm mã {cut(code, 20)}.")
        return found
    products = known.find(one)
    name = cut(row.values["name"], 80)
    if not products:
        row.fail("name", f"Chưa có sản phẩm “{name}” của chủ thể này. Nhập danh sách sản phẩm trước.")
    elif len(products) > 1:
        row.fail("name", f"Có {len(products)} sản phẩm tên “{name}”. Thêm cột mã hoặc chủ thể để phân biệt.")
    return products[0] if len(products) == 1 else None


def _key(values: dict[str, object]) -> object:
    """What tells one recognition of a product from another: its decision, else its day, else year and stars."""
    number, day = fold(str(values.get("number", ""))), values.get("decided_on")
    return (number, day) if number or day else ("", None, values.get("year"), values.get("stars"))


def _compare(one: Judged, recorded: list[Recognition]) -> None:
    values = one.row.values
    day = date.fromisoformat(values["decided_on"]) if values.get("decided_on") else None
    number = fold(str(values.get("number", "")))
    for found in recorded:
        theirs = fold(found.decision.number)
        if number or day:
            same = (not number or not theirs or number == theirs) and (
                not day or not found.valid_from or day == found.valid_from
            )
            same = same and bool((number and number == theirs) or (day and day == found.valid_from))
        else:
            same = not theirs and found.valid_from is None and values.get("year") in (None, found.year)
        if same:
            one.target = found
            if values.get("stars") and found.stars and values["stars"] != found.stars:
                one.row.fail("stars", f"Quyết định này đã ghi {found.stars} sao. Công nhận đã ghi không sửa qua Excel.")
            return
