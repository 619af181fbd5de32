"""Merging rows that were entered twice, and undoing it.

The row that goes points at the one that stays and leaves every list. What belongs to it goes over, rows of the rooms
above too (`following`), and each move is written down, so that undo puts back exactly these.

Of a subject what is still under way above goes over (an open dossier); what ended keeps the name it was filed with, and
stays readable because both rows have the same members afterwards. Of a product everything goes over: its dossiers and
recognitions are the history of one product. Two that are alive at once, two open dossiers or two recognitions in force,
cannot be those of one product: then one has to end first.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Q

from ocop.accounts.models import Appointment, Role, User
from ocop.accounts.services import notify
from ocop.areas.queries import line_of
from ocop.kernel import audit, once, public
from ocop.kernel.refusal import Forbidden, Moved, Refusal
from ocop.kernel.text import clean
from ocop.kernel.time import day_of

from ..models import Evidence, KeptApart, Merge, Product, Site, Stage, Subject, SubjectMember, Tie, Twin
from ..permissions import check_may_merge, check_may_register
from ..queries import alive_above, counts_above, line_of_subject, resting_on
from ..words import in_words
from .following import follow, lead_back
from .products import _search
from .stages import checked_reason

NOT_MERGED, NOT_UNDONE = "Chưa gộp.", "Chưa bỏ gộp."
MOST_NAMED = 5  # names in a refusal; the rest are counted


@transaction.atomic
def merge_subjects(*, gone: Subject, kept: Subject, reason: str, by: User, now: datetime, token: str = "") -> Merge:
    """Merge a subject into another: products, papers, sites go over, members and ties hold for both.

    :raises Refusal: no right, no reason, one is merged already
    """
    once.claim(token, now=now)
    check_may_merge(by, (gone, kept), day_of(now))
    reason = checked_reason(NOT_MERGED, reason)
    _check_two(gone, kept)
    products = list(gone.products.order_by("pk").select_related("commune"))
    keys = {
        "products": [row.pk for row in products],
        "papers": list(Evidence.objects.filter(subject=gone).order_by("pk").values_list("pk", flat=True)),
        "sites": list(Site.objects.filter(subject=gone).order_by("pk").values_list("pk", flat=True)),
    }
    _point(gone, kept)
    _hand_over(products, kept)
    Evidence.objects.filter(pk__in=keys["papers"]).update(subject=kept)
    Site.objects.filter(pk__in=keys["sites"]).update(subject=kept, version=F("version") + 1)
    merge = _record(
        Twin.SUBJECT,
        gone,
        kept,
        reason,
        by,
        now,
        {
            "products": _marks(Product, keys["products"]),
            "papers": _marks(Evidence, keys["papers"]),
            "sites": _marks(Site, keys["sites"]),
            "members": _share_members(line_of_subject([gone, kept])),
            "ties": _share_ties(gone, kept),
            "above": follow(gone, kept, ended_too=False),
        },
    )
    public.changed()
    return merge


@transaction.atomic
def merge_products(*, gone: Product, kept: Product, reason: str, by: User, now: datetime, token: str = "") -> Merge:
    """Merge a product into another of the same subject, or one that a source gave no subject.

    :raises Refusal: no right, no reason, two subjects, both have a dossier open or a recognition in force, or papers
        would go to a product that is not registered
    """
    once.claim(token, now=now)
    owners = {row.subject for row in (gone, kept) if row.subject is not None}
    day = day_of(now)
    check_may_merge(by, owners or (None,), day)
    reason = checked_reason(NOT_MERGED, reason)
    _check_two(gone, kept)
    if gone.subject_id not in (None, kept.subject_id):
        raise Refusal(NOT_MERGED, "Hai sản phẩm của hai chủ thể.", "Nếu là một chủ thể, gộp hai chủ thể trước.")
    if kept.stage != Stage.REGISTERED and (held := resting_on(gone)):
        why = f"“{gone}” đang có {in_words(held)}, còn “{kept}” chưa đăng ký."
        raise Refusal(NOT_MERGED, why, f"Gộp theo chiều ngược lại: giữ “{gone}”.")
    _check_one_alive(gone, kept, day)
    new = gone.sites.exclude(pk__in=kept.sites.values("pk")).order_by("pk")
    sites = list(new.values_list("pk", flat=True)) if gone.subject_id else []
    about = gone.papers.exclude(pk__in=kept.papers.values("pk")).order_by("pk")
    papers = list(about.values_list("pk", flat=True)) if gone.subject_id else []
    _point(gone, kept)
    kept.sites.add(*sites)
    kept.papers.add(*papers)
    above = follow(gone, kept, ended_too=True)
    moved: dict[str, object] = {"uses": sites, "about": papers, "above": above, "official_code": _take_code(gone, kept)}
    if above:
        moved["then_above"] = counts_above(Product, [kept.pk])[kept.pk]
        public.changed()
    return _record(Twin.PRODUCT, gone, kept, reason, by, now, moved)


@transaction.atomic
def undo_merge(*, merge: Merge, reason: str, by: User, now: datetime, token: str = "") -> None:
    """Put back everything that a merge moved.

    :raises Refusal: no right, undone before, the row that stayed was merged on, moved rows were used or changed since
    """
    once.claim(token, now=now)
    model: type[Subject] | type[Product] = Subject if merge.table == Twin.SUBJECT else Product
    gone, kept = (model.objects.get(pk=pk) for pk in (merge.gone, merge.kept))
    subjects = [row if isinstance(row, Subject) else row.subject for row in (gone, kept)]
    check_may_merge(by, [row for row in subjects if row is not None] or (None,), day_of(now))
    reason = checked_reason(NOT_UNDONE, reason)
    if kept.merged_into is not None:
        raise Refusal(NOT_UNDONE, f"“{kept}” đã gộp tiếp vào “{kept.merged_into}”.", "Bỏ lần gộp đó trước.")
    if not Merge.objects.filter(pk=merge.pk, undone_at=None).update(undone_at=now):
        raise Moved(NOT_UNDONE)
    if isinstance(gone, Subject):
        _undo_subject(merge, gone)
    elif isinstance(kept, Product):
        _undo_product(merge, kept)
    lead_back(merge.moved.get("above", {}), gone)  # earlier versions left rows above where they were
    model.objects.filter(pk=gone.pk).update(merged_into=None, version=F("version") + 1)
    for row, other in ((gone, kept), (kept, gone)):
        audit.record(f"{merge.table}.unmerged", row, by=by, at=now, reason=reason, after={"với": other.name})
    merge.refresh_from_db()


def _undo_subject(merge: Merge, gone: Subject) -> None:
    moved = merge.moved
    changed = [
        *_changed(Product, moved["products"], merge.kept),
        *_changed(Evidence, moved["papers"], merge.kept),
        *_changed(Site, moved["sites"], merge.kept),
        *(f"{row.user} (quyền thay mặt)" for row in _altered(moved["members"])),
    ]
    if changed:
        rest = f" và {len(changed) - MOST_NAMED} mục khác" if len(changed) > MOST_NAMED else ""
        raise Refusal(
            NOT_UNDONE,
            f"Đã dùng hoặc sửa sau khi gộp: {'; '.join(changed[:MOST_NAMED])}{rest}.",
            "Giữ bản đã gộp, hoặc chuyển từng mục.",
        )
    rows = Product.objects.filter(pk__in=[pk for pk, *_ in moved["products"]])
    _hand_over(list(rows.order_by("pk").select_related("commune")), gone)
    Evidence.objects.filter(pk__in=[pk for pk, *_ in moved["papers"]]).update(subject=gone)
    Site.objects.filter(pk__in=[pk for pk, *_ in moved["sites"]]).update(subject=gone, version=F("version") + 1)
    SubjectMember.objects.filter(pk__in=[pk for pk, *_ in moved["members"]]).delete()
    Tie.objects.filter(pk__in=moved["ties"]).delete()
    public.changed()


def _undo_product(merge: Merge, kept: Product) -> None:
    moved = merge.moved
    if moved.get("above") and counts_above(Product, [kept.pk])[kept.pk] != moved["then_above"]:
        raise Refusal(
            NOT_UNDONE, f"“{kept}” đã có thêm hồ sơ, công nhận sau khi gộp.", "Giữ bản đã gộp, hoặc báo quản trị."
        )
    kept.sites.remove(*moved["uses"])
    kept.papers.remove(*moved.get("about", ()))  # earlier versions knew no scope of papers
    if code := moved.get("official_code"):
        Product.objects.filter(pk=kept.pk, official_code=code).update(official_code="")
    public.changed()


@transaction.atomic
def keep_apart(*, one: Subject | Product, other: Subject | Product, reason: str, by: User, now: datetime) -> KeptApart:
    """Write down that two alike rows are two ("vẫn là hai"): they are not shown as a pair again.

    :raises Refusal: no right, no reason
    """
    table = Twin.SUBJECT if isinstance(one, Subject) else Twin.PRODUCT
    owners = [row if isinstance(row, Subject) else row.subject for row in (one, other)]
    check_may_merge(by, [row for row in owners if row is not None] or (None,), day_of(now))
    reason = checked_reason("Chưa ghi.", reason)
    low, high = sorted((one.pk, other.pk))
    row, _ = KeptApart.objects.update_or_create(
        table=table,
        low=low,
        high=high,
        defaults={"reason": reason[:500], "actor": str(by.as_actor()), "day": day_of(now)},
    )
    audit.record(f"{table}.kept_apart", one, by=by, at=now, reason=reason, after={"với": other.name})
    return row


@transaction.atomic
def report_twice(*, subject_pk: int, name: str, by: User, now: datetime, token: str = "") -> int:
    """Report that a subject was to be entered a second time (báo trùng): a notice to its commune's officers and to the
    province's agency, who may merge it or hand it over. Returns how many were told.

    subject_pk  of any subject, also one that the user may not open; name  as the second entry wrote it
    :raises Forbidden: no right to enter subjects, or the subject is gone
    """
    once.claim(token, now=now)
    day, name = day_of(now), clean(name)
    check_may_register(by, day)
    subject = Subject.objects.filter(pk=subject_pk, merged_into=None).first()
    if subject is None:
        raise Forbidden("Chưa báo trùng.", "Không còn chủ thể này.", "Mở lại trang nhập chủ thể.")
    here = line_of(subject.commune_id) if subject.commune_id else frozenset()
    rows = Appointment.objects.filter(
        Q(role=Role.PROVINCE_OFFICER) | Q(role=Role.COMMUNE_OFFICER, agency__area__in=here),
        Q(valid_to=None) | Q(valid_to__gte=day),
        valid_from__lte=day,
    )
    told = set(rows.values_list("user_id", flat=True)) - {by.pk}
    text = f"{by} báo trùng: “{name[:100]}” với chủ thể “{subject}”."
    audit.record("subject.reported_twice", subject, by=by, at=now, after={"tên nhập": name[:200]})
    return notify(told, text, path=f"/chu-the/{subject.pk}/", now=now)


def _check_two(gone: Subject | Product, kept: Subject | Product) -> None:
    if gone.pk == kept.pk:
        raise Refusal(NOT_MERGED, "Hai bản là một.", "Chọn bản khác.")
    for row in (gone, kept):
        if row.merged_into_id is not None:
            raise Refusal(NOT_MERGED, f"“{row}” đã gộp vào bản khác.", "Mở lại trang để xem bản đang dùng.")


def _check_one_alive(gone: Product, kept: Product, day: date) -> None:
    """Refuse where both have an open dossier or a recognition in force: one product has one of each at a time."""
    mine, others = dict(alive_above(gone, day)), dict(alive_above(kept, day))
    if not (both := [words for words in mine if words in others]):
        return
    raise Refusal(
        NOT_MERGED,
        f"Cả “{gone}” và “{kept}” đều đang có {', '.join(both)}: một sản phẩm chỉ có một hồ sơ đang làm, một công nhận "
        "còn hiệu lực.",
        "Rút một hồ sơ hoặc chờ kết quả; công nhận ghi nhầm thì báo cơ quan tham mưu thu hồi. Sau đó gộp.",
    )


def _take_code(gone: Product, kept: Product) -> str:
    """Let the product that stays bear the law's code of the other where it has none; returns what it took."""
    code = "" if kept.official_code else gone.official_code
    if code:
        Product.objects.filter(pk=kept.pk).update(official_code=code)
    return code


