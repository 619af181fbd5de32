"""Assisted entry (nhập hộ): consent, its withdrawal, the code with which a household takes its account over."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction

from ocop.accounts.models import User
from ocop.accounts.services import create_user, notify
from ocop.kernel import audit, codes, once
from ocop.kernel.files import Stored
from ocop.kernel.refusal import Refusal
from ocop.kernel.restricted import lookup_hash
from ocop.kernel.text import clean
from ocop.kernel.time import day_of

from ..models import ClaimCode, Consent, Means, Subject
from ..permissions import check_may_assist, check_may_withdraw_consent
from ..rules import CONSENT_NOW
from .subjects import add_member

CODE_LIFE = timedelta(days=30)


@transaction.atomic
def record_consent(
    *,
    subject: Subject,
    means: str,
    given_by: str,
    given_on: date,
    by: User,
    now: datetime,
    proof: str = "",
    scan: Stored | None = None,
    token: str = "",
) -> Consent:
    """Write down that a subject lets its commune enter and file for it, in the words in force now.

    proof  the witness, or where the recording lies: needed unless a paper was signed
    :raises Refusal: no officer of its commune, no name, a day to come, no proof, or a consent is in force
    """
    once.claim(token, now=now)
    what = "Chưa ghi đồng ý."
    check_may_assist(by, subject, day_of(now))
    given_by, proof = clean(given_by), clean(proof)
    if not given_by:
        raise Refusal(what, "Chưa có tên người đồng ý.", "Ghi họ tên chủ hộ hoặc người đại diện.")
    if given_on > day_of(now):
        raise Refusal(what, "Ngày đồng ý chưa tới.", "Ghi ngày chủ thể đã đồng ý.")
    if Means(means) != Means.PAPER and not proof:
        raise Refusal(what, "Chưa có căn cứ của lời đồng ý.", "Ghi người chứng kiến hoặc nơi lưu ghi âm.")
    try:
        with transaction.atomic():
            consent = Consent.objects.create(
                subject=subject,
                text_version=CONSENT_NOW,
                means=Means(means),
                given_by=given_by[:200],
                given_on=given_on,
                proof=proof[:300],
                scan=scan.blob if scan else None,
                recorded_by=by,
                recorded_at=now,
            )
    except IntegrityError as error:
        raise Refusal(what, "Chủ thể đã có đồng ý đang dùng.", "Mở lại trang để xem.") from error
    after = {"bản": CONSENT_NOW, "cách": consent.get_means_display(), "người": given_by, "ngày": given_on}
    audit.record("subject.consent_recorded", subject, by=by, at=now, after=after)
    _tell_members(subject, f"Xã đã ghi: bạn đồng ý để cán bộ xã nhập hộ hồ sơ của {subject}.", now)
    return consent


@transaction.atomic
def withdraw_consent(*, subject: Subject, by: User, now: datetime) -> None:
    """End a consent at once: by whoever acts for the subject, or by its commune on the subject's word.

    :raises Refusal: no right, or no consent in force
    """
    check_may_withdraw_consent(by, subject, day_of(now))
    if not Consent.objects.in_force().filter(subject=subject).update(withdrawn_at=now):
        raise Refusal("Chưa rút đồng ý.", "Chủ thể không có đồng ý đang dùng.", "Mở lại trang để xem.")
    audit.record("subject.consent_withdrawn", subject, by=by, at=now)
    _tell_members(subject, f"Đã rút đồng ý nhập hộ của {subject}: cán bộ xã không sửa, không nộp hồ sơ thay nữa.", now)


@transaction.atomic
def make_claim_code(*, subject: Subject, by: User, now: datetime, token: str = "") -> str:
    """Return a new code for the household, in plain form; it is shown once. Codes printed before are of no use then.

    :raises Refusal: no officer of its commune
    """
    once.claim(token, now=now)
    check_may_assist(by, subject, day_of(now))
    code = codes.new(codes.LONG)
    ClaimCode.objects.open_at(now).filter(subject=subject).update(ends_at=now)
    ClaimCode.objects.create(
        subject=subject, code_hash=lookup_hash(code), made_by=by, made_at=now, ends_at=now + CODE_LIFE
    )
    audit.record("subject.claim_code_made", subject, by=by, at=now)
    return code


@transaction.atomic
def take_over(
    *, code: str, now: datetime, user: User | None = None, email: str = "", name: str = "", password: str = ""
) -> tuple[Subject, User]:
    """Let whoever holds a code act for its subject from today on: a known account, or a new one.

    :raises Refusal: a code that is wrong, used or over (one sentence for all), an office's account, no name, or
      what `create_user` refuses
    """
    what, day = "Chưa nhận được tài khoản.", day_of(now)
    same = ClaimCode.objects.open_at(now).filter(code_hash=lookup_hash(codes.plain(code)))
    row = same.select_related("subject", "made_by").first()
    if row is None or not same.update(used_at=now):
        raise Refusal(what, "Mã không đúng, đã dùng hoặc đã hết hạn.", "Xem lại từng ký tự, hoặc xin mã mới ở UBND xã.")
    subject = row.subject
    if user is None:
        if not clean(name):
            raise Refusal(what, "Chưa có họ tên.", "Nhập họ và tên của bạn.")
        user = create_user(email=email, name=name, password=password, by=audit.SYSTEM, now=now, must_change=False)
    if user.appointments_on(day):
        raise Refusal(what, "Tài khoản của cơ quan không nhận chủ thể.", "Đăng xuất, rồi nhận bằng tài khoản của hộ.")
    if subject.memberships.in_force_on(day).filter(user=user).exists():
        raise Refusal(what, f"Tài khoản này đã thay mặt {subject}.", "Mở Việc của tôi.")
    add_member(subject=subject, user=user, valid_from=day, by=user.as_actor(), now=now)
    audit.record("subject.claimed", subject, by=user, at=now)
    notify([row.made_by], f"{subject} đã nhận tài khoản bằng mã bạn in.", path=f"/chu-the/{subject.pk}/", now=now)
    return subject, user


def _tell_members(subject: Subject, text: str, now: datetime) -> None:
    users = subject.memberships.in_force_on(day_of(now)).values_list("user_id", flat=True)
    notify(list(users), text, path=f"/chu-the/{subject.pk}/", now=now)
