"""Lists of papers against the wallets of their subjects."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar

from django.db.models import F

from ocop.accounts.models import User
from ocop.kernel.text import clean, cut, fold
from ocop.kernel.time import add_months, vi_date
from ocop.registry.models import Evidence, EvidenceKind, Product, Site, Subject
from ocop.registry.words import scope_of

from ..rules.rows import Row
from ..rules.words import paper_kind
from .judged import Judged
from .places import Places
from .products import find_subject
from .subjects import Known, find_place, may_in

_WORDS = ("name", "number", "issuer")
_DAYS = ("valid_from", "valid_until")
_WHOLE = frozenset({"ca chu the", "toan chu the", "chu the", "tat ca", "tat ca san pham", "chung"})
_SPELLED = frozenset({"kind", "scope"})  # found to be the same by what they name
Named = TypeVar("Named", Product, Site)


class _Wallets:
    """Papers, products and sites of the subjects that the user sees, by the words of a list."""

    def __init__(self, user: User, day: date) -> None:
        self.papers: dict[tuple[int, int], list[Evidence]] = defaultdict(list)
        heads = Evidence.objects.visible_to(user, day).heads()
        for paper in heads.select_related("site").prefetch_related("products").order_by("pk"):
            self.papers[paper.subject_id, paper.kind_id].append(paper)
        self.products: dict[int, dict[str, Product]] = defaultdict(dict)
        products = Product.objects.visible_to(user, day).filter(subject__isnull=False)
        for product in products.order_by("pk"):
            self.products[product.subject_id or 0][fold(product.name)] = product
        self.sites: dict[int, dict[str, Site]] = defaultdict(dict)
        sites = Site.objects.filter(subject__in=Subject.objects.visible_to(user, day))
        for site in sites.order_by(F("ended_on").asc(nulls_last=True), "pk"):  # of one name the one that is used
            self.sites[site.subject_id][fold(site.name)] = site


def judge_papers(rows: Sequence[Row], user: User, day: date, places: Places) -> list[Judged]:
    """Return what each row means: papers to list, corrections of listed ones, nothing new, repeats, mistakes.

    A paper is known by its subject, kind and number; without a number by name and day of issue. One that has its file
    is never changed by a list: what the list says otherwise is a mistake to look into.
    """
    subjects, wallets, kinds = Known(user, day, places), _Wallets(user, day), _kinds()
    may = may_in(user, day)
    seen: dict[object, Judged] = {}
    judged = []
    for row in rows:
        one = Judged(row)
        judged.append(one)
        _read_term(row)
        find_place(one, places)
        one.subject = find_subject(one, subjects)
        one.paper_kind = _find_kind(row, kinds) if {"kind", "name"} & row.values.keys() else None
        if one.subject and one.paper_kind:
            _find_scope(one, wallets)
            kept = wallets.papers[one.subject.pk, one.paper_kind.pk]
            one.target = next((paper for paper in kept if not _differing(one, paper)), None)
            first = seen.setdefault((one.subject.pk, *_key(row.values, one.paper_kind)), one)
            if one.target is None and first is not one:
                one.repeats(first, _SPELLED)
            elif one.target is None:
                _compare(one, one.paper_kind, kept)
                _warn(row, day)
            if (one.target is None or one.changes) and subjects.place_of(one.subject) not in may:
                row.fail("subject", "Chủ thể này không thuộc địa bàn của bạn.")
        one.settle()
    return judged


def _kinds() -> dict[str, EvidenceKind]:
    """Folded name, and code, of each kind."""
    rows = list(EvidenceKind.objects.order_by("position"))
    return {one.code: one for one in rows} | {fold(one.name): one for one in rows}


def _find_kind(row: Row, kinds: Mapping[str, EvidenceKind]) -> EvidenceKind | None:
    for code in ("kind", "name"):
        text = row.values.get(code, "")
        if found := kinds.get(fold(text)):
            return found
        if guessed := paper_kind(text):
            row.warn(code, f"Hiểu là loại “{kinds[guessed].name}”.")
            return kinds[guessed]
    typed = row.values.get("kind")
    code = "kind" if typed else "name"
    why = f"“{cut(typed, 60)}” không phải loại giấy tờ." if typed else "Chưa rõ loại giấy tờ."
    row.fail(code, f"{why} Ghi như trong kho giấy tờ: Giấy đăng ký kinh doanh, Công bố chất lượng sản phẩm.")
    return None


def _read_term(row: Row) -> None:
    """A term in months ends on the day of issue that many months later."""
    months, start = row.values.pop("months", None), row.values.get("valid_from")
    row.values.pop("year", None)
    if months and start:
        until = add_months(date.fromisoformat(start), months)
        row.values["valid_until"] = until.isoformat()
        row.warn("valid_until", f"Thời hạn {months} tháng từ ngày cấp, hiểu là đến {vi_date(until)}.")
    elif months:
        row.fail("valid_until", f"Thời hạn {months} tháng mà chưa rõ ngày cấp. Ghi ngày cấp hoặc ngày hết hạn.")
    elif start and row.values.get("valid_until", start) < start:
        row.fail("valid_until", "Ngày hết hạn trước ngày cấp.")


def _find_scope(one: Judged, wallets: _Wallets) -> None:
    text = one.row.values.get("scope", "")
    if not text or fold(text) in _WHOLE or one.subject is None:
        return
    one.site = wallets.sites[one.subject.pk].get(fold(text))
    products = None if one.site else _each(text, wallets.products[one.subject.pk])
    if products is None and one.site is None:
        one.row.fail("scope", f"“{cut(text, 60)}” không phải sản phẩm, cơ sở của chủ thể này. Bỏ trống: cả chủ thể.")
    one.products = products or []


def _each(text: str, known: Mapping[str, Named]) -> list[Named] | None:
    """Return what names tell of, None where one is not known. The longest first: "Chè, mật ong" may be one name."""
    parts = [part for part in re.split(r"[,;\n+]", text) if part.strip()]
    found, start = [], 0
    while start < len(parts):
        ends = range(len(parts), start, -1)
        end = next((end for end in ends if fold(" ".join(parts[start:end])) in known), None)
        if end is None:
            return None
        found.append(known[fold(" ".join(parts[start:end]))])
        start = end
    return found


def _key(values: Mapping[str, Any], kind: EvidenceKind) -> tuple[object, ...]:
    """What tells one paper of a subject from another."""
    number = fold(values.get("number", ""))
    rest = () if number else (fold(values.get("name", kind.name)), values.get("valid_from"))
    return (kind.pk, number, *rest)


def _stands(paper: Evidence) -> dict[str, str]:
    """What the register says of a paper, in the words of a list; what it does not know is absent."""
    words = {code: getattr(paper, code) for code in _WORDS}
    days = {code: day.isoformat() for code in _DAYS if (day := getattr(paper, code))}
    return {code: text for code, text in words.items() if text} | days


def _differing(one: Judged, paper: Evidence) -> list[str]:
    """The fields in which a row says otherwise than a paper; an empty cell says nothing."""
    values, stands = one.row.values, _stands(paper)
    differ = [code for code in _WORDS if code in values and fold(values[code]) != fold(stands.get(code, ""))]
    differ += [code for code in _DAYS if code in values and values[code] != stands.get(code)]
    if "scope" in values and (one.site, _keys(one.products)) != (paper.site, _keys(paper.products.all())):
        differ.append("scope")
    return differ


def _keys(products: Iterable[Product]) -> set[int]:
    return {product.pk for product in products}


def _compare(one: Judged, kind: EvidenceKind, kept: Sequence[Evidence]) -> None:
    """Note the paper that the row means, and what it says otherwise: to be corrected while its file has not come."""
    meant = [paper for paper in kept if _key(_stands(paper), kind) == _key(one.row.values, kind)]
    one.target = paper = next((paper for paper in meant if paper.blob_id is None), meant[0] if meant else None)
    if paper is None:
        return
    stands = _stands(paper)
    for code in _differing(one, paper):
        old = scope_of(paper) if code == "scope" else stands.get(code, "")
        if paper.blob_id is not None:
            shown = vi_date(date.fromisoformat(old)) if old and code in _DAYS else old
            one.row.fail(code, f"Giấy tờ đã có tệp và ghi “{cut(shown, 60) or 'trống'}”. Thay ở kho giấy tờ.")
        one.changes[code], one.before[code] = clean(one.row.values[code]), old


def _warn(row: Row, day: date) -> None:
    until = row.values.get("valid_until")
    if until and until < day.isoformat():
        row.warn("valid_until", f"Đã hết hạn ngày {vi_date(date.fromisoformat(until))}.")
