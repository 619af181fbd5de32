"""Words of lists that name one of a few things: kinds of producers, stages, levels that recognise."""

from __future__ import annotations

import re
from datetime import date

from ocop.kernel.text import fold

_KINDS = (  # the first that fits; a name begins with its kind
    ("cooperative_group", r"(to hop tac|tht|to san xuat)\b"),
    ("cooperative", r"(lien hiep hop tac xa|lien hiep htx|hop tac xa|htx)\b"),
    ("sme", r"(cong ty|cty|doanh nghiep|dn|dntn|tnhh|co phan|cp)\b"),
    ("farm", r"trang trai\b"),
    (
        "household",
        r"(ho kinh doanh|ho san xuat|ho gia dinh|ho ca the|hkd|ho|hgd|hsx|co so san xuat|co so|csxkd|cssx)\b",
    ),
    ("association", r"(hoi|hiep hoi)\b"),
    ("operation_centre", r"(trung tam dieu hanh|trung tam)\b"),
)


_PAPERS = (  # the first that fits; own match of the words of lists with evidence.yaml
    ("business_registration", r"\b(dang ky (kinh doanh|doanh nghiep|hop tac xa|htx|thue|hoat dong)|dkkd|gcndkkd)\b"),
    (
        "intellectual_property",
        r"\b(nhan hieu|so huu tri tue|chi dan dia ly|kieu dang|sang che|shtt|bao ho)\b",
    ),
    ("traceability", r"\b(truy xuat|ma so ma vach|ma vach|gs1|tem)\b"),
    ("test_report", r"\b(kiem nghiem|thu nghiem|xet nghiem|phan tich|test)\b"),
    ("quality_declaration", r"\b(cong bo|tu cong bo|hop quy|hop chuan|tieu chuan co so|tccs)\b"),
    ("quality_management", r"\b(haccp|iso|vietgap|viet gap|globalgap|global gap|gmp|ssop|huu co|organic|halal)\b"),
    ("production_condition", r"\b(du dieu kien|attp|atvstp|an toan thuc pham|an toan ve sinh thuc pham|vsattp)\b"),
    ("environment", r"\b(moi truong|dtm)\b"),
    ("award", r"\b(giai thuong|bang khen|giay khen|huy chuong|cup|danh hieu|binh chon)\b"),
    ("material_origin", r"\b(nguyen lieu|vung trong|bao tieu|lien ket|thu mua)\b"),
    ("market", r"\b(hop dong|don hang|hoa don|xuat khau|xuc tien|ky gui)\b"),
    ("local_labour", r"\b(lao dong|bao hiem xa hoi|bhxh)\b"),
    ("growth", r"\b(bao cao tai chinh|bctc|doanh thu|xep loai)\b"),
    ("story", r"\bcau chuyen\b"),
)


def paper_kind(text: str) -> str | None:
    """Return the code of the kind of paper that words like "GCN đủ điều kiện ATTP" tell of, None if they tell none.

    Source: the table of Mẫu số 02, annex III of QĐ 26/2026/QĐ-TTg; the words are our own match.
    """
    folded = fold(text)
    return next((code for code, pattern in _PAPERS if re.search(pattern, folded)), None)


def subject_kind(text: str) -> str | None:
    """Return the code of the kind of producer that a text names or begins with, None if it names none.

    Source: QĐ 26/2026/QĐ-TTg art. 2(3).
    """
    folded = fold(text)
    return next((code for code, pattern in _KINDS if re.match(pattern, folded)), None)


def level_of(organ: str, number: str, stars: int | None, day: date | None, year: int | None) -> str:
    """Return the level that recognised: as the organ's name says, else by the law of the time.

    Source: ocop-rules.md section 1: 5 stars the ministry; 3 stars the district from 24/2/2023 to 30/6/2025; else the
    province. A year alone does not tell the months of 2023 and 2025: then the province.
    """
    words = fold(organ)
    if re.match(r"(bo|cap bo|trung uong|cap trung uong|cap quoc gia|quoc gia)\b", words) or "bnn" in fold(number):
        return "ministry"
    if re.match(r"((ubnd|uy ban nhan dan|cap) )?(huyen|thanh pho|thi xa|tp)\b", words):
        return "district"
    if words:
        return "province"
    if stars == 5:
        return "ministry"
    in_district = day is not None and date(2023, 2, 24) <= day <= date(2025, 6, 30)
    return "district" if stars == 3 and (in_district or (day is None and year == 2024)) else "province"
