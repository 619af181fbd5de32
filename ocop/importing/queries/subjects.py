"""Lists of producers against the register."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from ocop.accounts.models import Role, User
from ocop.kernel.restricted import lookup_hash
from ocop.kernel.text import clean, fold
from ocop.registry.models import Subject, SubjectKind
from ocop.registry.permissions import communes_to_register
from ocop.registry.rules import own_words
from ocop.registry.services import SUBJECT_FIELDS

from ..rules.rows import Row
from ..rules.words import subject_kind
from .judged import Judged
from .places import Places

_AT_ONCE = 5000


class Known:
    """Subjects that the user sees, by the ways in which a list names one."""

    def __init__(self, user: User, day: date, places: Places) -> None:
        rows = Subject.objects.visible_to(user, day).select_related("commune", "kind").order_by("pk")
        self.by_hash: dict[str, Subject] = {}
        self.by_name: dict[str, list[Subject]] = defaultdict(list)
        self.by_words: dict[tuple[str, ...], list[Subject]] = defaultdict(list)
        for subject in rows:
            if subject.tax_code_hash:
                self.by_hash[subject.tax_code_hash] = subject
            self.by_name[subject.folded].append(subject)
            self.by_words[tuple(sorted(own_words(subject.name)))].append(subject)
        communes = {one.commune_id: one.commune for ones in self.by_name.values() for one in ones if one.commune}
        self._today = places.today(communes.values())

    def place_of(self, subject: Subject) -> int | None:
        """Key of today's commune of a subject, None where it is not known or not certain."""
        return self._today.get(subject.commune_id) if subject.commune_id else None

    def named(self, name: str, commune: int | None) -> list[Subject]:
        """Subjects of a name (accents and case aside), in a commune if one is given; one without place may be it."""
        found = self.by_name.get(fold(name)[:250], [])
        if commune is None or not found:
            return found
        there = [one for one in found if self.place_of(one) == commune]
        return there or [one for one in found if self.place_of(one) is None and len(found) == 1]


def judge_subjects(rows: Sequence[Row], user: User, day: date, places: Places) -> list[Judged]:
    """Return what each row means: new subjects, changes of known ones, nothing new, repeats, mistakes."""
    known = Known(user, day, places)
    kinds = {one.code: one for one in SubjectKind.objects.order_by("position")}
    may = may_in(user, day)
    hashes = {id(row): lookup_hash(code) for row in rows if (code := row.values.get("tax_code"))}
    elsewhere = _taken(set(hashes.values()) - known.by_hash.keys())
    seen: dict[object, Judged] = {}
    judged = []
    for row in rows:
        one = Judged(row)
        judged.append(one)
        if "name" not in row.values:
            one.settle()
            continue
        name, number = row.values["name"], hashes.get(id(row), "")
        find_place(one, places)
        commune = one.commune.pk if one.commune else None
        one.target = known.by_hash.get(number) if number else None
        if number in elsewhere:
            row.fail("tax_code", "Mã số thuế này đã có ở chủ thể khác ngoài địa bàn của bạn. Báo cơ quan tham mưu.")
        if one.target is None and number not in elsewhere:
            one.target = _by_name(one, known, name, commune, number)
        key = number or (fold(name), commune)
        first = seen.setdefault(key, one)
        if first is not one:
            one.repeats(first)
        elif one.target is not None:
            _compare(one, known, number)
        else:
            _check_new(one, kinds, known, may)
        if one.target is not None and one.changes and known.place_of(one.target) not in may:
            row.fail("name", "Chủ thể này không thuộc địa bàn của bạn, không sửa được.")
        one.settle()
    return judged


def may_in(user: User, day: date) -> set[int | None]:
    """Communes in which the user may write; None among them for whom what has no place is in reach too."""
    found: set[int | None] = set(communes_to_register(user, day).values_list("pk", flat=True))
    return found | {None} if user.has_role(Role.PROVINCE_OFFICER, day) else found


