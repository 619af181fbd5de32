"""The writing side of councils, by verb."""

from .adopting import adopt_rules
from .calibrating import plan_calibration, practise, set_reference
from .closing import close_item, close_session, reopen_sheet
from .comments import close_comment, send_comment
from .complaints import answer_complaint, file_complaint
from .findings import confirm_finding, drop_finding, enter_finding, excuse_member
from .founding import Seat, found_council
from .membership import change_members, set_term
from .notices import announce, send_notices
from .paper_sheets import attach_scan, drop_paper, key_sheet, name_keyers
from .planning import allow_short_notice, change_session, move_item, plan_session, sort_agenda
from .reopening import reopen_item
from .rounds import add_round, set_plan
from .running import call_item, discuss
from .samples import hand_over, receive_samples, sign_for_samples
from .sessions import (
    add_item,
    add_items,
    declare_interest,
    invite,
    open_session,
    remind,
    remove_item,
    set_attendance,
)
from .sheets import save_marks, sign_sheet, start_sheet
from .teams import TeamSeat, change_team, found_team, set_team_term
from .written import ask_meeting, take_to_meeting

__all__ = [
    "Seat",
    "TeamSeat",
    "add_item",
    "add_items",
    "add_round",
    "adopt_rules",
    "allow_short_notice",
    "announce",
    "answer_complaint",
    "ask_meeting",
    "attach_scan",
    "call_item",
    "change_members",
    "change_session",
    "change_team",
    "close_comment",
    "close_item",
    "close_session",
    "confirm_finding",
    "declare_interest",
    "discuss",
    "drop_finding",
    "drop_paper",
    "enter_finding",
    "excuse_member",
    "file_complaint",
    "found_council",
    "found_team",
    "hand_over",
    "invite",
    "key_sheet",
    "move_item",
    "name_keyers",
    "open_session",
    "plan_calibration",
    "plan_session",
    "practise",
    "receive_samples",
    "remind",
    "remove_item",
    "reopen_item",
    "reopen_sheet",
    "save_marks",
    "send_comment",
    "send_notices",
    "set_attendance",
    "set_plan",
    "set_reference",
    "set_team_term",
    "set_term",
    "sign_for_samples",
    "sign_sheet",
    "sort_agenda",
    "start_sheet",
    "take_to_meeting",
]
