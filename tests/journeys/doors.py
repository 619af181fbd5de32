"""Every address of the project and who may open it, written by hand: a new address has to be placed here.

Sources: QĐ 26/2026/QĐ-TTg art. 5-9 (who holds a dossier when), compliance.md section 4 (roles).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from .province import ROLES

SIGNED_IN = frozenset(ROLES) - {"stranger"}
PRODUCER = frozenset({"producer"})
COMMUNE = frozenset({"commune officer"})
OFFICER = frozenset({"province officer"})
SECRETARY = frozenset({"secretary"})
CHAIR = frozenset({"chair"})
ADMIN = frozenset({"admin"})
NOBODY: frozenset[str] = frozenset()

STAFF = frozenset({"commune officer", "other commune officer", "province officer", "secretary", "leader", "admin"})
PROVINCE = frozenset({"province officer", "secretary", "leader"})  # whole province in reach
KEEPERS = PRODUCER | COMMUNE  # who writes for a subject: itself, and its commune (nhập hộ)
REGISTER = KEEPERS | PROVINCE  # who reads a subject, its products, its papers
SCORERS = frozenset({"member", "chair"})  # with a seat that scores
LISTERS = frozenset({"commune officer", "other commune officer", "province officer"})  # who brings lists in
HALL = SCORERS | PROVINCE  # who sees a session
READERS = REGISTER | SCORERS  # of a dossier before a council whose members have declared


@dataclass(frozen=True)
class Door:
    """One address. who  may pass; the others, if signed in, get the page of an absent address.

    args  which thing of the province stands there; turns_away  a stranger is sent to sign-in, else he too gets
    "absent"; post  what an act sends (None: a page to read)
    """

    args: str
    who: frozenset[str]
    turns_away: bool = False
    post: dict[str, str] | None = field(default=None, hash=False)

    @property
    def is_public(self) -> bool:
        return "stranger" in self.who


def public(args: str = "nothing") -> Door:
    return Door(args, frozenset(ROLES))


def fixed(who: frozenset[str] = SIGNED_IN, args: str = "nothing") -> Door:
    return Door(args, who, turns_away=True)


def thing(args: str, who: frozenset[str]) -> Door:
    return Door(args, who)


def act(args: str, who: frozenset[str], *, turns_away: bool = False, **body: str) -> Door:
    return Door(args, who, turns_away, body)


WHY = "Ghi rõ căn cứ của việc này"

DOORS: dict[str, Door] = {
    # For everybody
    "portal:home": public(),
    "portal:icon": public(),
    "portal:products": public(),
    "portal:product": public("public product"),
    "portal:photo": public("photo"),
    "portal:certificate": public("certificate"),
    "portal:package": public("product code"),
    "portal:dossier": public("filed dossier"),
    "portal:check": public(),
    "portal:comments": public(),
    "portal:comment": public("commented product"),
    "portal:areas": public(),
    "portal:area": public("area code"),
    "portal:open_data": public(),
    "portal:open_csv": public(),
    "portal:open_json": public(),
    "portal:openapi": public(),
    "portal:api-v1:products": public(),
    "portal:api-v1:product": public("product code"),
    "account_login": public(),
    "account_reset_password": public(),
    "account_reset_password_done": public(),
    "account_reset_password_from_key": public("reset"),
    "account_reset_password_from_key_done": public(),
    # One's own desk and account
    "desk:work": fixed(),
    "desk:notices": fixed(),
    "desk:search": fixed(),
    "desk:session": fixed(),
    "desk:assisted": fixed(),
    "desk:assisted_subject": thing("subject", COMMUNE),
    "desk:record_consent": act("subject", COMMUNE),
    "desk:withdraw_consent": act("subject", KEEPERS),
    "desk:consent_scan": thing("subject of consent", KEEPERS),
    "desk:claim_code": act("subject", COMMUNE),
    "desk:assisted_slip": thing("subject", COMMUNE),
    "desk:claim": public(),
    "desk:product": thing("product", REGISTER),
    "desk:switch": act("nothing", SIGNED_IN, turns_away=True),
    "desk:read_all": act("nothing", SIGNED_IN, turns_away=True),
    "desk:open_notice": act("notice", PRODUCER, turns_away=True),
    "accounts:account": fixed(),
    "accounts:want_mail": act("nothing", SIGNED_IN, turns_away=True),
    "account_change_password": fixed(),
    "account_reauthenticate": fixed(),
    "mfa_index": fixed(),
    "mfa_activate_totp": fixed(),
    # The administrator
    "accounts:users": fixed(ADMIN),
    "accounts:new_user": fixed(ADMIN),
    "accounts:user": fixed(ADMIN, "user"),
    "accounts:renew_secret": fixed(ADMIN, "user"),
    "accounts:set_active": act("user", ADMIN, turns_away=True),
    "accounts:open_account": act("user", ADMIN, turns_away=True),
    "accounts:end_appointment": fixed(ADMIN, "appointment"),
    "accounts:jobs": fixed(ADMIN),
    "accounts:run_job_again": act("job", ADMIN, turns_away=True),
    # The register
    "registry:products": fixed(),
    "registry:add_product": fixed(),
    "registry:edit_product": thing("product", KEEPERS),
    "registry:place_product": thing("product", KEEPERS),
    "registry:photo": thing("office photo", REGISTER),
    "registry:change_photo": thing("product", KEEPERS),
    "registry:papers": fixed(),
    "registry:add_paper": fixed(),
    "registry:replace_paper": thing("paper", KEEPERS),
    "registry:paper_scope": thing("paper", KEEPERS),
    "dossiers:wallet_paper": thing("paper", REGISTER),
    "dossiers:readiness": thing("product", KEEPERS),
    "registry:paper_file": thing("paper", REGISTER),
    "registry:paper_page": thing("paper page", REGISTER),
    "registry:subjects": fixed(),
    "registry:add_subject": fixed(frozenset({"commune officer", "other commune officer", "province officer"})),
    "registry:subject": thing("subject", REGISTER),
    "registry:edit_subject": thing("subject", KEEPERS),
    "registry:add_member": act("subject", COMMUNE | OFFICER, email="xa3@mau.ocop.vn"),
    "registry:ideas": fixed(),
    "registry:add_idea": fixed(),
    "registry:register_idea": fixed(),  # the same page, at the address of the notices
    "registry:idea": thing("idea", REGISTER),
    "registry:idea_slip": thing("idea", REGISTER),
    "registry:appraise_idea": thing("idea", COMMUNE),
    "registry:hand_in_idea": thing("returned idea", KEEPERS),
    "registry:plan": thing("appraised idea", KEEPERS),
    "registry:confirm_potential": thing("planned product", COMMUNE),
    "registry:record_packaging": thing("potential product", COMMUNE),
    "registry:register_product": thing("potential product", KEEPERS),
    "registry:withdraw_product": thing("idea", KEEPERS),
    "registry:sites": fixed(),
    "registry:add_site": thing("subject", KEEPERS),
    "registry:edit_site": thing("site", KEEPERS),
    "registry:end_site": act("site", KEEPERS),
    "registry:report_twice": act("subject", LISTERS, name="HTX Nà Đồng"),  # also of a subject not seen
    "registry:compare_subjects": thing("two subjects", COMMUNE | OFFICER),
    "registry:compare_products": thing("two products", COMMUNE | OFFICER),
    "registry:undo_merge": thing("merge", COMMUNE | OFFICER),
    # Lists from Excel
    "importing:imports": fixed(LISTERS),
    "importing:upload": act("nothing", LISTERS, turns_away=True),
    "importing:import": thing("import", COMMUNE | OFFICER),
    "importing:columns": thing("import", COMMUNE | OFFICER),
    "importing:read_again": act("import", COMMUNE | OFFICER),
    "importing:confirm": act("import", COMMUNE | OFFICER),
    "importing:use_again": act("import", COMMUNE | OFFICER),
    "importing:undo": thing("written import", COMMUNE | OFFICER),
    # Files in pieces
    "uploads:begin": act("nothing", SIGNED_IN, turns_away=True),
    "uploads:upload": Door("upload", PRODUCER, turns_away=True),
    # Dossiers
    "dossiers:list": fixed(),
    "dossiers:open": fixed(PRODUCER, "product"),
    "dossiers:detail": thing("dossier", READERS),
    "dossiers:whole": thing("dossier", READERS),
    "dossiers:criterion": thing("criterion", READERS),
    "dossiers:evidence": thing("evidence", READERS),
    "dossiers:paper": thing("evidence", READERS),
    "dossiers:evidence_page": thing("evidence page", READERS),
    "dossiers:print": thing("form 01", READERS),
    "dossiers:forms": thing("draft", PRODUCER),
    "dossiers:submit": thing("draft", PRODUCER),
    "dossiers:withdraw": thing("draft", PRODUCER),
    "dossiers:change_scorecard": act("draft", PRODUCER),
    "dossiers:refile": act("draft", PRODUCER),
    "dossiers:case": act("returned criterion", PRODUCER),
    "dossiers:attach": act("returned criterion", PRODUCER),
    "dossiers:begin_upload": act("draft", PRODUCER),
    "dossiers:upload": act("returned criterion", PRODUCER),
    "dossiers:detach": act("returned pin", PRODUCER),
    "dossiers:assess": thing("at commune", COMMUNE),
    "dossiers:return": thing("at commune", COMMUNE),
    "dossiers:propose": thing("at commune", COMMUNE),
    "dossiers:accept": thing("at province", OFFICER),
    "dossiers:receipt": thing("receipt", READERS),
    "dossiers:confirm": thing("draft", PRODUCER),
    "dossiers:changes": thing("dossier", REGISTER),  # they tell the self-score
    "dossiers:archives": thing("dossier", REGISTER),  # they hold the self-score: no scorer has them
    "dossiers:archive": thing("archive", PRODUCER),  # to who asked for it
    "dossiers:check": thing("at commune", COMMUNE),
    "dossiers:filed_paper": thing("filed paper", COMMUNE | PROVINCE),
    "dossiers:gap_ask": thing("at commune", COMMUNE),
    "dossiers:gaps": fixed(),
    "dossiers:gap": thing("gap", COMMUNE),  # the producer reads it when it was sent
    "dossiers:gap_close": thing("gap", COMMUNE),  # a reading goes back to the gap
    "dossiers:gap_reopen": thing("gap", COMMUNE),
    "dossiers:gap_withdraw": thing("gap", COMMUNE),
    "dossiers:gap_answer": thing("sent gap", PRODUCER),
    "dossiers:compare": thing("under survey", COMMUNE | PROVINCE),
    "dossiers:advise": thing("surveyed criterion", OFFICER),
    "dossiers:visits": fixed(),
    "dossiers:visit_new": thing("under survey", OFFICER),
    "dossiers:visit": thing("visit", COMMUNE | PROVINCE),
    "dossiers:visit_find": act("visit", OFFICER),
    "dossiers:finding_drop": act("visit finding", OFFICER),
    "dossiers:visit_photo": thing("visit photo", COMMUNE | PROVINCE),
    "dossiers:visit_photo_add": act("visit", OFFICER),
    "dossiers:photo_drop": act("visit photo", OFFICER),
    "dossiers:send_up": thing("dossier", NOBODY),  # districts have ended
    # Documents
    "documents:documents": fixed(STAFF),
    "documents:document": thing("decision", STAFF),
    "documents:signed": thing("signed document", STAFF),
    # Councils
    "councils:councils": fixed(),
    "councils:found": fixed(SECRETARY),
    "councils:council": thing("council", HALL),
    "councils:rulebooks": fixed(),
    "councils:adopt": fixed(SECRETARY),
    "councils:rules": fixed(SIGNED_IN, "rulebook"),
    "councils:change": thing("council", SECRETARY),
    "councils:term": thing("council", SECRETARY),
    "councils:founding_draft": fixed(SECRETARY, "ending"),
    "councils:council_paper": thing("council paper", HALL),
    "councils:empty_sheets": fixed(),
    "councils:empty_sheet": fixed(args="empty sheet"),
    "councils:quality": thing("council", SECRETARY | CHAIR),
    "councils:teams": fixed(),
    "councils:found_team": fixed(SECRETARY),
    "councils:team": thing("team", PROVINCE),
    "councils:change_team": thing("team", SECRETARY),
    "councils:team_term": thing("team", SECRETARY),
    "councils:sessions": fixed(),
    "councils:plan": fixed(SECRETARY),
    "councils:capacity": fixed(SECRETARY),
    "councils:rounds": fixed(),
    "councils:add_round": fixed(SECRETARY),
    "councils:round": fixed(args="round"),
    "councils:plan_round": act("round", SECRETARY, turns_away=True, plan=WHY, version="0"),
    "councils:prepare": Door("session", HALL, turns_away=True),
    "councils:change_session": Door("planned session", SECRETARY, turns_away=True),
    "councils:sort": act("session", SECRETARY),
    "councils:move": act("item moved", SECRETARY),
    "councils:short_notice": act("planned session", CHAIR, reason=WHY),
    "councils:take_to_meeting": act("session", SECRETARY),
    "councils:ask_meeting": act("item", SCORERS, reason=WHY),
    "councils:samples": Door("session", HALL, turns_away=True),
    "councils:receive_samples": act("session", SECRETARY),
    "councils:hand_over": act("session", SECRETARY),
    "councils:sign_samples": act("session", SCORERS | SECRETARY),
    "councils:sample_list": thing("sample list", HALL),
    "councils:calendar": Door("session", HALL, turns_away=True),
    "councils:session": thing("session", HALL),
    "councils:calibrations": thing("session", SECRETARY | SCORERS),
    "councils:calibration": thing("calibration", SECRETARY | SCORERS),
    "councils:hall": thing("session", HALL),
    "councils:interests": thing("session", SCORERS),
    "councils:add": act("planned session", SECRETARY),
    "councils:invite": act("planned session", SECRETARY),
    "councils:attendance": act("session", SECRETARY),
    "councils:open": act("planned session", SECRETARY),
    "councils:remind": act("session", SECRETARY),
    "councils:notify": act("ended session", OFFICER | SECRETARY),
    "councils:close": act("session", SECRETARY),
    "councils:minutes": thing("closed session", HALL),
    "councils:invitation": thing("invitation", SECRETARY | {"member"}),
    "councils:item": thing("item", HALL),
    "councils:remove": act("item", SECRETARY, reason=WHY),
    "councils:declare": act("item", SCORERS, conflict="no"),
    "councils:call": act("item", SECRETARY),
    "councils:discuss": act("item", SECRETARY),
    "councils:find": act("item", SECRETARY, kind="reject", reason=WHY),
    "councils:confirm": act("finding", CHAIR),
    "councils:drop": act("finding", SECRETARY),
    "councils:excuse": act("member", CHAIR, reason=WHY),
    "councils:reopen": act("signed by the chair", CHAIR, reason=WHY),
    "councils:open_again": act("item", CHAIR, reason=WHY),
    "councils:paper_name": thing("on paper", CHAIR),
    "councils:paper_drop": act("on paper", CHAIR),
    "councils:paper": thing("paper sheet", SECRETARY | {"member"}),  # the two whom the chair named
    "councils:paper_attach": act("paper sheet", SECRETARY | {"member"}),
    "councils:paper_scan": thing("paper sheet", SECRETARY | {"member"}),
    "councils:close_round": act("item", SECRETARY),
    "councils:sheet": thing("item", SCORERS),
    "councils:start": act("item", SCORERS),
    "councils:save": act("item", SCORERS, criterion="1.1", answer="0"),
    "councils:review": thing("item", SCORERS),
    "councils:sign": act("item", SCORERS, version="0"),
    "councils:signed": thing("sheet", CHAIR),  # the round is open: one's own alone
    "councils:results": fixed(),
    "councils:result": thing("conclusion", READERS),
    "councils:notice": thing("notice of result", READERS),
    "councils:complain": thing("conclusion", PRODUCER | OFFICER),
    "councils:complaints": fixed(),
    "councils:complaint": thing("complaint", REGISTER),  # never who judges
    "councils:complaint_file": thing("paper of complaint", REGISTER),
    "councils:comments": fixed(),
    "councils:comment": thing("comment", COMMUNE | PROVINCE),
    # Decisions and certificates
    "certificates:wordings": fixed(SECRETARY | ADMIN),
    "certificates:wording": fixed(SECRETARY | ADMIN, "wording"),
    "certificates:starter": fixed(SECRETARY | ADMIN, "wording"),
    "certificates:wording_file": fixed(SECRETARY | ADMIN, "wording file"),
    "certificates:papers": thing("closed session code", PROVINCE),
    "certificates:paper": thing("paper of a session", PROVINCE),
    "certificates:number": thing("paper to number", SECRETARY | OFFICER),
    "certificates:want_bundle": act("closed session code", PROVINCE),
    "certificates:bundle": thing("bundle", SECRETARY),  # to who asked for it
    "certificates:decisions": fixed(STAFF),
    "certificates:decision": thing("decision", STAFF),
    "certificates:decision_paper": thing("decision paper", STAFF),
    "certificates:answer": thing("approval", OFFICER),
    "certificates:decide": thing("decide", HALL),
    "certificates:draft": act("draft decision", HALL),
    "certificates:certificates": fixed(),
    "certificates:issue": act("nothing", SIGNED_IN, turns_away=True),
    "certificates:certificate": thing("certificate", PRODUCER | STAFF),
    "certificates:certificate_file": thing("certificate", PRODUCER | STAFF),
    "certificates:revoke": thing("certificate", OFFICER),
}

# Addresses of allauth that depend on what somebody has set up, not on a role: no 500, and no stranger inside.
SECOND_FACTOR = {
    "mfa_authenticate",
    "mfa_reauthenticate",
    "mfa_deactivate_totp",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "account_logout",
}
NO_PAGE = {"portal:api-v1:api-root"}  # the API says so itself
