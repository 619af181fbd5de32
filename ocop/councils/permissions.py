"""Who may do what in a council: its secretary, its chair, its members; each refused with its reason."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Exists, FilteredRelation, OuterRef, Q, QuerySet

from ocop.accounts.models import Agency, Level, Role, User
from ocop.dossiers.models import Dossier
from ocop.dossiers.permissions import writer_of
from ocop.kernel.memo import once_a_page, tell
from ocop.kernel.refusal import Forbidden, Refusal
from ocop.kernel.time import vi_date
from ocop.registry.models import serves_province

from .conflicts import conflict_of, presiding, standings
from .models import Attendance, Complaint, Conclusion, Council, Interest, Item, Member, PaperSheet, Session, Sheet
from .rules import Part

OFFICES = frozenset({Role.PROVINCE_OFFICER, Role.DISTRICT_OFFICER, Role.SECRETARY, Role.LEADER})


def reads_papers(user: User, day: date) -> bool:
    """Whether the user works in an office that has all papers of the sessions it sees; a member has his own."""
    return any(a.role in OFFICES for a in user.appointments_on(day))


@once_a_page
def members_of(council: int) -> list[Member]:
    """Everybody who was ever seated in a council, in the order of the decisions."""
    return list(Member.objects.filter(council=council).select_related("user").order_by("pk"))


@once_a_page
def seats_of(session: Session) -> list[Member]:
    """The council as it is on the session's day, each with `here`: whether he is present."""
    here = Attendance.objects.filter(session=session, member=OuterRef("pk"), present=True)
    rows = Member.objects.filter(council=session.council_id).annotate(here=Exists(here))
    found = list(rows.select_related("user", "agency").order_by("pk"))
    tell(found, members_of, session.council_id)
    return [seat for seat in found if seat.sits_on(session.held_on)]


def check_may_found(user: User, organ: Agency, day: date, *, what: str = "Chưa lập hội đồng.") -> None:
    """Refuse unless the user is secretary at the committee whose decisions found and change the council."""
    if not any(a.role == Role.SECRETARY and a.agency_id == organ.pk for a in user.appointments_on(day)):
        raise Forbidden(what, "Bạn không phải thư ký của cơ quan này.", "Thư ký của cơ quan nhập quyết định.")


def is_secretary(user: User, council: Council, day: date) -> bool:
    """The council's own secretary, or a secretary appointed at its committee."""
    if any(a.role == Role.SECRETARY and a.agency_id == council.organ_id for a in user.appointments_on(day)):
        return True
    return _has_part(user, council, Part.SECRETARY, day)


def check_may_run(user: User, council: Council, day: date) -> None:
    """Refuse unless the user is the secretary who runs the council's sessions."""
    if not is_secretary(user, council, day):
        raise Forbidden("Chưa thực hiện.", "Việc này của thư ký hội đồng.", "Báo thư ký hội đồng.")


def is_chair(user: User, council: Council, day: date) -> bool:
    return _has_part(user, council, Part.CHAIR, day)


def _has_part(user: User, council: Council, part: Part, day: date) -> bool:
    seats = members_of(council.pk)
    return any(seat.user_id == user.pk and seat.part == part and seat.sits_on(day) for seat in seats)


def check_is_chair(user: User, council: Council, day: date) -> None:
    """Refuse unless the user chairs the council."""
    if not is_chair(user, council, day):
        raise Forbidden("Chưa thực hiện.", "Việc này của Chủ tịch Hội đồng.", "Báo Chủ tịch Hội đồng.")


def check_presides(user: User, item: Item, day: date) -> None:
    """Refuse unless the user chairs this product: the chair, or the deputy where the chair is an interested party."""
    seats = seats_of(item.session)
    stands = standings([item], seats, day)
    chair = presiding(seats, [seat.pk for seat in seats if stands[item.pk, seat.pk].recused])
    if chair is not None and chair.user_id == user.pk:
        return
    who = "Chủ tịch Hội đồng" if chair is None or chair.part == Part.CHAIR else "người chủ trì thay Chủ tịch Hội đồng"
    raise Forbidden("Chưa thực hiện.", f"Việc này của {who}.", "Báo Chủ tịch Hội đồng.")


