"""The certificate as a print: every word from the rows."""

from __future__ import annotations

from ocop.kernel.codes import grouped
from ocop.kernel.papers.certificate import CertificateFacts
from ocop.kernel.papers.certificate import certificate_pdf as draw
from ocop.kernel.papers.tree import Signature

from .models import Certificate
from .queries import qr_text
from .rules import MONTHS


def certificate_pdf(certificate: Certificate, *, rehearsal: bool) -> bytes:
    """Return the certificate (giấy chứng nhận) as PDF, A4 landscape."""
    recognition = certificate.recognition
    decision = recognition.decision
    if decision.day is None or recognition.valid_from is None or recognition.valid_until is None:
        raise ValueError("a certificate has its decision and its days")
    place = decision.organ.place if decision.organ else ""
    organ = recognition.organ_name
    authority = (f"TM. {organ.split(' tỉnh ')[0].split(' huyện ')[0]}".upper(), "CHỦ TỊCH")
    return draw(
        CertificateFacts(
            url=qr_text(recognition),
            code=grouped(recognition.code),
            number=certificate.number,
            organ=organ,
            product=recognition.product.name,
            stars=recognition.stars or 0,
            subject=recognition.subject_name,
            address=recognition.place_name,
            decision_number=decision.number,
            decision_day=decision.day,
            months=MONTHS,
            valid_from=recognition.valid_from,
            valid_until=recognition.valid_until,
            place=place or "Tuyên Quang",
            day=certificate.issued_on,
            signer=Signature(authority),
        ),
        rehearsal=rehearsal,
    )
