"""Filing: what must be whole, what the day decides, what is sealed."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date, timedelta

import pytest
import rfc8785

from ocop.dossiers import services
from ocop.dossiers.models import Dossier, Filing, Window
from ocop.dossiers.queries import self_mark
from ocop.kernel import files
from ocop.kernel.models import Counter, Event
from ocop.kernel.refusal import Forbidden, Refusal
from ocop.project.sample.walk import at
from ocop.registry.models import EvidenceKind
from ocop.registry.services import add_evidence
from ocop.scorecards.models import Scorecard
from ocop.scorecards.queries import card
from tests.factories import PLAN, law_changed, reread

pytestmark = pytest.mark.django_db
DAY = date(2026, 9, 1)
NOW = at(DAY)
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def submit(stage, dossier, now=NOW, **changes):
    values = {"version": dossier.version, "by": stage.world.producers[0], **changes}
    return services.submit(dossier=dossier, now=now, **values)


def refused(stage, dossier, words, now=NOW, **changes):
    """The refusal says so, and neither step, number nor event came of it."""
    before, events = Dossier.objects.values().get(pk=dossier.pk), Event.objects.count()
    with pytest.raises(Refusal, match=words):
        submit(stage, dossier, now, **changes)
    assert Dossier.objects.values().get(pk=dossier.pk) == before
    assert Event.objects.count() == events
    assert not Counter.objects.filter(series__startswith="dossier-").exists() or before["number"]


# What the day decides


@pytest.mark.parametrize(
    ("day", "route", "step", "code", "number"),
    [
        (date(2019, 8, 21), "2019-district", "at_district", "2019-06-processed-cereals", "HS-2019-0001"),
        (date(2023, 2, 23), "2019-district", "at_district", "2019-06-processed-cereals", "HS-2023-0001"),
        (date(2023, 2, 24), "2023-district", "at_district", "2023-06-processed-cereals", "HS-2023-0001"),
        (date(2025, 6, 30), "2023-district", "at_district", "2023-06-processed-cereals", "HS-2025-0001"),
        (date(2025, 7, 1), "2025-province", "at_province", "2023-06-processed-cereals", "HS-2025-0001"),
        (date(2025, 7, 5), "2025-province", "at_province", "2023-06-processed-cereals", "HS-2025-0001"),
        (date(2025, 7, 6), "2025-commune", "at_commune", "2023-06-processed-cereals", "HS-2025-0001"),
        (date(2025, 10, 15), "2025-commune", "at_commune", "2023-06-processed-cereals", "HS-2025-0001"),
        (date(2026, 5, 21), "2025-commune", "at_commune", "2023-06-processed-cereals", "HS-2026-0001"),
        (date(2026, 5, 22), "2025-commune", "at_commune", "2026-06-processed-cereals", "HS-2026-0001"),
    ],
)
def test_the_day_of_filing_fixes_route_scorecard_and_number(stage, day, route, step, code, number):
    dossier = stage.filed(filed_on=day).dossier
    assert (dossier.route, dossier.step, dossier.scorecard.code, dossier.number, dossier.filed_on) == (
        route,
        step,
        code,
        number,
        day,
    )


def test_the_vietnamese_day_counts_not_that_of_greenwich(stage):
    """23:30 UTC on 21/5/2026 is 6:30 on 22/5 in Vietnam."""
    dossier = stage.draft(filed_on=date(2026, 5, 22))
    submit(stage, dossier, at(date(2026, 5, 22), 6, 30))
    assert dossier.filed_on == date(2026, 5, 22)


def test_a_draft_from_before_a_new_regime_must_change_first(stage):
    dossier = stage.draft(filed_on=date(2026, 5, 21))
    refused(stage, dossier, "Chuyển bản nháp sang bộ tiêu chí đang có hiệu lực", at(date(2026, 5, 22)))
    submit(stage, dossier, at(date(2026, 5, 21), 16))
    assert dossier.scorecard.regime_id == "2023"


def test_a_draft_on_a_corrected_scorecard_must_change_to_the_newer_version(stage):
    dossier = stage.draft()
    old = dossier.scorecard
    values = {f.name: getattr(old, f.name) for f in Scorecard._meta.concrete_fields if f.name not in ("id", "version")}
    newer = Scorecard.objects.create(**{**values, "version": old.version + 1, "sha256": "f" * 64})
    law_changed()
    refused(stage, dossier, "áp dụng bộ tiêu chí khác")
    services.change_scorecard(dossier=dossier, scorecard=newer, by=stage.world.producers[0], now=NOW)
    assert dossier.scorecard == newer


def test_the_commune_is_that_of_the_day(stage):
    """Thị trấn Vĩnh Lộc, from 1/7/2025 part of xã Chiêm Hóa; both have the code 02287."""
    dossier = stage.draft(filed_on=date(2025, 6, 20))
    assert dossier.commune.full_name == "Thị trấn Vĩnh Lộc"
    submit(stage, dossier, at(date(2025, 7, 3)))
    assert dossier.commune.full_name == "Xã Chiêm Hóa"


def test_numbers_run_without_a_gap_by_year(stage):
    for name, day in (("A", DAY), ("B", DAY), ("C", date(2027, 1, 4))):
        draft = stage.draft(name=name, filed_on=day)
        refused_first = stage.draft(name=f"{name} dở", filed_on=day)
        services.save_forms(
            dossier=refused_first,
            values={"history": ""},
            version=refused_first.version,
            by=stage.world.producers[0],
            now=at(day),
        )
        with pytest.raises(Refusal):
            submit(stage, refused_first, at(day))
        submit(stage, draft, at(day))
    assert list(Dossier.objects.exclude(number=None).order_by("pk").values_list("number", flat=True)) == [
        "HS-2026-0001",
        "HS-2026-0002",
        "HS-2027-0001",
    ]


# What must be whole


def test_blank_fields_are_named(stage):
    dossier, by = stage.draft(), stage.world.producers[0]
    services.save_forms(
        dossier=dossier, values={"history": "", "next_plan": "   "}, version=dossier.version, by=by, now=NOW
    )
    refused(
        stage,
        dossier,
        "Còn trống: Lịch sử hình thành của chủ thể; Kế hoạch sản xuất, kinh doanh thời gian tới",
    )


def test_missing_answers_are_named(stage):
    dossier = stage.draft()
    dossier.self_scores.filter(criterion__in=["1.2", "4.1"]).delete()
    refused(stage, dossier, r"Còn 2 tiêu chí chưa tự chấm đúng: 1\.2, 4\.1")


def test_none_of_the_options_needs_a_reason(stage):
    dossier, by = stage.draft(), stage.world.producers[0]
    code = next(c.code for c in card(dossier.scorecard).criteria if c.may_be_none())
    services.save_answers(dossier=dossier, answers={code: (None, "  ")}, by=by, now=NOW)
    refused(stage, dossier, rf"Tiêu chí {code.replace('.', chr(92) + '.')} chọn “không mức nào phù hợp”")
    services.save_answers(dossier=dossier, answers={code: (None, "Không có loại này")}, by=by, now=NOW)
    submit(stage, dossier)
    assert dossier.filings.get().snapshot["answers"][code] is None


def test_none_where_the_law_prints_a_0_point_option_is_a_wrong_answer(stage):
    dossier, by = stage.draft(), stage.world.producers[0]
    code = next(c.code for c in card(dossier.scorecard).criteria if c.options and not c.may_be_none())
    services.save_answers(dossier=dossier, answers={code: (None, "Không rõ")}, by=by, now=NOW)
    refused(stage, dossier, f"1 tiêu chí chưa tự chấm đúng: {code}")


def test_without_a_story_the_rest_of_section_5_needs_no_answer_and_no_reason(stage):
    dossier, by = stage.draft(), stage.world.producers[0]
    scorecard = card(dossier.scorecard)
    story, rest = scorecard.story
    zero = next(option.index for option in scorecard.by_code[story].options if option.points == 0)
    services.save_answers(dossier=dossier, answers={story: (zero, "")}, by=by, now=NOW)
    dossier.self_scores.filter(criterion__in=rest).delete()
    silent = next((code for code in sorted(rest) if scorecard.by_code[code].may_be_none()), None)
    if silent:
        services.save_answers(dossier=dossier, answers={silent: (None, "")}, by=by, now=NOW)
    submit(stage, dossier)
    assert {code: self_mark(dossier).marked.points[code] for code in (story, *rest)} == dict.fromkeys((story, *rest), 0)


def test_a_criterion_with_cases_needs_its_case(stage):
    dossier, by = stage.draft(set_no=26), stage.world.producers[0]
    Dossier.objects.filter(pk=dossier.pk).update(cases={key: v for key, v in dossier.cases.items() if key != "9"})
    dossier.refresh_from_db()
    refused(stage, dossier, "Chưa chọn trường hợp áp dụng ở tiêu chí 9")
    case = card(dossier.scorecard).by_code["9"].cases[0].code
    services.choose_case(dossier=dossier, criterion="9", case=case, by=by, now=NOW)
    submit(stage, dossier)


def test_only_the_producer_files(stage):
    dossier = stage.draft()
    for user in (stage.world.producers[1], stage.world.communes["02287"].officers[0], stage.world.officers[0]):
        with pytest.raises(Forbidden):
            submit(stage, dossier, by=user)
    assert reread(dossier).step == "draft"


# Twice, and at the same time


def test_one_form_sent_twice_files_once(stage):
    dossier = stage.draft()
    copy = reread(dossier)
    submit(stage, dossier, token="nop-1")
    with pytest.raises(Refusal, match="đã được gửi"):
        submit(stage, copy, token="nop-1")
    assert Filing.objects.count() == 1
    assert Event.objects.about(dossier).filter(kind="dossier.submitted").count() == 1


def test_a_refused_filing_gives_its_token_back(stage):
    dossier, by = stage.draft(), stage.world.producers[0]
    answer = dossier.self_scores.get(criterion="1.1").answer
    dossier.self_scores.filter(criterion="1.1").delete()
    refused(stage, dossier, r"1\.1", token="nop-2")
    services.save_answers(dossier=dossier, answers={"1.1": (answer, "")}, by=by, now=NOW)
    submit(stage, dossier, token="nop-2")


def test_a_dossier_changed_in_another_tab_is_not_filed_unseen(stage):
    dossier, by = stage.draft(), stage.world.producers[0]
    seen = reread(dossier)
    services.save_answers(dossier=dossier, answers={"1.1": (0, "Sửa ở tab khác")}, by=by, now=NOW)
    refused(stage, seen, "vừa cập nhật")


# The seal


def leaf(value):
    return hashlib.sha256(b"\x00" + rfc8785.dumps(value)).digest()


def node(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def test_the_root_is_the_merkle_tree_of_proof_6_computed_by_hand(stage):
    """Head and two files: node(node(head, first), second), files in order of their names' bytes."""
    dossier, by = stage.draft(), stage.world.producers[0]
    first = dossier.pins.get().evidence
    stored = files.store(b"%PDF-1.7\n%x" + PDF[8:], "Ảnh đồi chè.pdf", now=NOW)
    second = add_evidence(
        subject=dossier.subject,
        kind=EvidenceKind.objects.get(code="business_registration"),
        name="Ảnh",
        stored=stored,
        by=by,
        now=NOW,
    )
    services.attach(dossier=dossier, criterion="1.2", evidence=second, by=by, now=NOW)
    services.attach(dossier=dossier, criterion="1.1", evidence=second, by=by, now=NOW)
    filing = submit(stage, dossier, at(DAY, 9, 15))
    head = {"dossier": dossier.code, "files": 2, "t": "2026-09-01T02:15:00Z", "v": 1, "version": 1}
    leaves = [
        {"name": f"{paper.pk}-{paper.file_name}", "sha256": paper.blob.sha256, "size": paper.blob.size}
        for paper in sorted((first, second), key=lambda paper: f"{paper.pk}-{paper.file_name}".encode())
    ]
    root = node(node(leaf(head), leaf(leaves[0])), leaf(leaves[1]))
    assert filing.root == root.hex()
    assert [row["sha256"] for row in filing.snapshot["files"]] == [row["sha256"] for row in leaves]
    assert next(f for f in filing.snapshot["files"] if f["evidence"] == second.pk)["criteria"] == ["1.1", "1.2"]


