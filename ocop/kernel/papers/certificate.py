"""The certificate sheet (giấy chứng nhận): A4 landscape, Vietnamese with English beneath. Layout: `certificate.typ`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ocop.kernel import codes, qr
from ocop.kernel.papers import tree
from ocop.kernel.papers.fonts import drawable
from ocop.kernel.papers.press import print_pdf
from ocop.kernel.papers.tree import Signature, tidy
from ocop.kernel.time import vi_long_date

QR_MM = 50.0  # proof.md section 1: the square that the longest signed text needs at 0.4 mm a module
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


@dataclass(frozen=True)
class CertificateFacts:
    """What a certificate says; every figure comes from a stored row.

    url       text of the QR, "https://H/c/<code>", later with "#<JWS>"; code: plain, 16 characters and check
    number    of the certificate as printed; organ: who issues, as in a sentence; stars: 3..5
    months    length of the validity, from valid_from to valid_until, both included
    signer    authority lines and name; its note and line above are not printed
    """

    url: str
    code: str
    number: str
    organ: str
    product: str
    stars: int
    subject: str
    address: str
    decision_number: str
    decision_day: date
    months: int
    valid_from: date
    valid_until: date
    place: str
    day: date
    signer: Signature


def certificate_pdf(facts: CertificateFacts, *, rehearsal: bool) -> bytes:
    """Return the sheet as PDF/A-2a and PDF/UA-1; same facts give the same bytes. Long names are set smaller.

    :raises ValueError: stars outside 3..5 (QĐ 26/2026/QĐ-TTg art. 4: no certificate below 3)
    """
    if not 3 <= facts.stars <= 5:
        raise ValueError(f"no certificate of {facts.stars} stars")
    lines = {
        "title": f"Giấy chứng nhận {facts.number} {facts.product}",
        "organ": facts.organ.upper(),
        "rank": f"SẢN PHẨM OCOP HẠNG {facts.stars} SAO",
        "rank_en": f"One Commune One Product (OCOP), {facts.stars} stars",
        "product": facts.product,
        "subject": facts.subject,
        "address": facts.address,
        "decision": f"Được công nhận tại Quyết định số {facts.decision_number} {vi_long_date(facts.decision_day)}",
        "decision_en": f"Recognised by Decision No. {facts.decision_number} of {_english(facts.decision_day)}",
        "term": f"Có giá trị {facts.months} tháng, từ {vi_long_date(facts.valid_from)}"
        f" đến hết {vi_long_date(facts.valid_until)}",
        "term_en": f"Valid for {facts.months} months, from {_english(facts.valid_from)}"
        f" until the end of {_english(facts.valid_until)}",
        "number": facts.number,
        "code": codes.grouped(facts.code),
        "address_of_page": facts.url.removeprefix("https://").partition("#")[0],
        "place": f"{facts.place}, {vi_long_date(facts.day)}",
        "name": facts.signer.name,
    }
    data = {
        **{key: drawable(tidy(line)) for key, line in lines.items()},
        "nation": tree.NATION,
        "stars": facts.stars,
        "authority": [drawable(tidy(line)) for line in facts.signer.authority],
        "qr": qr.svg(facts.url),
        "qr_mm": QR_MM,
        "rehearsal": [tree.REHEARSAL, tree.REHEARSAL_NOTE] if rehearsal else [],
    }
    return print_pdf("certificate.typ", data, day=facts.day)


def _english(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
