"""The writing side of dossiers, by verb: drafting, filing, gaps, visits, moves, clocks, dated transitions."""

from .archiving import drop_archives, make_archive, want_archive
from .clocks import warn_clocks
from .drafting import (
    attach,
    change_scorecard,
    choose_case,
    confirm_answers,
    detach,
    open_dossier,
    save_answers,
    save_forms,
)
from .expiry import warn_papers
from .filing import submit, withdraw
from .gaps import answer_gap, ask_gap, close_gap, reopen_gap, withdraw_gap
from .moves import (
    accept,
    close_window,
    close_windows,
    end_reading,
    end_readings,
    enter_council,
    grant_reading,
    leave_council,
    open_window,
    open_windows,
    propose,
    record,
    return_dossier,
    save_assessment,
)
from .moves import send_up as send_up
from .notices import tell_result
from .transitions import close_expired, end_districts, refile
from .visits import add_finding, add_photo, drop_finding, drop_photo, record_visit, save_advice
from .windows import announce_windows

__all__ = [
    "accept",
    "add_finding",
    "add_photo",
    "announce_windows",
    "answer_gap",
    "ask_gap",
    "attach",
    "change_scorecard",
    "choose_case",
    "close_expired",
    "close_gap",
    "close_window",
    "close_windows",
    "confirm_answers",
    "detach",
    "drop_archives",
    "drop_finding",
    "drop_photo",
    "end_districts",
    "end_reading",
    "end_readings",
    "enter_council",
    "grant_reading",
    "leave_council",
    "make_archive",
    "open_dossier",
    "open_window",
    "open_windows",
    "propose",
    "record",
    "record_visit",
    "refile",
    "reopen_gap",
    "return_dossier",
    "save_advice",
    "save_answers",
    "save_assessment",
    "save_forms",
    "send_up",
    "submit",
    "tell_result",
    "want_archive",
    "warn_clocks",
    "warn_papers",
    "withdraw",
    "withdraw_gap",
]