def test_a_dossier_without_files_has_the_head_as_its_root(stage):
    dossier = stage.walk.draft(PLAN, evidence=False)
    filing = submit(stage, dossier, at(DAY, 9))
    head = {"dossier": dossier.code, "files": 0, "t": "2026-09-01T02:00:00Z", "v": 1, "version": 1}
    assert filing.root == leaf(head).hex()


def test_a_filing_keeps_what_was_filed_and_a_second_one_is_another_tree(stage):
    dossier, by = stage.filed().dossier, stage.world.producers[0]
    first = dossier.filings.get()
    services.return_dossier(
        dossier=dossier,
        version=dossier.version,
        reason="Bổ sung giấy kiểm nghiệm",
        by=stage.world.communes["02287"].officers[0],
        now=at(date(2026, 9, 3)),
    )
    was = first.snapshot["answers"]["1.1"]
    services.save_answers(dossier=dossier, answers={"1.1": (0, "Sửa")}, by=by, now=at(date(2026, 9, 4)))
    services.detach(pin=dossier.pins.get(), by=by, now=at(date(2026, 9, 4)))
    dossier.refresh_from_db()
    second = submit(stage, dossier, at(date(2026, 9, 5)))
    first.refresh_from_db()
    assert (first.number, second.number) == (1, 2)
    assert (first.snapshot["answers"]["1.1"], second.snapshot["answers"]["1.1"]) == (was, 0)
    assert (len(first.snapshot["files"]), len(second.snapshot["files"])) == (1, 0)
    assert first.root != second.root
    assert (dossier.filed_on, dossier.number) == (DAY, "HS-2026-0001")
    assert dossier.due_on == date(2026, 9, 24)  # one of its 15 working days was used on 3/9, 14 are left from 5/9


