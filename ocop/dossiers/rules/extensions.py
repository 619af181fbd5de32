"""Going on past the end (kéo dài hiệu lực): a certificate whose re-evaluation could not be filed in its window.

Source: QĐ 26/2026/QĐ-TTg art. 12.3: it goes on to the day of the result, but not more than 180 days from its end.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from ocop.kernel.time import vi_date

ONE_DAY = timedelta(days=1)
MOST = timedelta(days=180)
RESPONSIBLE = (
    "Trong thời gian kéo dài, chủ thể chịu trách nhiệm về sản phẩm theo đúng bộ tiêu chí và hồ sơ đã được công nhận."
)


@dataclass(frozen=True, slots=True)
class Extension:
    """The days on which a certificate goes on past its end, both included."""

    first: date
    last: date


def latest_end(valid_until: date) -> date:
    """Return the 180th day after the last day of a certificate.

    The first day is not counted (BLDS 2015 art. 147(2)), and a validity never moves to a working day (compliance.md 7).
    """
    return valid_until + MOST


def extension_words(valid_until: date) -> str:
    """Return until when, and by which article, a certificate of that last day is in force for the time being."""
    latest = vi_date(latest_end(valid_until))
    return (
        f"còn hiệu lực đến khi có kết quả đánh giá lại, chậm nhất {latest} (khoản 3 Điều 12 Quyết định 26/2026/QĐ-TTg)"
    )


def extension(valid_until: date, filed_on: date, result_on: date | None) -> Extension | None:
    """Return when a certificate goes on for a re-evaluation filed on a day; None where it never comes to that.

    Nobody had asked before the filing, so a certificate that was over lives again from that day on, not before. On the
    day of the result (None: not yet) it is over, or the new recognition has begun.
    """
    first, last = max(valid_until + ONE_DAY, filed_on), latest_end(valid_until)
    if result_on is not None:
        last = min(last, result_on - ONE_DAY)
    return Extension(first, last) if first <= last else None