def member_of(user: User, session: Session) -> Member:
    """Return the user's scoring seat on the session's day. :raises Forbidden: no seat, or one that does not score"""
    member = next((seat for seat in seats_of(session) if seat.user_id == user.pk), None)
    if member is None or not member.scores:
        raise Forbidden("Chưa thực hiện.", "Bạn không phải thành viên chấm điểm.", "Liên hệ thư ký hội đồng.")
    return member


def check_may_score(member: Member, item: Item, day: date) -> None:
    """Refuse unless the member may mark this product now: session open, product open, interest declared, no conflict.

    Undeclared blocks too. Ties are looked up again at every call, also when a sheet is signed.
    While his paper sheet is keyed he marks nothing himself.
    """
    session = item.session
    if session.state != Session.OPEN:
        raise Refusal("Chưa chấm.", f"Phiên {session.get_state_display()}.", "Chờ thư ký mở phiên.")
    if item.closed:
        raise Refusal("Chưa chấm.", "Sản phẩm này đã có kết luận.", "Mở kết quả để xem.")
    if member.left_by_id and member.last_day and member.last_day < day:
        raise Refusal(
            "Chưa chấm.",
            f"Bạn thôi là thành viên hội đồng từ sau ngày {vi_date(member.last_day)}.",
            "Phiếu đã ký vẫn được tính; Chủ tịch miễn các phiếu còn lại.",
        )
    if session.is_written and day > session.held_on:
        raise Refusal("Chưa chấm.", f"Hạn gửi ý kiến là hết ngày {vi_date(session.held_on)}.", "Báo thư ký hội đồng.")
    pending, declared, here, keyed, again = _standing(item, member)
    if again:
        raise Refusal("Chưa chấm.", "Bạn đã chấm sản phẩm này lần đầu.", "Thành viên khác đánh giá lại theo khiếu nại.")
    if not pending:
        raise Refusal("Chưa chấm.", "Hồ sơ không còn ở hội đồng này.", "Mở hồ sơ để xem bước hiện tại.")
    if declared is None:
        raise Refusal("Chưa chấm.", "Bạn chưa kê khai lợi ích với sản phẩm này.", "Kê khai lợi ích trước khi mở hồ sơ.")
    found = conflict_of(member, item.dossier.subject, day)
    if declared.conflict or found:
        raise Refusal(
            "Bạn có liên quan đến chủ thể nên không chấm sản phẩm này.",
            f"{found or declared.detail or 'Đã tự kê khai'}.",
            "Báo thư ký hội đồng nếu thông tin không đúng.",
        )
    if not here:
        raise Refusal("Chưa chấm.", "Bạn chưa được ghi có mặt.", "Báo thư ký ghi có mặt.")
    if keyed:
        raise Refusal("Chưa chấm.", "Phiếu giấy của bạn đang được nhập.", "Báo Chủ tịch Hội đồng nếu muốn tự chấm.")


def _standing(item: Item, member: Member) -> tuple[bool, Interest | None, bool, bool, bool]:
    """Return whether the product is still before the council, what the member declared, whether he is present,
    whether a paper sheet of his is being keyed, and whether he scored it before a complaint.
    """
    here = Attendance.objects.filter(session=OuterRef("session"), member=member, present=True)
    rows: QuerySet[Any] = Item.objects.filter(pk=item.pk).annotate(
        pending=Exists(Item.objects.pending().filter(pk=OuterRef("pk"))),
        here=Exists(here),
        keyed=Exists(PaperSheet.objects.filter(item=OuterRef("pk"), member=member, round=OuterRef("round"))),
        again=Exists(first_panel(item.dossier).filter(pk=member.user_id)),
        declared=FilteredRelation("interests", condition=Q(interests__member=member)),
    )
    row = rows.select_related("declared").get()
    return row.pending, getattr(row, "declared", None), row.here, row.keyed, row.again


def check_may_mark(user: User, sheet: Sheet, day: date) -> None:
    """Refuse unless the user may still change or sign this sheet (phiếu chấm)."""
    if sheet.member.user_id != user.pk:
        raise Forbidden("Chưa lưu.", "Phiếu này của thành viên khác.", "Mở phiếu của bạn ở Việc của tôi.")
    if sheet.signed_at is not None:
        raise Refusal("Chưa lưu.", "Phiếu đã ký nên không sửa được.", "Chỉ Chủ tịch Hội đồng mở lại được.")
    if sheet.round != sheet.item.round:
        raise Refusal("Chưa lưu.", f"Vòng {sheet.round} đã đóng.", "Mở phiếu của vòng hiện tại.")
    check_may_score(sheet.member, sheet.item, day)


