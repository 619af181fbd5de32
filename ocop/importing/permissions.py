"""Who brings lists in: officers of the commune and of the province; recorded decisions are the province's."""

from __future__ import annotations

from datetime import date

from ocop.accounts.models import User
from ocop.certificates.permissions import check_may_record
from ocop.kernel.refusal import Forbidden, Refusal

from .models import Import, Step, offices_of, offices_seen
from .rules.fields import Kind


def check_may_import(user: User, kind: str, day: date) -> None:
    """Refuse unless the user may bring in lists of this kind; each row is checked for its commune besides."""
    if not offices_of(user, day):
        raise Forbidden("Chưa nhập danh sách.", "Việc này của cán bộ xã và cơ quan tham mưu.", "Liên hệ UBND xã.")
    if kind == Kind.RECOGNITIONS:
        check_may_record(user, day)


def check_may_open(user: User, found: Import, day: date) -> None:
    """Refuse unless the user may act on this import: an officer who sees it and may bring in its kind."""
    offices = offices_seen(user, day)
    if offices is not None and found.office_id not in offices:
        raise Forbidden("Chưa thực hiện.", "Lần nhập này của cơ quan khác.", "Mở danh sách của cơ quan mình.")
    check_may_import(user, found.kind, day)


def check_may_match(user: User, found: Import, day: date) -> None:
    """Refuse once rows were written: what was read then stays as it is."""
    check_may_open(user, found, day)
    if found.step in (Step.WRITTEN, Step.UNDONE):
        raise Refusal("Chưa đọc lại.", "Danh sách này đã nhập.", "Tải tệp lên lần nữa để đọc lại.")


def check_may_confirm(user: User, found: Import, day: date) -> None:
    check_may_open(user, found, day)
    if found.step != Step.CHECKED:
        raise Refusal("Chưa ghi dòng nào.", "Danh sách chưa xem trước xong, hoặc đã nhập.", "Mở lại trang.")
    if found.staged_at is None:
        raise Refusal("Chưa ghi dòng nào.", "Bản xem trước đã quá 30 ngày.", "Bấm Đọc lại rồi xem lại.")


def check_may_undo(user: User, found: Import, day: date) -> None:
    check_may_open(user, found, day)
    if found.step != Step.WRITTEN:
        raise Refusal("Chưa hoàn tác.", "Danh sách này chưa nhập, hoặc đã hoàn tác.", "Mở lại trang.")
    if found.staged_at is None:
        raise Refusal("Chưa hoàn tác.", "Danh sách nhập đã quá 90 ngày.", "Sửa từng dòng ở trang của nó.")
