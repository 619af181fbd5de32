"""Reading recognitions: the public register, the page behind a QR, what waits for officers."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db.models import F

from ocop.accounts.models import Role, User
from ocop.councils.models import Conclusion
from ocop.councils.rules import Result
from ocop.dossiers.queries import Work
from ocop.dossiers.rules import Step
from ocop.kernel.models import Counter

from .models import Recognition
from .rules import STATUS_NAMES, Status, status

PUBLIC = "public-events"


def public_change() -> None:
    """Count one public event, in the transaction of the change: public pages kept under this count are never stale."""
    Counter.objects.bulk_create([Counter(series=PUBLIC)], ignore_conflicts=True)
    Counter.objects.filter(series=PUBLIC).update(last=F("last") + 1)


def public_count() -> int:
    """How many public events happened: the key under which a public page may be kept for its day."""
    return Counter.objects.filter(series=PUBLIC).values_list("last", flat=True).first() or 0


def status_of(recognition: Recognition, day: date) -> Status | None:
    """The status of a recognition on a day, by rules.status."""
    return status(recognition.valid_from, recognition.valid_until, recognition.ended_on, recognition.end_kind, day)


def status_name(found: Status | None) -> str:
    return STATUS_NAMES[found] if found else "từng được công nhận, chưa rõ ngày cấp"


def qr_text(recognition: Recognition) -> str:
    """What the QR holds: always https, the public host, our code (proof.md 1; the signed part comes with its keys)."""
    return f"https://{settings.OCOP_HOST}/c/{recognition.code}"


def waiting_for_decision(user: User, day: date) -> list[Conclusion]:
    """Conclusions that still need a decision or a notice, oldest first."""
    steps = [Step.CONCLUDED_PROVINCE, Step.CONCLUDED_DISTRICT]
    return list(
        Conclusion.objects.visible_to(user, day)
        .filter(dossier__step__in=steps, recognition=None, approval=None)
        .exclude(result=Result.SEND_UP)
        .select_related("dossier__product", "dossier__subject", "item__session__council__organ")
        .order_by("concluded_at", "pk")
    )


def waiting_for_certificate(user: User, day: date) -> list[Recognition]:
    """Recognitions of ours whose certificate is not issued, that this officer may issue."""
    return list(
        Recognition.objects.visible_to(user, day)
        .filter(basis=Recognition.OURS, certificate=None, ended_on=None)
        .exclude(decision__recorded_by=user)
        .select_related("product__subject", "decision")
        .order_by("valid_from", "pk")
    )


def work_for(user: User, day: date) -> list[Work]:
    """What waits for an officer here: decisions to enter, certificates to issue."""
    if not (user.has_role(Role.PROVINCE_OFFICER, day) or user.has_role(Role.DISTRICT_OFFICER, day)):
        return []
    work = []
    decisions = waiting_for_decision(user, day)
    if decisions:
        names = ", ".join(c.dossier.product.name for c in decisions[:3])
        work.append(
            Work(f"{len(decisions)} kết luận chờ quyết định hoặc thông báo", names, "/quyet-dinh/", "Xử lý", None)
        )
    certificates = waiting_for_certificate(user, day)
    if certificates:
        names = ", ".join(r.product.name for r in certificates[:3])
        work.append(Work(f"{len(certificates)} giấy chứng nhận chờ cấp", names, "/chung-nhan/", "Cấp giấy", None))
    return work
