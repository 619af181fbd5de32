"""Papers of a council, every word and figure from the rows, one file a stage of its work.

Form: NĐ 30/2020/NĐ-CP, annex I; parts: the usual ones of provincial papers (programme.md section 10).
"""

from .minutes import minutes
from .notices import result_notice
from .sitting import invitation

__all__ = ["invitation", "minutes", "result_notice"]
