"""Paper sheets: the chair names two persons, each keys the whole sheet alone; what agrees is signed as the member's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from ocop.accounts.models import User
from ocop.accounts.services import notify
from ocop.dossiers.queries import settings_of
from ocop.kernel import audit
from ocop.kernel.files import Stored
from ocop.kernel.refusal import Forbidden, Moved, Refusal
from ocop.kernel.text import clean
from ocop.kernel.time import day_of
from ocop.scorecards.queries import card
from ocop.scorecards.rules import AnswerErrors, mark

from ..models import Item, Keying, Member, PaperSheet, Session, Sheet
from ..permissions import check_presides
from ..queries import board_of, findings_as_answers, keyers_for
from .sheets import check_options, seal, store

TWO = 2


@transaction.atomic
def name_keyers(*, item: Item, member: Member, keyers: Sequence[User], by: User, now: datetime) -> PaperSheet:
    """Whoever chairs the product names the two who key a member's paper sheet; naming again begins anew.

    :raises Refusal: no right, not two persons who may, the member signed already or may not score
    """
    day, what = day_of(now), "Chưa giao nhập phiếu giấy."
    item = _item(item.pk)
    check_presides(by, item, day)
    _check_due(item, member, now, what)
    allowed = {user.pk for user in keyers_for(item, member, day)}
    if len({user.pk for user in keyers}) != TWO or not {user.pk for user in keyers} <= allowed:
        raise Refusal(
            what,
            "Cần hai người khác nhau, không phải người chấm phiếu này, không có xung đột lợi ích.",
            "Chọn lại hai người.",
        )
    PaperSheet.objects.filter(item=item, member=member, round=item.round).delete()
    paper = PaperSheet.objects.create(item=item, member=member, round=item.round, named_by=by, named_at=now)
    Keying.objects.bulk_create([Keying(paper=paper, user=user) for user in keyers])
    names = [user.name for user in keyers]
    audit.record("paper.named", item, by=by, at=now, after={"thành viên": member.user.name, "người nhập": names})
    notify([user.pk for user in keyers], f"Nhập phiếu giấy: {item}.", path=paper.get_absolute_url(), now=now)
    return paper


@transaction.atomic
def drop_paper(*, paper: PaperSheet, by: User, now: datetime) -> None:
    """Whoever chairs takes a paper sheet back that is not signed: the member marks by himself again."""
    item = _item(paper.item_id)
    check_presides(by, item, day_of(now))
    if _signed(paper):
        raise Refusal("Chưa bỏ phiếu giấy.", "Phiếu đã ký.", "Chủ tịch mở lại phiếu trước, có lý do.")
    audit.record("paper.dropped", item, by=by, at=now, before={"thành viên": paper.member.user.name})
    paper.delete()


@transaction.atomic
def attach_scan(*, paper: PaperSheet, stored: Stored, by: User, now: datetime) -> None:
    """Keep the scan of the paper, the bytes stored before; it does not change once one of the two has keyed all."""
    _keying(paper, by)
    if paper.keyings.exclude(done_at=None).exists():
        raise Refusal("Chưa đính bản chụp.", "Đã có người nhập xong theo bản chụp cũ.", "Báo Chủ tịch giao nhập lại.")
    same = PaperSheet.objects.filter(pk=paper.pk, version=paper.version)
    if not same.update(scan=stored.blob, scan_name=stored.name[:150], version=paper.version + 1):
        raise Moved("Chưa đính bản chụp.")
    audit.record("paper.scanned", paper.item, by=by, at=now, after={"sha256": stored.blob.sha256})


@transaction.atomic
def key_sheet(*, paper: PaperSheet, marks: Mapping[str, tuple[object, str]], by: User, now: datetime) -> Sheet | None:
    """Store what one of the two keyed; once both have keyed all and agree, sign it as the member's sheet.

    marks  as save_marks takes them, the whole sheet. Returns the signed sheet; None: the other has not finished, or
      they differ
    :raises Refusal: not one of the two, no scan, a criterion misses, signed or closed already
    """
    what = "Chưa ghi phiếu giấy."
    paper = PaperSheet.objects.select_related("member__user", "member__agency", "scan").get(pk=paper.pk)
    mine, item = _keying(paper, by), _item(paper.item_id)
    if paper.round != item.round:
        raise Refusal(what, f"Vòng {paper.round} đã đóng.", "Mở lại trang.")
    _check_due(item, paper.member, now, what)
    if paper.scan is None:
        raise Refusal(what, "Chưa có bản chụp phiếu giấy.", "Đính bản chụp rồi nhập.")
    marks = {code: (answer, clean(reason)[:1000]) for code, (answer, reason) in marks.items()}
    scorecard, cases = card(item.dossier.scorecard), item.dossier.cases
    check_options(scorecard, cases, marks)
    answers = {code: answer for code, (answer, _) in marks.items()}
    findings = findings_as_answers(list(item.findings.order_by("pk")), scorecard)
    try:
        mark(scorecard, {**answers, **findings}, settings=settings_of(item.dossier), cases=cases)
    except AnswerErrors as error:
        codes = ", ".join(code for code, _ in error.errors[:10])
        raise Refusal(what, f"Còn {len(error.errors)} tiêu chí chưa nhập: {codes}.", "Nhập đủ phiếu.") from error
    # The version is the door: of two who finish at once the second waits, and sees what the first has written.
    if not PaperSheet.objects.filter(pk=paper.pk, version=paper.version).update(version=paper.version + 1):
        raise Moved(what)
    mine.marks, mine.done_at = {code: list(pair) for code, pair in marks.items()}, now
    mine.save(update_fields=["marks", "done_at"])
    audit.record("paper.keyed", item, by=by, at=now, after={"thành viên": paper.member.user.name})
    both = list(paper.keyings.select_related("user").order_by("pk"))
    if any(keying.done_at is None for keying in both) or both[0].marks != both[1].marks:
        return None
    sheet, _ = Sheet.objects.select_related("member__user", "scorecard").get_or_create(
        item=item, member=paper.member, round=paper.round, defaults={"scorecard": item.dossier.scorecard}
    )
    sheet.item = item
    sheet.answers.all().delete()
    store(sheet, marks, now)
    names = [keying.user.name for keying in both]
    return seal(sheet=sheet, by=by, now=now, paper={"keyed_by": names, "scan_sha256": paper.scan.sha256})


def _item(pk: int) -> Item:
    return Item.objects.select_related("session__council", "dossier__scorecard", "dossier__subject").get(pk=pk)


def _check_due(item: Item, member: Member, now: datetime, what: str) -> None:
    """Refuse unless a sheet of this member is waited for: he is present, has declared, has no conflict, signed none."""
    if item.session.state != Session.OPEN or not Item.objects.pending().filter(pk=item.pk).exists():
        raise Refusal(what, "Phiên không mở, hoặc sản phẩm đã kết luận, đã rời hội đồng.", "Mở lại trang.")
    state = next((duty for duty in board_of(item, day_of(now)).duties if duty.member == member), None)
    if state is None or state.state != "missing":
        why = state.name if state else "không chấm điểm"
        raise Refusal(what, f"{member.user.name}: {why}.", "Báo thư ký hội đồng.")


def _keying(paper: PaperSheet, by: User) -> Keying:
    found = paper.keyings.filter(user=by).first()
    if found is None:
        raise Forbidden("Chưa ghi phiếu giấy.", "Việc này của hai người được giao nhập.", "Báo Chủ tịch Hội đồng.")
    return found


def _signed(paper: PaperSheet) -> bool:
    sheets = Sheet.objects.filter(item=paper.item_id, member=paper.member_id, round=paper.round)
    return sheets.exclude(signed_at=None).exists()
