"""The writing side of dossiers, by verb: drafting, filing, moves of officers and councils, dated transitions."""

from .drafting import attach, change_scorecard, choose_case, detach, open_dossier, save_answers, save_forms
from .filing import submit, withdraw
from .moves import (
    accept,
    close_window,
    end_reading,
    enter_council,
    grant_reading,
    leave_council,
    open_window,
    propose,
    record,
    return_dossier,
    save_assessment,
)
from .moves import send_up as send_up
from .transitions import close_expired, end_districts, refile

__all__ = [
    "accept",
    "attach",
    "change_scorecard",
    "choose_case",
    "close_expired",
    "close_window",
    "detach",
    "end_districts",
    "end_reading",
    "enter_council",
    "grant_reading",
    "leave_council",
    "open_dossier",
    "open_window",
    "propose",
    "record",
    "refile",
    "return_dossier",
    "save_answers",
    "save_assessment",
    "save_forms",
    "send_up",
    "submit",
    "withdraw",
]