def _point(gone: Subject | Product, kept: Subject | Product) -> None:
    """Let the row that goes point at the other, once."""
    same = type(gone).objects.filter(pk=gone.pk, version=gone.version, merged_into=None)
    if not same.update(merged_into=kept, version=F("version") + 1):
        raise Moved(NOT_MERGED)
    gone.refresh_from_db()


def _hand_over(products: list[Product], subject: Subject) -> None:
    """Give products to a subject; they are found by its name from then on."""
    for product in products:
        product.subject, product.version = subject, product.version + 1
        product.search = _search(product.name, subject, product.commune)
    Product.objects.bulk_update(products, ["subject", "version", "search"])


def _share_members(line: list[Subject]) -> list[list[Any]]:
    """Let everyone who acts for one of these subjects act for all of them; returns what was made: key and last day."""
    rows = list(SubjectMember.objects.filter(subject__in=line).order_by("pk"))
    have = {(row.subject_id, row.user_id, row.valid_from) for row in rows}
    made = []
    for row in rows:
        for subject in line:
            if (subject.pk, row.user_id, row.valid_from) not in have:
                have.add((subject.pk, row.user_id, row.valid_from))
                made.append(
                    SubjectMember(
                        subject=subject, user_id=row.user_id, valid_from=row.valid_from, valid_to=row.valid_to
                    )
                )
    SubjectMember.objects.bulk_create(made)
    return [[row.pk, row.valid_to and row.valid_to.isoformat()] for row in made]


