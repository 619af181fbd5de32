"""Reading recognitions: the public register, the page behind a QR, what waits for officers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from ocop.accounts.models import Agency, Level, Role, User
from ocop.councils.models import Conclusion, Session
from ocop.councils.rules import Result
from ocop.documents.models import Document
from ocop.dossiers.rules import Step
from ocop.kernel.models import Job
from ocop.registry.models import Product, serves_province
from ocop.registry.queries import Work

from .models import Approval, Certificate, Recognition, Wording
from .permissions import OFFICER
from .rules import ACTS, Act


def qr_text(recognition: Recognition) -> str:
    """What the QR holds: always https, the public host, our code (proof.md 1; the signed part comes with its keys)."""
    return f"https://{settings.OCOP_HOST}/c/{recognition.code}"


def waiting_for_decision(user: User, day: date) -> QuerySet[Conclusion]:
    """Conclusions that still need a decision or a notice, oldest first.

    The conclusion must be of the level where the dossier stands: what a district concluded before it ended does not
    come back when the province's council has concluded.
    """
    province = Q(dossier__step=Step.CONCLUDED_PROVINCE, level=Level.PROVINCE)
    district = Q(dossier__step=Step.CONCLUDED_DISTRICT, level=Level.DISTRICT)
    return (
        for_papers(Conclusion.objects.visible_to(user, day).in_effect())
        .filter(province | district, recognition=None, approval=None)
        .exclude(result=Result.SEND_UP)
        .order_by("concluded_at", "pk")
    )


def for_papers(conclusions: QuerySet[Conclusion]) -> QuerySet[Conclusion]:
    """With every row that pages and papers name."""
    return conclusions.select_related(
        "dossier__product__product_set",
        "dossier__subject",
        "dossier__commune",
        "dossier__scorecard__regime",
        "item__session__council__organ",
        "item__session__council__decision",
        "recognition",
        "notice",
    )


@dataclass(frozen=True)
class Group:
    """What one decision (or one round of notices) may settle: conclusions of one session that end in the same act."""

    session: Session
    act: Act
    conclusions: list[Conclusion]


def groups(conclusions: Iterable[Conclusion]) -> list[Group]:
    """Return conclusions by session and act, in their order."""
    found: dict[tuple[int, Act], Group] = {}
    for conclusion in conclusions:
        session, act = conclusion.item.session, ACTS[Result(conclusion.result)]
        found.setdefault((session.pk, act), Group(session, act, [])).conclusions.append(conclusion)
    return list(found.values())


def approvals_at_the_ministry(user: User, day: date) -> QuerySet[Approval]:
    """Approved results that wait for the ministry's answer, oldest first."""
    return (
        Approval.objects.filter(answered_on=None, conclusion__in=Conclusion.objects.visible_to(user, day))
        .select_related("decision__organ", "conclusion__dossier__product", "conclusion__dossier__subject")
        .order_by("decision__day", "pk")
    )


def committee_on(organ: Agency, day: date) -> Agency | None:
    """The committee as it stands on a day: itself, or its next term under the same name; None: it ended."""
    terms = Agency.objects.filter(name=organ.name, level=organ.level, valid_from__lte=day)
    return terms.filter(Q(valid_to=None) | Q(valid_to__gte=day)).order_by("-valid_from").first()


def wordings_of(organ: Agency) -> list[Wording]:
    """Every version of the organ's own papers, the newest first. The terms of a committee are one organ."""
    rows = Wording.objects.filter(organ__name=organ.name, organ__level=organ.level)
    return list(rows.select_related("blob", "added_by").order_by("kind", "-version", "-pk"))


def wording_on(rows: Iterable[Wording], kind: str, day: date) -> Wording | None:
    """The form of a paper on a day, of all versions; None: the built-in one."""
    begun = [row for row in rows if row.kind == kind and row.valid_from <= day]
    newest = max(begun, key=lambda row: (row.valid_from, row.version), default=None)
    return newest if newest and newest.blob_id else None


