"""One paper of the wallet: its pages, its versions, what it proves."""

from __future__ import annotations

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from ocop.accounts.http import Request
from ocop.kernel import audit, files
from ocop.kernel.refusal import allows
from ocop.registry.models import Evidence
from ocop.registry.permissions import check_may_keep
from ocop.registry.words import EVENT_NAMES, printed_on, scope_of, state_of

from ..wallet import told_of


@require_GET
def paper(request: Request, pk: int) -> HttpResponse:
    """A paper as it is, and the versions before and after it with days and who."""
    rows = Evidence.objects.visible_to(request.user, request.day).select_related("subject", "kind", "blob", "site")
    found = get_object_or_404(rows, pk=pk)
    newest = found.replaced_by_id or found.pk
    versions = list(rows.filter(Q(pk=newest) | Q(replaced_by=newest)).order_by("-pk"))
    listed = [row for row in versions if row.blob_id is None]
    added = audit.firsts("evidence.added", versions) | audit.firsts("evidence.listed", listed)
    context = {
        "paper": found,
        "preview": files.preview_of(found.blob, found.name, reverse("registry:paper_file", args=[found.pk]))
        if found.blob
        else None,
        "state": state_of(found, request.day),
        "facts": [*printed_on(found), ("Chủ thể", found.subject), ("Dùng cho", scope_of(found))],
        "versions": [
            {"paper": row, "number": number, "state": state_of(row, request.day), "entry": added.get(row.pk)}
            for number, row in zip(range(len(versions), 0, -1), versions, strict=True)
        ],
        "uses": told_of(request.user, request.day, versions[0]),
        "may_replace": found.replaced_by_id is None
        and allows(check_may_keep, request.user, found.subject, request.day),
        "events": [(EVENT_NAMES[entry.kind], entry) for entry in reversed(audit.timeline(found))],
    }
    return render(request, "dossiers/wallet_paper.html", context)
