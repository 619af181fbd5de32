"""The way of a product from idea to registration as data; when two names mean the same producer. No Django here.

Ideas and plans are local steps before Mẫu số 01: QĐ 26/2026/QĐ-TTg knows none of them (ocop-rules.md section 6). A
potential product with packaging and trace stamp is a stage of its own: it may join fairs before it has stars.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from ocop.kernel.text import fold


class Stage(StrEnum):
    """How far a product is before it has stars."""

    IDEA = "idea"
    RETURNED = "returned"
    APPRAISED = "appraised"
    PLANNED = "planned"
    POTENTIAL = "potential"
    PACKAGED = "packaged"
    REGISTERED = "registered"
    WITHDRAWN = "withdrawn"


STAGE_NAMES = {
    Stage.IDEA: "Ý tưởng chờ thẩm định",
    Stage.RETURNED: "Ý tưởng trả lại",
    Stage.APPRAISED: "Ý tưởng đã thẩm định",
    Stage.PLANNED: "Có phương án sản xuất kinh doanh",
    Stage.POTENTIAL: "Sản phẩm tiềm năng",
    Stage.PACKAGED: "Tiềm năng, có bao bì và tem truy xuất",
    Stage.REGISTERED: "Sản phẩm đã đăng ký",
    Stage.WITHDRAWN: "Đã rút",
}
WAY = (Stage.IDEA, Stage.APPRAISED, Stage.PLANNED, Stage.POTENTIAL, Stage.PACKAGED, Stage.REGISTERED)
IDEAS = frozenset({Stage.IDEA, Stage.RETURNED, Stage.APPRAISED, Stage.PLANNED})


class Move(StrEnum):
    APPRAISE = "appraise"
    RETURN = "return"
    HAND_IN = "hand_in"
    PLAN = "plan"
    CONFIRM = "confirm"
    PACKAGE = "package"
    REGISTER = "register"
    WITHDRAW = "withdraw"


MOVE_NAMES = {
    Move.APPRAISE: "thẩm định đạt",
    Move.RETURN: "trả lại ý tưởng",
    Move.HAND_IN: "gửi lại ý tưởng",
    Move.PLAN: "nộp phương án",
    Move.CONFIRM: "xác nhận sản phẩm tiềm năng",
    Move.PACKAGE: "ghi bao bì và tem truy xuất",
    Move.REGISTER: "đăng ký sản phẩm",
    Move.WITHDRAW: "rút sản phẩm",
}


class Actor(StrEnum):
    """Who may make a move: whoever acts for the subject, or the officer of the commune (appraisal, and nhập hộ)."""

    PRODUCER = "producer"
    COMMUNE = "commune_officer"


@dataclass(frozen=True)
class Transition:
    """One row of the table of moves."""

    to: Stage
    actors: frozenset[Actor]


_BOTH = (Actor.PRODUCER, Actor.COMMUNE)


def _row(to: Stage, *actors: Actor) -> Transition:
    return Transition(to, frozenset(actors))


MOVES: dict[tuple[Stage, Move], Transition] = {
    (Stage.IDEA, Move.APPRAISE): _row(Stage.APPRAISED, Actor.COMMUNE),
    (Stage.IDEA, Move.RETURN): _row(Stage.RETURNED, Actor.COMMUNE),
    (Stage.RETURNED, Move.HAND_IN): _row(Stage.IDEA, *_BOTH),
    (Stage.APPRAISED, Move.PLAN): _row(Stage.PLANNED, *_BOTH),
    # a plan handed in again is a version: the product stays where it is
    **{(stage, Move.PLAN): _row(stage, *_BOTH) for stage in (Stage.PLANNED, Stage.POTENTIAL, Stage.PACKAGED)},
    (Stage.PLANNED, Move.CONFIRM): _row(Stage.POTENTIAL, Actor.COMMUNE),
    (Stage.POTENTIAL, Move.PACKAGE): _row(Stage.PACKAGED, Actor.COMMUNE),
    (Stage.POTENTIAL, Move.REGISTER): _row(Stage.REGISTERED, *_BOTH),
    (Stage.PACKAGED, Move.REGISTER): _row(Stage.REGISTERED, *_BOTH),
    **{(stage, Move.WITHDRAW): _row(Stage.WITHDRAWN, *_BOTH) for stage in Stage if stage != Stage.WITHDRAWN},
}


class Cause(StrEnum):
    """Why a product drops out: a few words that can be counted, beside the sentence of the person."""

    MATERIAL = "material"
    CAPITAL = "capital"
    MARKET = "market"
    LABOUR = "labour"
    SAFETY = "safety"
    STOPPED = "stopped"
    MISTAKE = "mistake"
    OTHER = "other"


CAUSE_NAMES = {
    Cause.MATERIAL: "Thiếu vùng nguyên liệu",
    Cause.CAPITAL: "Thiếu vốn",
    Cause.MARKET: "Chưa có đầu ra",
    Cause.LABOUR: "Thiếu lao động, người quản lý",
    Cause.SAFETY: "Chưa đáp ứng an toàn thực phẩm, môi trường",
    Cause.STOPPED: "Chủ thể ngừng sản xuất",
    Cause.MISTAKE: "Đăng ký nhầm, trùng",
    Cause.OTHER: "Lý do khác",
}


class Scale(StrEnum):
    """How far production is when the idea is registered (khảo sát hiện trạng)."""

    NONE = "none"
    TRIAL = "trial"
    SOLD = "sold"


SCALE_NAMES = {
    Scale.NONE: "Chưa làm, mới là ý tưởng",
    Scale.TRIAL: "Đã làm thử",
    Scale.SOLD: "Đã bán ra thị trường",
}

# Words that say what kind of producer it is, not which one; longer ones first.
_KIND_WORDS = (
    "trach nhiem huu han",
    "doanh nghiep tu nhan",
    "co so san xuat",
    "mot thanh vien",
    "lien hiep htx",
    "ho kinh doanh",
    "ho san xuat",
    "hop tac xa",
    "to hop tac",
    "trang trai",
    "doanh nghiep",
    "cong ty",
    "co phan",
    "co so",
    "tnhh",
    "dntn",
    "mtv",
    "htx",
    "hkd",
    "tht",
    "cty",
    "ho",
    "cp",
)
_KINDS = re.compile(r"\b(?:" + "|".join(_KIND_WORDS) + r")\b")
_NOTE = re.compile(r"\([^()]*\)")
ALIKE_FROM = 0.85  # share of equal letters from which two names are shown side by side; a person decides


def own_words(name: str) -> tuple[str, ...]:
    """Return the words of a name that tell one producer from another: folded, without kind words and bracketed notes.

    'HTX Chè Hồng Thái (mẫu)' -> ('che', 'hong', 'thai'). A name of kind words alone keeps them all.
    """
    folded = fold(_NOTE.sub(" ", name))
    return tuple(_KINDS.sub(" ", folded).split()) or tuple(folded.split())


def alike(one: str, other: str) -> bool:
    """Return whether two names may mean the same: the same words in any order, one name within the other (two words at
    least), or spellings that share 85 % of their letters."""
    mine, theirs = own_words(one), own_words(other)
    if not mine or not theirs:
        return False
    fewer, more = sorted((set(mine), set(theirs)), key=len)
    if fewer <= more and (len(fewer) >= 2 or fewer == more):
        return True
    match = SequenceMatcher(None, " ".join(sorted(mine)), " ".join(sorted(theirs)))
    return match.quick_ratio() >= ALIKE_FROM and match.ratio() >= ALIKE_FROM  # the first is a cheap upper bound


# Words to which a subject agrees, by version: a consent keeps the version it was given to (compliance.md section 6).
CONSENT_TEXTS = {
    "2026-11": (
        "Tôi đồng ý để cán bộ UBND xã, phường nơi tôi sản xuất nhập hộ thông tin, giấy tờ và nộp hồ sơ đánh giá, phân "
        "hạng sản phẩm OCOP thay tôi. Tôi biết rằng: tôi chịu trách nhiệm về nội dung đã khai; ai nhập được ghi lại; "
        "cán bộ đã nhập hộ không xem xét hồ sơ đó ở cấp xã; tôi rút đồng ý bất cứ lúc nào, có hiệu lực ngay; đồng ý "
        "này không dùng cho việc khác."
    ),
}
CONSENT_NOW = "2026-11"
