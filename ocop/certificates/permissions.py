"""Who recognises, issues, revokes: by level; preparing and signing are two persons."""

from __future__ import annotations

from datetime import date

from ocop.accounts.models import Agency, Level, Role, User
from ocop.councils.models import Session
from ocop.councils.permissions import is_secretary, reads_papers
from ocop.kernel.memo import once_a_page
from ocop.kernel.refusal import Forbidden, Refusal
from ocop.registry.models import Product, SubjectMember, serves_province

from .models import Recognition
from .rules import REVOKERS

OFFICER = {Level.DISTRICT: Role.DISTRICT_OFFICER, Level.PROVINCE: Role.PROVINCE_OFFICER}


def check_may_decide(user: User, level: str, product: Product, day: date) -> None:
    """Refuse unless the user enters decisions at that level: the district's or the province's officer in its area."""
    role = OFFICER.get(Level(level), Role.PROVINCE_OFFICER)
    sees = Product.objects.visible_to(user, day).filter(pk=product.pk).exists()
    if not (user.has_role(role, day) and sees):
        raise Forbidden(
            "Chưa ghi quyết định.", "Việc này của cơ quan tham mưu OCOP đúng cấp.", "Liên hệ cơ quan thường trực."
        )


def check_may_record(user: User, day: date) -> None:
    """Refuse unless the user records decisions of other organs and times: the province's officer, for all of it."""
    if not serves_province(user, day, (Role.PROVINCE_OFFICER,)):
        raise Forbidden(
            "Chưa ghi công nhận.",
            "Chỉ cơ quan tham mưu OCOP cấp tỉnh ghi lại quyết định cũ.",
            "Gửi danh sách cho cơ quan tham mưu.",
        )


def check_may_issue(user: User, recognition: Recognition, day: date) -> None:
    """Refuse unless another officer than the one who entered the decision issues the certificate.

    The ministry issues the certificates of its own 5 stars (QĐ 26/2026/QĐ-TTg art. 7(4)).
    Source: compliance.md section 4 (preparing and signing are two persons).
    """
    what = "Chưa cấp giấy chứng nhận."
    if recognition.basis != Recognition.OURS:
        raise Refusal(
            what,
            "Công nhận này ghi lại từ nguồn, không do hệ thống kết luận.",
            "Giấy chứng nhận do cơ quan đã công nhận cấp.",
        )
    if recognition.level == Level.MINISTRY:
        raise Refusal(what, "Bộ công nhận 5 sao và cấp giấy chứng nhận.", "Nhận giấy chứng nhận của Bộ.")
    check_may_decide(user, recognition.level, recognition.product, day)
    if not Recognition.objects.in_force_on(day).filter(pk=recognition.pk).exists():
        raise Refusal(what, "Công nhận không còn hiệu lực.", "Mở trang công nhận để xem quyết định chấm dứt.")
    if recognition.decision.recorded_by_id == user.pk:
        raise Refusal(
            what,
            "Người nhập quyết định không tự cấp giấy chứng nhận.",
            "Một cán bộ khác của cơ quan tham mưu cấp giấy.",
        )


def check_may_revoke(user: User, recognition: Recognition, organ: Agency | None, day: date) -> None:
    """Refuse unless the user enters decisions of an organ that may revoke this recognition.

    organ  a committee of ours; None: the ministry, whose decision the province's officer records
    Source: QĐ 26/2026/QĐ-TTg art. 8(2): the provincial chair for 3 and 4 stars, the minister for 5.
    """
    level = organ.level if organ else Level.MINISTRY
    check_may_decide(user, level, recognition.product, day)
    if level not in REVOKERS[recognition.level]:
        raise Refusal(
            "Chưa thu hồi.",
            f"{recognition.organ_name} đã công nhận sản phẩm này.",
            "Chọn cơ quan có thẩm quyền thu hồi theo điều 8.",
        )


def check_may_open(user: User, recognition: Recognition, day: date) -> None:
    """Refuse the office page of a recognition to all but staff and its subject; its public page is for everybody."""
    if user.is_authenticated:
        acts = SubjectMember.objects.in_force_on(day).filter(user=user, subject=recognition.product.subject_id)
        if user.appointments_on(day) or acts.exists():
            return
    raise Forbidden("Chưa mở được.", "Trang này dành cho cán bộ và chủ thể.", "Xem trang kiểm tra mã công khai.")


@once_a_page
def sees_session(user: User, session: Session, day: date) -> bool:
    return Session.objects.visible_to(user, day).filter(pk=session.pk).exists()


def check_may_read_papers(user: User, session: Session, day: date) -> None:
    """Refuse the papers of a session to all but the offices and the secretary who see it."""
    if not (reads_papers(user, day) and sees_session(user, session, day)):
        raise Forbidden(
            "Chưa mở được giấy tờ của phiên.",
            "Trang này dành cho thư ký và cơ quan tham mưu.",
            "Thành viên tải giấy mời, biên bản ở trang phiên.",
        )


def check_may_number(user: User, session: Session, day: date) -> None:
    """Refuse unless the user enters numbers of papers of this council: its secretary, or the advisory agency."""
    check_may_read_papers(user, session, day)
    council = session.council
    if not (is_secretary(user, council, day) or user.has_role(OFFICER[Level(council.level)], day)):
        raise Forbidden("Chưa ghi số.", "Việc này của thư ký hoặc cơ quan tham mưu OCOP.", "Báo thư ký hội đồng.")


def organ_of_wordings(user: User, day: date) -> Agency | None:
    """The committee whose papers the user words: its secretary, or its administrator; None: none."""
    mine = (a.agency for a in user.appointments_on(day) if a.role in (Role.SECRETARY, Role.ADMIN))
    return next(mine, None)


def check_may_word(user: User, organ: Agency, day: date) -> None:
    """Refuse unless the user words the papers of this organ."""
    mine = organ_of_wordings(user, day)
    if mine is None or mine.pk != organ.pk:
        raise Forbidden("Chưa đổi mẫu văn bản.", "Việc này của thư ký hoặc quản trị của cơ quan.", "Liên hệ thư ký.")
