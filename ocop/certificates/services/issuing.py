"""Issuing (cấp giấy chứng nhận): numbered in one series, printed by a job from the recognition's own rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction

from ocop.accounts.models import User
from ocop.kernel import audit, files, jobs, once, public, series
from ocop.kernel.refusal import Refusal
from ocop.kernel.time import day_of

from ..models import Certificate, Recognition
from ..papers import certificate_pdf
from ..permissions import check_may_issue


@transaction.atomic
def issue_certificate(*, recognition: Recognition, by: User, now: datetime, token: str = "") -> Certificate:
    """Issue the certificate of a recognition of ours; its print follows as a job.

    :raises Refusal: no right, the person who entered the decision, a recorded recognition or the ministry's,
        not in force today, issued before
    """
    once.claim(token, now=now)
    check_may_issue(by, recognition, day_of(now))
    if recognition.valid_from is None:
        raise ValueError("a recognition of ours has its day")
    year = recognition.valid_from.year
    number = f"{series.take(f'certificate-{year}'):04d}/GCN-OCOP-{year}"
    try:
        with transaction.atomic():
            certificate = Certificate.objects.create(
                recognition=recognition, number=number, issued_on=recognition.valid_from, issued_by=by
            )
    except IntegrityError as error:
        raise Refusal("Chưa cấp giấy chứng nhận.", "Giấy chứng nhận đã cấp.", "Mở lại trang để tải giấy.") from error
    audit.record("certificate.issued", certificate, by=by, at=now, after={"number": number})
    jobs.later("certificates.print", certificate.pk, now=now)
    public.changed()
    return certificate


@transaction.atomic
def issue_certificates(
    *, recognitions: Sequence[Recognition], by: User, now: datetime, token: str = ""
) -> list[Certificate]:
    """Issue several certificates, all or none.

    :raises Refusal: none chosen, or one of them is refused (see issue_certificate)
    """
    once.claim(token, now=now)
    if not recognitions:
        raise Refusal("Chưa cấp giấy chứng nhận.", "Chưa chọn sản phẩm nào.", "Chọn sản phẩm rồi cấp.")
    return [issue_certificate(recognition=recognition, by=by, now=now) for recognition in recognitions]


def print_certificate(certificate: Certificate, *, now: datetime) -> bytes:
    """Print a certificate and keep the file; printing again gives the same bytes and changes nothing."""
    content = certificate_pdf(certificate, rehearsal=settings.REHEARSAL)
    stored = files.store(content, f"{certificate.number.replace('/', '-')}.pdf", now=now)
    Certificate.objects.filter(pk=certificate.pk).update(blob=stored.blob)
    return content
