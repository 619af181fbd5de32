"""Lists of papers into the wallets of their subjects and out again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from ocop.accounts.models import User
from ocop.registry.models import Evidence
from ocop.registry.services import ListedPaper, list_papers, unlist_papers

from ...models import Import, ImportRow
from .shared import Pairs, _read


def write(pairs: Pairs, found: Import, reason: str, by: User, now: datetime) -> None:
    """A changed row is a version of its own: it says all that stood there and what is new."""
    rows = []
    for _, one in pairs:
        if one.subject is None or one.paper_kind is None:
            raise ValueError("a listed paper has its subject and kind")
        said: dict[str, Any] = {
            code: one.row.values[code] for code in ("name", "number", "issuer") if code in one.row.values
        }
        said |= {
            code: date.fromisoformat(one.row.values[code])
            for code in ("valid_from", "valid_until")
            if code in one.row.values
        }
        said |= {"products": one.products, "site": one.site} if "scope" in one.row.values else {}
        old = one.target if isinstance(one.target, Evidence) else None
        if old is not None:
            stood = {
                code: getattr(old, code) for code in ("name", "number", "issuer", "valid_from", "valid_until", "site")
            }
            said = stood | {"products": list(old.products.all())} | said
        rows.append(ListedPaper(one.subject, one.paper_kind, instead_of=old, **said))
    for (row, _), made in zip(pairs, list_papers(rows=rows, by=by, now=now, reason=reason), strict=True):
        row.target = made.pk


def take_back(rows: Sequence[ImportRow], reason: str, by: User, now: datetime) -> dict[int, str]:
    there = _read(Evidence.objects.select_related("subject__commune", "kind"), rows)
    stay = {row.target: "không còn trong hệ thống" for row in rows if row.target and row.target not in there}
    return stay | unlist_papers(papers=list(there.values()), by=by, now=now, reason=reason)