# Kind and window


def holds_certificate(stage, valid_until, day=DAY):
    product = stage.walk.product(replace(PLAN, filed_on=day))
    services.open_window(product=product, valid_until=valid_until, based_on="Quyết định 321/QĐ-UBND")
    return product


@pytest.mark.parametrize(
    ("day", "inside"),
    [
        (date(2026, 7, 3), False),
        (date(2026, 7, 4), True),  # 180 days before 31/12/2026
        (date(2026, 9, 1), True),
        (date(2026, 9, 3), True),  # 120 days before is 2/9, a holiday: the last day moves on
        (date(2026, 9, 4), False),
    ],
)
def test_a_reevaluation_is_filed_in_its_window(stage, day, inside):
    holds_certificate(stage, date(2026, 12, 31))
    dossier = stage.draft(dossier_kind="re_evaluation", filed_on=day)
    if inside:
        submit(stage, dossier, at(day))
        assert dossier.step == "at_commune"
    else:
        refused(stage, dossier, "không sớm hơn 180 ngày.*từ 04/07/2026 đến 03/09/2026", at(day))


@pytest.mark.parametrize(("day", "inside"), [(date(2026, 9, 14), True), (date(2026, 9, 15), False)])
def test_a_window_that_ends_on_a_sunday_is_open_on_monday(stage, day, inside):
    """120 days before 11/1/2027 is Sunday 13/9/2026."""
    holds_certificate(stage, date(2027, 1, 11))
    dossier = stage.draft(dossier_kind="re_evaluation", filed_on=day)
    if inside:
        submit(stage, dossier, at(day))
    else:
        refused(stage, dossier, "đến 14/09/2026", at(day))