def _share_ties(gone: Subject, kept: Subject) -> list[int]:
    """Let the ties of the subject that goes hold for the other too; returns the keys of the new rows."""
    have = {_tie_key(row) for row in kept.ties.order_by("pk")}
    made = []
    for row in gone.ties.order_by("pk"):
        if _tie_key(row) not in have:
            row.pk, row.subject = None, kept
            row._state.adding = True
            made.append(row)
    Tie.objects.bulk_create(made)
    return [row.pk for row in made]


def _tie_key(row: Tie) -> tuple[object, ...]:
    return row.kind, row.user_id, row.agency_id, row.valid_from, row.valid_to


def _marks(model: type[Product] | type[Evidence] | type[Site], keys: list[int]) -> list[list[int]]:
    """Return key, version and how many papers above each moved row has: what tells later whether it was used since.

    A paper has no version of its own: what replaced it stands for that.
    """
    above = counts_above(model, keys)
    rows = model._default_manager.in_bulk(keys)
    return [[key, _version(rows[key]), above[key]] for key in keys]


def _version(row: Product | Evidence | Site) -> int:
    return (row.replaced_by_id or 0) if isinstance(row, Evidence) else row.version


def _changed(model: type[Product] | type[Evidence] | type[Site], marks: list[list[int]], kept: int) -> list[str]:
    """Return the names of moved rows that went elsewhere, were edited, or have more papers above than at the merge."""
    keys = [key for key, *_ in marks]
    now = {key: (version, above) for key, version, above in _marks(model, keys)}
    rows = {row.pk: row for row in model._default_manager.filter(pk__in=keys)}
    return [
        f"“{rows[key]}”"
        for key, version, above in marks
        if rows[key].subject_id != kept or now[key] != (version, above)
    ]


def _altered(made: list[list[Any]]) -> list[SubjectMember]:
    """Return memberships made by the merge whose last day was changed since."""
    days = {key: day for key, day in made}  # noqa: C416  # dict() of lists tells no types
    rows = SubjectMember.objects.filter(pk__in=list(days)).select_related("user").order_by("pk")
    return [row for row in rows if (row.valid_to and row.valid_to.isoformat()) != days[row.pk]]


@transaction.atomic
def _record(
    table: str,
    gone: Subject | Product,
    kept: Subject | Product,
    reason: str,
    by: User,
    now: datetime,
    moved: dict[str, object],
) -> Merge:
    """The row of the merge and an event on both sides."""
    merge = Merge.objects.create(
        table=table, gone=gone.pk, kept=kept.pk, reason=reason[:500], actor=str(by.as_actor()), at=now, moved=moved
    )
    counts = {key: len(rows) for key, rows in moved.items() if isinstance(rows, list | dict)}
    audit.record(f"{table}.merged", gone, by=by, at=now, reason=reason, after={"vào": kept.name})
    audit.record(f"{table}.merged", kept, by=by, at=now, reason=reason, after={"nhận": gone.name, **counts})
    return merge
