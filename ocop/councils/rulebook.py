"""Rules of work (Quy chế) in Vietnamese words, and tried on numbers before they are adopted. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from ocop.kernel.templatetags.ocop import mean
from ocop.scorecards.rules import STARS, Marked, Settings, council_missed

from .rules import RulesOfWork

MARK_RULES = {
    "": "theo thiết lập chung của bộ tiêu chí",
    "majority": "khi quá nửa số phiếu được tính đạt mức",
    "every": "khi mọi phiếu được tính đạt mức",
    "mean": "khi điểm bình quân của tiêu chí đạt mức",
}
COUNTED = {
    "all": "mọi phiếu hợp lệ của vòng cuối",
    "trimmed": "các phiếu của vòng cuối, trừ một phiếu cao nhất và một phiếu thấp nhất khi có từ 3 phiếu",
}
ONCE_OVER = {False: "quá", True: "từ"}  # RulesOfWork.deviation_from


def in_words(rules: RulesOfWork) -> list[str]:
    """Return the rules as sentences, one a rule, in the order in which a session meets them."""
    top, bottom = rules.quorum
    limit = f"{ONCE_OVER[rules.deviation_from]} {rules.deviation_limit} điểm"
    whole = ", có đủ đại diện theo QĐ 26/2026/QĐ-TTg điều 7 khoản 3 điểm b" if rules.seats_of_2026 else ""
    chair = "và có Chủ tịch Hội đồng" if rules.chair_present else "không bắt buộc có Chủ tịch Hội đồng"
    again = (
        f"Phiếu cao nhất và phiếu thấp nhất chênh nhau {limit} thì thảo luận rồi chấm lại, nhiều nhất {rules.rounds} "
        "vòng; vòng cuối còn chênh thì ghi biên bản và lấy bình quân."
        if rules.rounds > 1
        else f"Chấm một vòng; phiếu cao nhất và phiếu thấp nhất chênh nhau {limit} thì ghi biên bản và lấy bình quân."
    )
    return [
        f"Hội đồng có từ {rules.least_members} thành viên chấm điểm{whole}.",
        _ahead("Giấy mời gửi", rules.notice_days),
        _ahead("Hồ sơ điện tử mở cho thành viên", rules.dossier_days),
        f"Họp khi có mặt từ {top}/{bottom} số thành viên được chấm, không tính người có xung đột lợi ích, {chair}.",
        "Hội đồng họp hai lần: lần một yêu cầu kiểm nghiệm, lần hai chấm điểm."
        if rules.sittings == 2
        else "Mỗi sản phẩm được đánh giá trong một lần họp.",
        f"Thành viên {'được' if rules.self_score_shown else 'không được'} xem điểm tự chấm của chủ thể, "
        f"{'được' if rules.findings_shown else 'không được'} xem ý kiến của xã và Tổ tư vấn khi chấm.",
        "Không bắt buộc ghi lý do khi điểm khác điểm tự chấm."
        if rules.reason_from is None
        else f"Phải ghi lý do khi điểm một tiêu chí khác điểm tự chấm từ {rules.reason_from} điểm.",
        "Cho điểm ở tiêu chí không có minh chứng thì phải ghi lý do."
        if rules.reason_without_paper
        else "Không bắt buộc ghi lý do khi cho điểm ở tiêu chí không có minh chứng.",
        again,
        f"Tính {COUNTED[rules.counted]}.",
        f"Mức tối thiểu theo sao đạt {MARK_RULES[rules.mark_rule]}.",
        "Phiếu kín: sau khi kết luận, chỉ Chủ tịch và thư ký biết phiếu của ai."
        if rules.secret
        else "Phiếu ghi tên: sau khi kết luận, người trong phiên biết phiếu của ai.",
        "Đánh giá lại bằng ý kiến bằng văn bản; ý kiến khác nhau hoặc nội dung phức tạp thì họp."
        if rules.written
        else "Đánh giá lại tại phiên họp.",
        f"Chủ thể khiếu nại trong {rules.complaint_days} ngày từ ngày thông báo kết quả."
        if rules.complaint_days
        else "Quy chế không nhận khiếu nại về kết quả; chủ thể khiếu nại theo Luật Khiếu nại.",
        f"Lấy ý kiến công khai về kết quả trong {rules.comment_days} ngày."
        if rules.comment_days
        else "Không lấy ý kiến công khai về kết quả.",
    ]


def _ahead(what: str, days: int) -> str:
    if not days:
        return f"{what} trước phiên họp; không quy định số ngày."
    return f"{what} trước phiên họp ít nhất {days} ngày làm việc."


@dataclass(frozen=True)
class Trial:
    """Numbers of a session that never was.

    members, present  who may score the product; totals  of the sheets of a round
    points  of each sheet at one criterion, in the order of totals, with the star mark `needed` there; empty: not tried
    """

    members: int
    present: int
    chair: bool
    totals: tuple[int, ...] = ()
    needed: int = 0
    points: tuple[int, ...] = ()


@dataclass(frozen=True)
class Answer:
    """One sentence of what the rules say to a trial. met  None: neither good nor bad"""

    text: str
    met: bool | None = None


def try_out(rules: RulesOfWork, trial: Trial, settings: Settings) -> list[Answer]:
    """Return what the rules say to these numbers, by the very functions that close a product's round.

    settings  the dated settings, for a star mark that the rule book leaves to them
    """
    sheets = [
        Marked({"mark": point, "rest": total - point}, {}, {"": total}, _minimums(trial), (), frozenset(), ())
        for total, point in zip(trial.totals, trial.points or [0] * len(trial.totals), strict=True)
    ]
    return [*_meeting(rules, trial), *_deviation(rules, trial.totals), *_counted(rules, sheets, trial, settings)]


def _minimums(trial: Trial) -> dict[int, dict[str, int]]:
    return {star: {"mark": trial.needed} if star == STARS[0] and trial.points else {} for star in STARS}


def _meeting(rules: RulesOfWork, trial: Trial) -> list[Answer]:
    enough = rules.quorum_met(trial.present, trial.members)
    least = rules.least_present(trial.members)
    said = (
        f"Có mặt {trial.present}/{trial.members} thành viên, cần từ {least}: {'đủ' if enough else 'không đủ'} để họp."
    )
    if not rules.chair_present:
        return [Answer(said, enough)]
    chair = "Chủ tịch Hội đồng có mặt." if trial.chair else "Chủ tịch Hội đồng vắng mặt: không họp được."
    return [Answer(said, enough), Answer(chair, trial.chair)]


def _deviation(rules: RulesOfWork, totals: tuple[int, ...]) -> list[Answer]:
    if not totals:
        return []
    low, high = min(totals), max(totals)
    limit = f"{ONCE_OVER[rules.deviation_from]} {rules.deviation_limit}"
    said = f"Thấp nhất {low}, cao nhất {high}: chênh {high - low} điểm; mức của quy chế là {limit} điểm"
    if not rules.deviates(totals):
        return [Answer(f"{said}. Không phải chấm lại.", True)]
    if rules.rounds == 1:
        return [Answer(f"{said}. Quy chế chỉ có một vòng: ghi biên bản, lấy bình quân.", False)]
    return [Answer(f"{said}. Thảo luận rồi chấm vòng 2; vòng {rules.rounds} là vòng cuối.", False)]


def _counted(rules: RulesOfWork, sheets: list[Marked], trial: Trial, settings: Settings) -> list[Answer]:
    if not sheets:
        return []
    counting = rules.counting(sheets)
    total, count = sum(sheet.total for sheet in counting), len(counting)
    said = [Answer(f"Tính {count}/{len(sheets)} phiếu: {total}/{count} = {mean(total, count)} điểm bình quân.")]
    if trial.points:
        rule = rules.settings(settings).council_mark_rule
        met = not council_missed(counting, rule)[STARS[0]]
        reached = sum(sheet.points["mark"] >= trial.needed for sheet in counting)
        said.append(
            Answer(
                f"Mức tối thiểu {trial.needed} điểm: {reached}/{count} phiếu đạt; mức đạt {MARK_RULES[rule]}: "
                f"{'đạt' if met else 'không đạt'}.",
                met,
            )
        )
    return said
