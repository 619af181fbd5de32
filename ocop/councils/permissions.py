"""Who may do what in a council: its secretary, its chair, its members; each refused with its reason."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from ocop.accounts.models import Agency, Role, User
from ocop.kernel.refusal import Forbidden, Refusal
from ocop.kernel.text import fold
from ocop.registry.models import Subject, Tie

from .models import Council, Item, Member, Session, Sheet
from .rules import Part


def conflict_of(member: Member, subject: Subject, day: date) -> str:
    """Return why this member may not judge this subject, or an empty text.

    Read from registry's ties alone (person or agency), and from the name of the legal representative.
    """
    whose = Q(user_id=member.user_id)
    if member.agency_id:
        whose |= Q(agency_id=member.agency_id)
    tie = Tie.objects.in_force_on(day).filter(whose, subject=subject).order_by("pk").first()
    if tie is not None:
        who = "Thành viên" if tie.user_id else "Cơ quan của thành viên"
        return f"{who} {tie.get_kind_display()} ({tie.source})"
    if subject.legal_representative and fold(subject.legal_representative) == fold(member.user.name):
        return "Trùng họ tên với đại diện pháp luật của chủ thể"
    return ""


def check_may_found(user: User, organ: Agency, day: date) -> None:
    """Refuse unless the user is secretary at the committee that founds the council."""
    if not any(a.role == Role.SECRETARY and a.agency_id == organ.pk for a in user.appointments_on(day)):
        raise Forbidden(
            "Chưa lập hội đồng.", "Bạn không phải thư ký của cơ quan này.", "Thư ký nhập quyết định thành lập."
        )


def is_secretary(user: User, council: Council, day: date) -> bool:
    """The council's own secretary, or a secretary appointed at its committee."""
    if council.members.filter(user=user, part=Part.SECRETARY).exists():
        return True
    return any(a.role == Role.SECRETARY and a.agency_id == council.organ_id for a in user.appointments_on(day))


def check_may_run(user: User, council: Council, day: date) -> None:
    """Refuse unless the user is the secretary who runs the council's sessions."""
    if not is_secretary(user, council, day):
        raise Forbidden("Chưa thực hiện.", "Việc này của thư ký hội đồng.", "Báo thư ký hội đồng.")


def is_chair(user: User, council: Council) -> bool:
    return council.members.filter(user=user, part=Part.CHAIR).exists()


def check_is_chair(user: User, council: Council) -> None:
    """Refuse unless the user chairs the council."""
    if not is_chair(user, council):
        raise Forbidden("Chưa thực hiện.", "Việc này của Chủ tịch Hội đồng.", "Báo Chủ tịch Hội đồng.")


def member_of(user: User, session: Session) -> Member:
    """Return the user's scoring seat. :raises Forbidden: no seat, or a seat that does not score"""
    member = session.council.members.filter(user=user).first()
    if member is None or not member.scores:
        raise Forbidden("Chưa thực hiện.", "Bạn không phải thành viên chấm điểm.", "Liên hệ thư ký hội đồng.")
    return member


def check_may_score(member: Member, item: Item, day: date) -> None:
    """Refuse unless the member may mark this product now: session open, product open, interest declared, no conflict.

    Undeclared blocks too. Ties are looked up again at every call, also when a sheet is signed.
    """
    session = item.session
    if session.state != Session.OPEN:
        raise Refusal("Chưa chấm.", f"Phiên {session.get_state_display()}.", "Chờ thư ký mở phiên.")
    if item.closed:
        raise Refusal("Chưa chấm.", "Sản phẩm này đã có kết luận.", "Mở kết quả để xem.")
    if not Item.objects.pending().filter(pk=item.pk).exists():
        raise Refusal("Chưa chấm.", "Hồ sơ không còn ở hội đồng này.", "Mở hồ sơ để xem bước hiện tại.")
    declared = item.interests.filter(member=member).first()
    if declared is None:
        raise Refusal("Chưa chấm.", "Bạn chưa kê khai lợi ích với sản phẩm này.", "Kê khai lợi ích trước khi mở hồ sơ.")
    found = conflict_of(member, item.dossier.subject, day)
    if declared.conflict or found:
        raise Refusal(
            "Bạn có liên quan đến chủ thể nên không chấm sản phẩm này.",
            f"{found or declared.detail or 'Đã tự kê khai'}.",
            "Báo thư ký hội đồng nếu thông tin không đúng.",
        )
    if not session.attendance.filter(member=member, present=True).exists():
        raise Refusal("Chưa chấm.", "Bạn chưa được ghi có mặt.", "Báo thư ký ghi có mặt.")


def check_may_mark(user: User, sheet: Sheet, day: date) -> None:
    """Refuse unless the user may still change or sign this sheet (phiếu chấm)."""
    if sheet.member.user_id != user.pk:
        raise Forbidden("Chưa lưu.", "Phiếu này của thành viên khác.", "Mở phiếu của bạn ở Việc của tôi.")
    if sheet.signed_at is not None:
        raise Refusal("Chưa lưu.", "Phiếu đã ký nên không sửa được.", "Chỉ Chủ tịch Hội đồng mở lại được.")
    if sheet.round != sheet.item.round:
        raise Refusal("Chưa lưu.", f"Vòng {sheet.round} đã đóng.", "Mở phiếu của vòng hiện tại.")
    check_may_score(sheet.member, sheet.item, day)
