"""Dossiers and what offices do with them; dated settings."""

from .archive import Archive, ArchiveQuerySet
from .checking import (
    Advice,
    ClockNotice,
    ExpiryNotice,
    Gap,
    GapQuerySet,
    Slip,
    Stay,
    Visit,
    VisitFinding,
    VisitPhoto,
    VisitQuerySet,
)
from .core import (
    CommuneAssessment,
    Dossier,
    DossierQuerySet,
    Filing,
    Grant,
    GrantQuerySet,
    Pin,
    SelfScore,
    Window,
    WindowNotice,
    extensions,
)
from .hands import Hand, Side
from .reach import team_reach
from .results import ResultNotice
from .settings import CheckingRow, LateRow, RouteRow, TransitionRow

__all__ = [
    "Advice",
    "Archive",
    "ArchiveQuerySet",
    "CheckingRow",
    "ClockNotice",
    "CommuneAssessment",
    "Dossier",
    "DossierQuerySet",
    "ExpiryNotice",
    "Filing",
    "Gap",
    "GapQuerySet",
    "Grant",
    "GrantQuerySet",
    "Hand",
    "LateRow",
    "Pin",
    "ResultNotice",
    "RouteRow",
    "SelfScore",
    "Side",
    "Slip",
    "Stay",
    "TransitionRow",
    "Visit",
    "VisitFinding",
    "VisitPhoto",
    "VisitQuerySet",
    "Window",
    "WindowNotice",
    "extensions",
    "team_reach",
]
