"""Gaps (điểm thiếu): their states and acts as data, and when an answer is late."""

from __future__ import annotations

from datetime import date
from enum import StrEnum


class GapState(StrEnum):
    OPEN = "open"
    ANSWERED = "answered"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


GAP_STATE_NAMES = {
    GapState.OPEN: "Còn thiếu",
    GapState.ANSWERED: "Đã trả lời",
    GapState.CLOSED: "Đã đủ",
    GapState.WITHDRAWN: "Đã bỏ",
}


class GapAct(StrEnum):
    ANSWER = "answer"
    CLOSE = "close"
    REOPEN = "reopen"
    WITHDRAW = "withdraw"


# An answer may be given again until the dossier is filed; the office that holds the dossier does the rest.
GAP_MOVES: dict[tuple[GapState, GapAct], GapState] = {
    (GapState.OPEN, GapAct.ANSWER): GapState.ANSWERED,
    (GapState.ANSWERED, GapAct.ANSWER): GapState.ANSWERED,
    (GapState.ANSWERED, GapAct.CLOSE): GapState.CLOSED,
    (GapState.ANSWERED, GapAct.REOPEN): GapState.OPEN,
    (GapState.CLOSED, GapAct.REOPEN): GapState.OPEN,
    (GapState.OPEN, GapAct.WITHDRAW): GapState.WITHDRAWN,
    (GapState.ANSWERED, GapAct.WITHDRAW): GapState.WITHDRAWN,
}


def gap_state_after(state: GapState, act: GapAct) -> GapState | None:
    """Return the state after an act, None where the act is not possible."""
    return GAP_MOVES.get((state, act))


def days_late(due_on: date, filed_on: date) -> int:
    """Return by how many days an answer came after its day, 0 if in time: the last day counts up to 24:00.

    The deadline is the office's, not the law's: a late answer is taken and marked. Source: compliance.md section 7.
    """
    return max(0, (filed_on - due_on).days)