def test_before_2026_a_reevaluation_had_no_window(stage):
    holds_certificate(stage, date(2026, 4, 1), day=date(2026, 3, 20))
    dossier = stage.draft(dossier_kind="re_evaluation", filed_on=date(2026, 3, 20))
    submit(stage, dossier, at(date(2026, 3, 20)))


def test_a_lapsed_certificate_is_not_reevaluated(stage):
    holds_certificate(stage, date(2026, 5, 21))  # the day before the decree: art. 12.3 does not speak of it
    refused(stage, stage.draft(dossier_kind="re_evaluation"), "trước khi giấy hết hạn")


@pytest.mark.parametrize(("valid_until", "allowed"), [(DAY - timedelta(days=1), True), (DAY, False)])
def test_a_first_evaluation_is_refused_while_a_certificate_is_in_force(stage, valid_until, allowed):
    holds_certificate(stage, valid_until)
    dossier = stage.draft()
    if allowed:
        submit(stage, dossier)
    else:
        refused(stage, dossier, "đang có giấy chứng nhận đến 01/09/2026")


@pytest.mark.parametrize(
    ("valid_until", "words"),
    [
        (None, "chưa từng được công nhận nên không nâng hạng"),
        (DAY - timedelta(days=1), "đã hết hạn nên không nâng hạng"),
        (DAY, ""),
        (date(2029, 1, 1), ""),
    ],
)
def test_an_upgrade_needs_a_certificate_in_force_at_any_time_of_its_life(stage, valid_until, words):
    if valid_until:
        holds_certificate(stage, valid_until)
    dossier = stage.draft(dossier_kind="upgrade")
    if words:
        refused(stage, dossier, words)
    else:
        submit(stage, dossier)
        assert dossier.step == "at_commune"


