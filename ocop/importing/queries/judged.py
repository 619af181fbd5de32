"""A row with what it means for the register."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ocop.areas.models import Area
from ocop.certificates.models import Recognition
from ocop.registry.models import Evidence, EvidenceKind, Product, ProductSet, Site, Subject, SubjectKind

from ..models import Verdict
from ..rules.rows import Row


@dataclass
class Judged:
    """A row and its meaning. target  the row of the register that it is about, if it is there already

    changes  new values of what differs; before  their old values
    commune, kind, subject, product, product_set, paper_kind, products, site  what its words were found to name
    """

    row: Row
    verdict: Verdict = Verdict.NEW
    target: Subject | Product | Recognition | Evidence | None = None
    changes: dict[str, Any] = field(default_factory=dict)
    before: dict[str, Any] = field(default_factory=dict)
    commune: Area | None = None
    kind: SubjectKind | None = None
    subject: Subject | None = None
    product: Product | None = None
    product_set: ProductSet | None = None
    paper_kind: EvidenceKind | None = None
    products: list[Product] = field(default_factory=list)
    site: Site | None = None

    def settle(self) -> None:
        """Set the verdict from what was found; a wrong row is wrong whatever else it is."""
        if self.row.wrong:
            self.verdict = Verdict.WRONG
        elif self.verdict != Verdict.REPEAT and self.target is not None:
            self.verdict = Verdict.CHANGED if self.changes else Verdict.SAME

    def repeats(self, first: Judged, spelled: frozenset[str] = frozenset()) -> None:
        """Note that the row says again what an earlier one said, or contradicts it.

        spelled  fields that may be spelled in other words besides
        """
        mine, theirs, aside = self.row.values, first.row.values, _SAME_PLACE | spelled
        differ = [code for code in mine if code in theirs and mine[code] != theirs[code] and code not in aside]
        if differ:
            for code in differ:
                self.row.fail(code, f"Lặp dòng {first.row.number} nhưng ghi khác ở ô này. Giữ một dòng.")
        else:
            self.verdict = Verdict.REPEAT
            self.row.warn("name", f"Lặp dòng {first.row.number}: chỉ nhập một lần.")


_SAME_PLACE = frozenset({"commune", "district", "name", "subject"})  # written in several ways; found to be the same


def plain(value: object) -> object:
    """A value as JSON keeps it: rows by their key, days as ISO text."""
    if value is None or isinstance(value, str | int):
        return value
    return getattr(value, "pk", None) or str(value)