def check_may_plan_rounds(user: User, day: date) -> None:
    """Refuse unless the user is secretary at the province's committee, which plans the rounds (art. 5(1))."""
    if not any(a.role == Role.SECRETARY and a.agency.level == Level.PROVINCE for a in user.appointments_on(day)):
        raise Forbidden("Chưa thực hiện.", "Việc này của thư ký cấp tỉnh.", "Báo cơ quan tham mưu cấp tỉnh.")


OFFICERS = {Level.DISTRICT: Role.DISTRICT_OFFICER, Level.PROVINCE: Role.PROVINCE_OFFICER}


def is_officer(user: User, council: Council, day: date) -> bool:
    """An officer of the advisory agency at the council's level; a district's serves its own council alone."""
    role, level = OFFICERS[Level(council.level)], council.level
    found = [a for a in user.appointments_on(day) if a.role == role and a.agency.level == level]
    return any(level == Level.PROVINCE or a.agency_id == council.organ_id for a in found)


def check_may_notify(user: User, council: Council, day: date, what: str = "Chưa gửi thông báo kết quả.") -> None:
    """Refuse unless the user tells results: an officer of the advisory agency (art. 7(3)g), the council's secretary."""
    if not is_officer(user, council, day) and not is_secretary(user, council, day):
        raise Forbidden(
            what,
            "Việc này của cơ quan tham mưu OCOP hoặc thư ký hội đồng.",
            "Liên hệ cơ quan tham mưu OCOP.",
        )


def check_may_lead(user: User, council: Council, day: date) -> None:
    """Refuse unless the user is the council's secretary or its chair."""
    if not (is_secretary(user, council, day) or is_chair(user, council, day)):
        raise Forbidden("Chưa thực hiện.", "Việc này của thư ký hoặc Chủ tịch Hội đồng.", "Báo thư ký hội đồng.")


def check_may_complain(user: User, dossier: Dossier, day: date) -> None:
    """Refuse unless the user acts or enters for the subject, or writes its complaint down at the advisory agency."""
    office = serves_province(user, day, (Role.PROVINCE_OFFICER,))
    if writer_of(user, dossier, day) is None and not office:
        raise Forbidden("Chưa nhận khiếu nại.", "Hồ sơ không thuộc chủ thể của bạn.", "Mở hồ sơ ở Việc của tôi.")


def check_may_answer(user: User, conclusion: Conclusion, day: date) -> None:
    """Refuse unless an officer of the advisory agency answers, who did not sit in the council complained of."""
    council = conclusion.item.session.council
    if not is_officer(user, council, day):
        raise Forbidden("Chưa trả lời.", "Việc này của cơ quan tham mưu OCOP.", "Liên hệ cơ quan tham mưu OCOP.")
    if council.members.filter(user=user).exists():
        raise Refusal(
            "Chưa trả lời.", "Bạn là thành viên của hội đồng bị khiếu nại.", "Một cán bộ khác của cơ quan trả lời."
        )


def first_panel(dossier: Dossier) -> QuerySet[User]:
    """Who signed a sheet of a result that was set aside by an accepted complaint: they do not judge it again."""
    sheets = Sheet.objects.filter(
        item__dossier=dossier, signed_at__isnull=False, item__conclusions__complaint__state=Complaint.ACCEPTED
    )
    found: QuerySet[User] = User.objects.filter(pk__in=sheets.values("member__user"))
    return found


def check_other_panel(session: Session, dossier: Dossier) -> None:
    """Refuse a council for a second judgement in which somebody sits who scored the first."""
    again = first_panel(dossier).filter(pk__in=[seat.user_id for seat in seats_of(session)])
    names = ", ".join(again.order_by("name", "pk").values_list("name", flat=True))
    if names:
        raise Refusal(
            "Chưa thêm sản phẩm.",
            f"Hồ sơ đánh giá lại theo khiếu nại mà hội đồng có người đã chấm lần đầu: {names}.",
            "Thành lập hội đồng gồm các thành viên khác.",
        )
