"""Papers that an office's list names and whose files have not come: each waits in the wallet for its first file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from django.db import transaction

from ocop.accounts.models import User
from ocop.kernel import audit
from ocop.kernel.refusal import Moved
from ocop.kernel.text import clean
from ocop.kernel.time import day_of
from ocop.kernel.usage import used

from ..models import Evidence, EvidenceKind, Product, Site, Subject
from .bulk import WHAT, _check_communes, _write_over
from .evidence import _check_printed

_AT_ONCE = 5000  # keys in one question


@dataclass(frozen=True)
class ListedPaper:
    """What a list says of a paper. instead_of  the version without a file that it corrects; None: a new paper"""

    subject: Subject
    kind: EvidenceKind
    name: str = ""
    number: str = ""
    issuer: str = ""
    valid_from: date | None = None
    valid_until: date | None = None
    products: Sequence[Product] = ()
    site: Site | None = None
    instead_of: Evidence | None = None


@transaction.atomic
def list_papers(*, rows: Sequence[ListedPaper], by: User, now: datetime, reason: str = "") -> list[Evidence]:
    """Put papers without files into the wallets of their subjects, all or none, in their order.

    Officers list for the communes that they may register in. A listed paper gets its file by `replace_evidence`.
    :raises Refusal: no right in a commune, what is printed cannot be (see `add_evidence`), or a paper that a row
        corrects has got its file, was corrected or is gone meanwhile
    """
    _check_communes(by, (row.subject.commune for row in rows), day_of(now))
    papers = []
    for row in rows:
        _check_printed(row.subject, row.valid_from, row.valid_until, row.products, row.site)
        papers.append(
            Evidence(
                subject=row.subject,
                kind=row.kind,
                name=clean(row.name)[:200] or row.kind.name,
                number=clean(row.number),
                issuer=clean(row.issuer),
                valid_from=row.valid_from,
                valid_until=row.valid_until,
                added_at=now,
                site=row.site,
            )
        )
    Evidence.objects.bulk_create(papers)
    about = Evidence.products.through
    about._default_manager.bulk_create(
        about(evidence_id=paper.pk, product_id=product.pk)
        for paper, row in zip(papers, rows, strict=True)
        for product in row.products
    )
    _take_places(
        {row.instead_of.pk: paper for row, paper in zip(rows, papers, strict=True) if row.instead_of is not None}
    )
    events = [audit.Change(one, reason, after={"kind": one.kind.code, "name": one.name}) for one in papers]
    audit.record_many("evidence.listed", events, by=by, at=now)
    return papers


@transaction.atomic
def unlist_papers(*, papers: Sequence[Evidence], by: User, now: datetime, reason: str) -> dict[int, str]:
    """Take out papers that were listed by mistake; what one corrected stands again. Returns key -> why, for those that
    stay: a paper that has got its file, was corrected since, or that anything stands on.

    :raises Refusal: no right
    """
    _check_communes(by, (paper.subject.commune for paper in papers), day_of(now))
    keys = [paper.pk for paper in papers]
    stay = used(Evidence, keys, parts=(Evidence, Evidence.products.through))
    there = {paper.pk: paper for paper in _locked(keys)}
    for key in keys:
        if key not in there:
            stay[key] = "không còn trong hệ thống"
        elif there[key].replaced_by_id is not None:
            stay[key] = "đã có tệp hoặc sửa sau khi nhập"
    gone = [paper for paper in papers if paper.pk not in stay]
    events = [audit.Change(one, reason, before={"kind": one.kind.code, "name": one.name}) for one in gone]
    audit.record_many("evidence.unlisted", events, by=by, at=now)
    _give_places_back([paper.pk for paper in gone])
    for start in range(0, len(gone), _AT_ONCE):
        Evidence.objects.filter(pk__in=[one.pk for one in gone[start : start + _AT_ONCE]]).delete()
    return stay


def _locked(keys: Sequence[int]) -> list[Evidence]:
    return [
        paper
        for start in range(0, len(keys), _AT_ONCE)
        for paper in Evidence.objects.select_for_update().filter(pk__in=keys[start : start + _AT_ONCE]).order_by("pk")
    ]


def _take_places(newer: dict[int, Evidence]) -> None:
    """Point the papers, and all their older versions, at those that correct them. newer  key -> what corrects it

    :raises Moved: one has a file, or is no longer the newest
    """
    olds = _locked(list(newer))
    if len(olds) < len(newer) or any(old.blob_id is not None or old.replaced_by_id is not None for old in olds):
        raise Moved(WHAT)
    olds += _older(list(newer))
    for old in olds:
        old.replaced_by = newer[old.replaced_by_id or old.pk]
    _write_over(Evidence, olds, ["replaced_by"])


def _give_places_back(keys: Sequence[int]) -> None:
    """Let the newest of the versions before each of these be the newest again."""
    olds = []
    for _, versions in groupby(_older(keys), key=lambda old: old.replaced_by_id):
        *before, last = versions
        for old in before:
            old.replaced_by = last
        last.replaced_by = None
        olds += [*before, last]
    _write_over(Evidence, olds, ["replaced_by"])


def _older(keys: Sequence[int]) -> list[Evidence]:
    """The versions that point at these, those of one together, the oldest first."""
    return [
        old
        for start in range(0, len(keys), _AT_ONCE)
        for old in Evidence.objects.select_for_update()
        .filter(replaced_by__in=keys[start : start + _AT_ONCE])
        .order_by("replaced_by", "pk")
    ]
