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
