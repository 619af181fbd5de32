"""Papers of a council, every word and figure from the rows, one file a stage of its work.

Form: NĐ 30/2020/NĐ-CP, annex I; parts: the usual ones of provincial papers (programme.md section 10).
"""

from .founding import founding_decision, founding_draft, member_list
from .minutes import minutes
from .notices import commune_notice, notice_lines, result_notice
from .reports import checked, checking_report, council_report
from .samples import sample_list
from .scores import numbered, score_table
from .sheets import empty_sheet, signed_sheet
from .sitting import invitation, product_list

__all__ = [
    "checked",
    "checking_report",
    "commune_notice",
    "council_report",
    "empty_sheet",
    "founding_decision",
    "founding_draft",
    "invitation",
    "member_list",
    "minutes",
    "notice_lines",
    "numbered",
    "product_list",
    "result_notice",
    "sample_list",
    "score_table",
    "signed_sheet",
]