def test_a_reevaluation_needs_a_recognition(stage):
    refused(stage, stage.draft(dossier_kind="re_evaluation"), "chưa từng được công nhận nên không đánh giá lại")


def test_upgrade_and_reevaluation_tell_the_changes(stage):
    holds_certificate(stage, date(2029, 1, 1))
    dossier, by = stage.draft(dossier_kind="upgrade"), stage.world.producers[0]
    services.save_forms(dossier=dossier, values={"changes": ""}, version=dossier.version, by=by, now=NOW)
    refused(stage, dossier, "Những thay đổi so với sản phẩm OCOP đã được công nhận")


def test_a_window_is_written_once_for_a_certificate_and_goes_with_its_revocation(stage):
    product = holds_certificate(stage, date(2029, 1, 1))
    services.open_window(product=product, valid_until=date(2029, 1, 1), based_on="Lần nữa")
    window = Window.objects.get()
    assert (window.opens_on, window.closes_on) == (date(2028, 7, 5), date(2028, 9, 3))
    assert services.close_window(product=product, valid_until=date(2029, 1, 1)) == 1
    submit(stage, stage.draft())


# Withdrawing


@pytest.mark.parametrize("step", ["draft", "at_commune", "at_province"])
def test_the_producer_withdraws_with_a_reason_until_a_council_has_it(stage, step):
    make = {"draft": stage.draft, "at_commune": stage.filed, "at_province": stage.proposed}[step]
    made = make()
    dossier, by = getattr(made, "dossier", made), stage.world.producers[0]
    with pytest.raises(Refusal, match="Chưa có lý do"):
        services.withdraw(dossier=dossier, version=dossier.version, reason=" . ", by=by, now=NOW)
    services.withdraw(dossier=dossier, version=dossier.version, reason="Đổi bao bì", by=by, now=NOW)
    assert (dossier.step, dossier.due_on) == ("withdrawn", None)


def test_after_intake_the_dossier_is_no_longer_withdrawn(stage):
    dossier = stage.ready().dossier
    with pytest.raises(Refusal, match="Chờ hội đồng cấp tỉnh"):
        services.withdraw(
            dossier=dossier, version=dossier.version, reason="Đổi bao bì", by=stage.world.producers[0], now=NOW
        )
