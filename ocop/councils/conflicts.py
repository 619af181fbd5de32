"""Who is an interested party: what a member declared, and what the register knows of him and of the subject."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.db.models import Q

from ocop.kernel.text import fold as plain
from ocop.registry.models import Subject, Tie, TieKind

from .models import Interest, Item, Member
from .rules import Part

fold = lru_cache(maxsize=4096)(plain)  # a board compares the same few names again and again
WORKS_FOR = (TieKind.MEMBER, TieKind.LEGAL_REPRESENTATIVE)
_HOUSE = re.compile(r"(so )?\d")  # an address that begins with a house number; a village alone is no address of one
_BRANCH = 13  # digits of a branch's tax code: the 10 of its enterprise and 3 of its own


@dataclass(frozen=True)
class Connection:
    """One connection between a member and a subject. what  in words; source  where it stands written"""

    what: str
    source: str

    def __str__(self) -> str:
        return f"{self.what} ({self.source})"


@dataclass(frozen=True)
class Standing:
    """How a member stands to one product: what he declared (None: nothing yet), what was found in the register."""

    declared: Interest | None
    found: tuple[Connection, ...]

    @property
    def recused(self) -> bool:
        return bool(self.found) or (self.declared is not None and self.declared.conflict)

    @property
    def why(self) -> str:
        """Why he is recused, as the minutes say it."""
        if self.found:
            return "; ".join(connection.what for connection in self.found)
        return (self.declared and self.declared.detail) or "Đã tự kê khai"


def connections(member: Member, subject: Subject, ties: Iterable[Tie]) -> tuple[Connection, ...]:
    """Return every connection of a member with a subject, or nothing.

    ties  those in force that `ties_around` found: of the subject, and of the subjects that the member works for
    """
    found: list[Connection] = []
    mine = [tie for tie in ties if tie.user_id == member.user_id]
    for tie in ties:
        if tie.subject_id == subject.pk and (tie in mine or (tie.agency_id and tie.agency_id == member.agency_id)):
            who = "Thành viên" if tie in mine else "Cơ quan của thành viên"
            found.append(Connection(f"{who} {tie.get_kind_display()}", tie.source))
    representative = fold(subject.legal_representative)
    if representative and representative == fold(member.user.name):
        found.append(Connection("Trùng họ tên với đại diện pháp luật của chủ thể", "Sổ đăng ký chủ thể"))
    employers = {fold(member.unit)} | ({fold(member.agency.name)} if member.agency else set())
    if fold(subject.name) in employers:
        found.append(Connection("Nơi công tác của thành viên là chủ thể", "Quyết định thành lập hội đồng"))
    own = {tie.subject_id: tie.subject for tie in mine if tie.kind in WORKS_FOR and tie.subject_id != subject.pk}
    for other in own.values():
        if same := shared(other, subject):
            found.append(
                Connection(f"Thành viên làm việc cho {other}, cùng {', '.join(same)} với chủ thể", "Sổ đăng ký chủ thể")
            )
    return tuple(found)


def shared(one: Subject, other: Subject) -> list[str]:
    """Return what two subjects have in common that makes them one interest: representative, tax code, address.

    A branch has the tax code of its enterprise. An address counts with its house number, in one commune.
    """
    same = {
        "đại diện pháp luật": (fold(one.legal_representative), fold(other.legal_representative)),
        "mã số thuế": (_tax_payer(one.tax_code), _tax_payer(other.tax_code)),
        "địa chỉ": (_house(one), _house(other)),
    }
    return [name for name, (mine, its) in same.items() if mine and mine == its]


def _tax_payer(tax_code: str) -> str:
    digits = re.sub(r"\D", "", tax_code)
    return digits[:10] if len(digits) == _BRANCH else digits


def _house(subject: Subject) -> tuple[int, str] | None:
    address = fold(subject.address)
    return (subject.commune_id, address) if subject.commune_id and _HOUSE.match(address) else None


def ties_around(members: Collection[Member], subjects: Collection[int], day: date) -> list[Tie]:
    """Return the ties in force of these subjects, and those of the subjects that these members work for; one query."""
    works = Q(user__in=[member.user_id for member in members], kind__in=WORKS_FOR)
    ties = Tie.objects.in_force_on(day).filter(Q(subject__in=subjects) | works)
    return list(ties.select_related("subject").order_by("pk"))


def conflict_of(member: Member, subject: Subject, day: date) -> str:
    """Return why this member may not judge this subject, each with its source, or an empty text."""
    found = connections(member, subject, ties_around([member], [subject.pk], day))
    return "; ".join(str(connection) for connection in found)


def standings(items: Collection[Item], members: Collection[Member], day: date) -> dict[tuple[int, int], Standing]:
    """Return (item, member) -> how he stands to it: two queries, however many."""
    ties: dict[int, list[Tie]] = defaultdict(list)
    everywhere: dict[int, list[Tie]] = defaultdict(list)
    for tie in ties_around(members, [item.dossier.subject_id for item in items], day):
        ties[tie.subject_id].append(tie)
        if tie.user_id and tie.kind in WORKS_FOR:
            everywhere[tie.user_id].append(tie)
    declared = {(row.item_id, row.member_id): row for row in Interest.objects.filter(item__in=items)}
    return {
        (item.pk, member.pk): Standing(
            declared.get((item.pk, member.pk)),
            connections(
                member, item.dossier.subject, dict.fromkeys(ties[item.dossier.subject_id] + everywhere[member.user_id])
            ),
        )
        for item in items
        for member in members
    }


def presiding(seats: Sequence[Member], recused: Collection[int]) -> Member | None:
    """Return who chairs one product: the chair, or a deputy where the chair is an interested party; None: nobody.

    seats  as `permissions.seats_of` reads them; of several deputies one who is present goes before. recused  keys
    """
    for part in (Part.CHAIR, Part.DEPUTY):
        free = [seat for seat in seats if seat.part == part and seat.pk not in recused]
        if free:
            return min(free, key=lambda seat: not seat.here)  # type: ignore[attr-defined]  # seats_of
    return None
