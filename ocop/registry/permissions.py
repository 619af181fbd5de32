"""Who may change what of the register."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from ocop.accounts.models import Role, User
from ocop.areas.models import Area, AreaQuerySet
from ocop.kernel.memo import once_a_page
from ocop.kernel.refusal import Forbidden, Refusal

from .models import Product, Subject, SubjectMember, communes_of, local_reach, serves_province
from .rules import MOVE_NAMES, MOVES, STAGE_NAMES, Actor, Move, Stage, Transition


@once_a_page
def members_of(subject: Subject, day: date) -> list[SubjectMember]:
    """Who acts for the subject on that day: a few."""
    rows = SubjectMember.objects.in_force_on(day).filter(subject=subject)
    return list(rows.select_related("user").order_by("valid_from", "pk"))


@once_a_page
def held_by(user: User, day: date) -> frozenset[int]:
    """The keys of the subjects that the user acts for on that day; for one that was merged away nobody does."""
    rows = SubjectMember.objects.in_force_on(day).filter(user=user, subject__merged_into=None)
    return frozenset(rows.order_by("pk").values_list("subject", flat=True))


def acts_for(user: User, subject: Subject, day: date) -> bool:
    """Whether the user acts for the subject on that day."""
    return subject.pk in held_by(user, day)


def check_may_keep(user: User, subject: Subject, day: date) -> None:
    """Refuse unless the user acts for the subject, or is the officer of its commune (nhập hộ)."""
    here = subject.merged_into_id is None and subject.commune_id in communes_of(user, day)
    if here or acts_for(user, subject, day):
        return
    if user.has_role(Role.COMMUNE_OFFICER, day) and Subject.objects.kept_by(user, day).filter(pk=subject.pk).exists():
        return  # by an appointment beside the commune's
    raise Forbidden("Chưa lưu.", "Chủ thể này không thuộc quyền của bạn.", "Mở chủ thể của bạn ở mục Chủ thể.")


def check_may_assist(user: User, subject: Subject, day: date) -> None:
    """Refuse unless the user is an officer of the subject's commune who does not act for it himself (nhập hộ)."""
    what = "Chưa ghi."
    if subject.merged_into_id is not None or subject.commune_id not in communes_of(user, day):
        raise Forbidden(what, "Chỉ cán bộ xã, phường của chủ thể nhập hộ.", "Liên hệ UBND xã của chủ thể.")
    if acts_for(user, subject, day):
        raise Refusal(what, "Bạn thay mặt chủ thể này nên không nhập hộ.", "Làm việc bằng quyền của chủ thể.")


def check_may_withdraw_consent(user: User, subject: Subject, day: date) -> None:
    """Refuse unless the user acts for the subject, or its commune records that the subject took its word back."""
    if not acts_for(user, subject, day):
        check_may_assist(user, subject, day)


def communes_to_register(user: User, day: date) -> AreaQuerySet:
    """The communes in which the user may enter subjects: an officer of the province all, one of communes his own."""
    if user.has_role(Role.PROVINCE_OFFICER, day):
        return Area.objects.communes()
    return Area.objects.filter(local_reach(user, day, "pk", (Role.COMMUNE_OFFICER,)))


def check_may_register(user: User, day: date, commune: Area | None = None) -> None:
    """Refuse unless the user may enter subjects, in that commune: officers of the commune or of the province."""
    what = "Chưa lưu chủ thể."
    if user.has_role(Role.PROVINCE_OFFICER, day):
        return
    if not user.has_role(Role.COMMUNE_OFFICER, day):
        raise Forbidden(what, "Chỉ cán bộ xã hoặc cơ quan tham mưu nhập chủ thể.", "Liên hệ UBND xã.")
    if commune is not None and not communes_to_register(user, day).filter(pk=commune.pk).exists():
        raise Forbidden(what, f"{commune} không thuộc địa bàn của bạn.", "Chọn xã, phường của bạn.")


def actors_of(user: User, product: Product, day: date) -> frozenset[Actor]:
    """Return as whom the user may move this product that day. Whoever acts for its subject is no officer for it."""
    if product.subject is not None and acts_for(user, product.subject, day):
        return frozenset({Actor.PRODUCER})
    return frozenset({Actor.COMMUNE} if product.commune_id in communes_of(user, day) else ())


def check_may_move(user: User, product: Product, move: Move, day: date) -> Transition:
    """Refuse unless the stage allows the move and the user is one of its actors; returns the row of the table."""
    what = f"Chưa {MOVE_NAMES[move]}."
    row = MOVES.get((Stage(product.stage), move))
    possible = {actor for (_, name), known in MOVES.items() if name == move for actor in known.actors}
    if not actors_of(user, product, day) & (row.actors if row else possible):
        raise Forbidden(what, "Sản phẩm không thuộc quyền của bạn.", "Liên hệ UBND xã nơi sản xuất.")
    if product.merged_into_id is not None:
        raise Refusal(what, f"Sản phẩm đã gộp vào “{product.merged_into}”.", "Mở sản phẩm đó.")
    if row is None:
        now_at = STAGE_NAMES[Stage(product.stage)]
        raise Refusal(what, f"Sản phẩm đang ở giai đoạn “{now_at}”.", "Mở lại trang để xem giai đoạn hiện tại.")
    return row


def check_may_see_position(user: User, subject: Subject, day: date) -> None:
    """Refuse unless the user keeps the subject or serves at the province's agency. Source: compliance.md section 6."""
    if serves_province(user, day, (Role.PROVINCE_OFFICER,)):
        return
    check_may_keep(user, subject, day)


def check_may_merge(user: User, subjects: Iterable[Subject | None], day: date) -> None:
    """Refuse unless the user may register in the communes of all these subjects; those of nobody are the province's."""
    if user.has_role(Role.PROVINCE_OFFICER, day):
        return
    owners = list(subjects)
    communes = {subject.commune_id for subject in owners if subject is not None and subject.commune_id is not None}
    unknown = any(subject is None or subject.commune_id is None for subject in owners)
    if unknown or not communes <= communes_of(user, day):
        raise Forbidden("Chưa gộp.", "Không phải tất cả đều thuộc địa bàn của bạn.", "Báo cơ quan tham mưu cấp tỉnh.")