def revokers(recognition: Recognition, day: date) -> list[Agency]:
    """The committees that may revoke a recognition on a day; none for the ministry's own."""
    if recognition.level == Level.MINISTRY:
        return []
    ours = Q(level=Level.PROVINCE)
    if recognition.decision.organ_id and recognition.level == Level.DISTRICT:
        ours |= Q(pk=recognition.decision.organ_id)
    alive = Q(valid_to=None) | Q(valid_to__gte=day)
    return list(Agency.objects.filter(ours, alive, symbol="UBND", valid_from__lte=day).order_by("level", "pk"))


def decisions(user: User, day: date) -> QuerySet[Document]:
    """Decisions entered here on recognitions, approvals and revocations, with how many products each is about."""
    recognised = Recognition.objects.filter(decision=OuterRef("pk")).order_by().values("decision")
    approved = Approval.objects.filter(decision=OuterRef("pk")).order_by().values("decision")
    revoked = (
        Recognition.objects.filter(end_decision=OuterRef("pk"), end_kind="revoked").order_by().values("end_decision")
    )
    counts = [
        Coalesce(Subquery(rows.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0)
        for rows in (recognised, approved, revoked)
    ]
    found = Document.objects.visible_to(user, day).filter(kind="QĐ", recorded_by__isnull=False)
    counted = found.annotate(recognised=counts[0], approved=counts[1], revoked=counts[2])
    return counted.filter(Q(recognised__gt=0) | Q(approved__gt=0) | Q(revoked__gt=0)).select_related("organ")


def decided_by(decision: Document) -> list[Conclusion]:
    """The conclusions that a decision of ours settled, in the order of the papers."""
    settled = Q(recognition__decision=decision) | Q(approval__decision=decision)
    return list(for_papers(Conclusion.objects.filter(settled)).order_by("-recognition__stars", "item__position", "pk"))


def unissued(user: User, day: date) -> QuerySet[Recognition]:
    """Recognitions of ours in force without certificate, at the levels and in the area where the user is officer."""
    levels = [level for level, role in OFFICER.items() if user.has_role(role, day)]
    # NOT EXISTS, not an outer join to nothing: the join would fetch every product and decision first.
    issued = Certificate.objects.filter(recognition=OuterRef("pk"))
    seen = Q() if serves_province(user, day) else Q(product__in=Product.objects.visible_to(user, day))
    return (
        Recognition.objects.in_force_on(day)
        .filter(seen, ~Exists(issued), basis=Recognition.OURS, level__in=levels)
        .select_related("product", "decision")
        .order_by("valid_from", "pk")
    )


def waiting_for_certificate(user: User, day: date) -> QuerySet[Recognition]:
    """Those that this officer may issue: another one entered the decision."""
    return unissued(user, day).exclude(decision__recorded_by=user)


def print_state(certificate: Certificate) -> str:
    """State of the newest print job of a certificate, one of Job.STATES; "done" once the file is there."""
    if certificate.blob_id:
        return Job.DONE
    jobs = Job.objects.filter(name="certificates.print", key=str(certificate.pk)).order_by("-pk")
    return jobs.values_list("state", flat=True).first() or Job.WAITING


def work_for(user: User, day: date) -> list[Work]:
    """What waits for an officer here: decisions to enter, certificates to issue."""
    if not (user.has_role(Role.PROVINCE_OFFICER, day) or user.has_role(Role.DISTRICT_OFFICER, day)):
        return []
    work = []
    conclusions = list(waiting_for_decision(user, day))
    if conclusions:
        names = ", ".join(c.dossier.product.name for c in conclusions[:3])
        work.append(
            Work(f"{len(conclusions)} kết luận chờ quyết định hoặc thông báo", names, "/quyet-dinh/", "Xử lý", None)
        )
    certificates = list(waiting_for_certificate(user, day))
    if certificates:
        names = ", ".join(r.product.name for r in certificates[:3])
        work.append(Work(f"{len(certificates)} giấy chứng nhận chờ cấp", names, "/chung-nhan/", "Cấp giấy", None))
    return work