def find_place(one: Judged, places: Places) -> None:
    values = one.row.values
    if not values.get("commune"):
        return
    found = places.find(values["commune"], values.get("district", ""))
    if isinstance(found, str):
        one.row.fail("commune", found[0].upper() + found[1:])
    else:
        one.commune = found


def _by_name(one: Judged, known: Known, name: str, commune: int | None, number: str) -> Subject | None:
    found = known.named(name, commune)
    if len(found) > 1:
        one.row.fail("name", f"Có {len(found)} chủ thể cùng tên. Ghi xã, phường hoặc mã số thuế để phân biệt.")
        return None
    if found and number and found[0].tax_code_hash:
        one.row.fail("tax_code", "Chủ thể cùng tên trong xã đã có mã số thuế khác. Kiểm tra lại, hoặc ghi tên đầy đủ.")
        return None
    return found[0] if found else None


def _compare(one: Judged, known: Known, number: str) -> None:
    """Note what the row says otherwise than the register; an empty cell says nothing."""
    target, row = one.target, one.row
    assert isinstance(target, Subject)
    for code, value in row.values.items():
        if code not in SUBJECT_FIELDS:
            continue
        new = date.fromisoformat(value) if code == "founded_on" else clean(str(value))
        old = getattr(target, code)
        if new == old or (code == "name" and fold(str(new)) == fold(str(old))):
            continue
        one.changes[code], one.before[code] = new, old
    if number and not target.tax_code_hash:
        one.changes["tax_code"], one.before["tax_code"] = row.values["tax_code"], ""
    said = subject_kind(row.values.get("kind", ""))
    if said and said != target.kind.code:
        row.warn("kind", f"Hệ thống đang ghi “{target.kind}”: giữ nguyên loại hình.")
    if one.commune and known.place_of(target) not in (None, one.commune.pk):
        row.warn("commune", f"Hệ thống đang ghi {target.commune}: giữ nguyên địa bàn.")


def _check_new(one: Judged, kinds: dict[str, SubjectKind], known: Known, may: set[int | None]) -> None:
    row, name = one.row, one.row.values["name"]
    if one.commune is None and not row.wrong:
        row.fail("commune", "Thiếu xã, phường.")
    elif one.commune and one.commune.pk not in may:
        row.fail("commune", f"{one.commune} không thuộc địa bàn của bạn.")
    typed = row.values.get("kind", "")
    code = subject_kind(typed) if typed else subject_kind(name)
    if code:
        one.kind = kinds[code]
        if not typed:
            row.warn("kind", f"Chưa ghi loại hình: hiểu theo tên là {one.kind}.")
    elif typed:
        row.fail("kind", f"“{typed}” không phải loại hình chủ thể OCOP. Ghi như: HTX, tổ hợp tác, doanh nghiệp, hộ.")
    else:
        row.fail("kind", "Thiếu loại hình. Ghi như: HTX, tổ hợp tác, doanh nghiệp, trang trại, hộ.")
    if one.commune:
        alike = [
            other
            for other in known.by_words.get(tuple(sorted(own_words(name))), [])
            if known.place_of(other) == one.commune.pk
        ]
        if alike:
            row.warn("name", f"Có thể trùng với “{alike[0]}” trong cùng xã. Nếu là một, sửa tên theo hệ thống.")


def _taken(hashes: set[str]) -> set[str]:
    """Tax codes of subjects beyond the user's sight: that they exist is all that may be told."""
    asked = sorted(hashes)
    return {
        found
        for start in range(0, len(asked), _AT_ONCE)
        for found in Subject.objects.filter(tax_code_hash__in=asked[start : start + _AT_ONCE])
        .order_by()
        .values_list("tax_code_hash", flat=True)
    }


def details_of(values: dict[str, Any]) -> dict[str, object]:
    """The writable details of a new subject, days as days."""
    found = {code: value for code, value in values.items() if code in SUBJECT_FIELDS - {"name"}}
    if "founded_on" in found:
        found["founded_on"] = date.fromisoformat(found["founded_on"])
    return found
