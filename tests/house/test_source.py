"""What the source of every room keeps to."""

from __future__ import annotations

import ast

import pytest
from django.apps import apps

from .source import Source, chain, sources

MOST_LINES = 1000
SCOPES = {"visible_to", "of", "kept_by"}  # a query that begins with the reader
CLOCKS = {("timezone", "now"), ("datetime", "now"), ("datetime", "utcnow"), ("date", "today"), ("time", "time")}
PURE = {"rules", "models", "permissions", "queries", "services", "loading", "papers"}


def ids(source: Source) -> str:
    return source.name


every_file = pytest.mark.parametrize("source", sources(), ids=ids)


@every_file
def test_imports_stand_at_the_top(source):
    inside = [
        source.where(node)
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        and any(isinstance(around, ast.FunctionDef | ast.AsyncFunctionDef) for around in source.around(node))
    ]
    assert inside == []


@every_file
def test_nothing_happens_by_signal(source):
    words = {"receiver", "post_save", "pre_save", "post_delete", "pre_delete", "m2m_changed", "post_migrate"}
    used = [
        source.where(n)
        for n in ast.walk(source.tree)
        if isinstance(n, ast.Name | ast.Attribute) and (n.id if isinstance(n, ast.Name) else n.attr) in words
    ]
    imported = [
        source.where(node)
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").endswith((".signals", "dispatch"))
    ]
    assert used + imported == []


@pytest.mark.parametrize("source", [s for s in sources() if "/" in s.name and s.layer in PURE], ids=ids)
def test_rules_queries_and_services_are_told_the_moment(source):
    """`default=timezone.now` of a column is no call: the model's own row of a first account."""
    read = [
        source.where(node)
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and (node.func.value.id, node.func.attr) in CLOCKS
    ]
    assert read == []


@every_file
def test_a_file_stays_short(source):
    assert source.lines < MOST_LINES


# Views begin with the reader

VIEWS = {"views", "api"}
NOT_BY_SCOPE = {
    ("accounts/views.py", "Appointment"): "the administrator's page, after check_may_manage_users",
    ("councils/views/councils.py", "Appointment"): "units of the people that a secretary may seat",
    ("councils/views/councils.py", "User"): "people that a secretary may seat",
    ("dossiers/views/criteria.py", "Evidence"): "the wallet of the subject of a dossier found by visible_to",
    ("dossiers/views/gaps.py", "Evidence"): "papers of a dossier found by visible_to, and the wallet of its subject",
    ("dossiers/views/workspace.py", "Dossier"): "whether a visible dossier was filed again: yes or no",
    ("registry/views/subjects.py", "User"): "an account named by its whole address",
}
PUBLIC_ROOM = "portal"  # its pages show what is public; its tests hold what that is


def scoped_models() -> set[str]:
    return {
        model.__name__
        for model in apps.get_models()
        if model.__module__.startswith("ocop.") and hasattr(model.objects.all(), "visible_to")
    } - {"Area"}


def test_a_view_asks_for_what_its_reader_may_see():
    names, unscoped = scoped_models(), {}
    for source in sources():
        if "/" not in source.name or source.layer not in VIEWS or source.room == PUBLIC_ROOM:
            continue
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Attribute) and node.attr == "objects" and isinstance(node.value, ast.Name):
                _, steps = chain(source, node)
                if node.value.id in names and not SCOPES & set(steps):
                    unscoped.setdefault((source.name, node.value.id), []).append(source.where(node))
    assert {key: places for key, places in unscoped.items() if key not in NOT_BY_SCOPE} == {}
    assert set(NOT_BY_SCOPE) <= set(unscoped), "an exception that is no longer needed"


# Lists have an order

ORDERLESS = {
    "count",
    "exists",
    "first",
    "get",
    "last",
    "update",
    "delete",
    "aggregate",
    "in_bulk",
    "earliest",
    "latest",
}
ORDERED = {"order_by", "about", "due"}  # the last two order by themselves
SORTED_ANYWAY = {"Regime"}  # Meta.ordering


def test_a_list_has_an_order():
    """A query that is looped over, cut or made a list says its order, unless it fills a set or a mapping."""
    found = []
    for source in sources():
        for node in ast.walk(source.tree):
            if not (isinstance(node, ast.Attribute) and node.attr == "objects" and isinstance(node.value, ast.Name)):
                continue
            end, steps = chain(source, node)
            if (ORDERED | ORDERLESS) & set(steps) or node.value.id in SORTED_ANYWAY:
                continue
            around = next(source.around(end))
            looped = isinstance(around, ast.For) and around.iter is end
            cut = isinstance(around, ast.Subscript) and isinstance(around.slice, ast.Slice)
            called = (
                isinstance(around, ast.Call)
                and isinstance(around.func, ast.Name)
                and around.func.id in ("list", "tuple")
            )
            listed = isinstance(around, ast.comprehension) and isinstance(
                next(source.around(around)), ast.ListComp | ast.GeneratorExp
            )
            if looped or cut or called or listed:
                found.append(source.where(node))
    assert found == []


# Services write events

CALLER = "in the transaction of a caller who writes the event"
WITHOUT_EVENT = {
    ("accounts", "count_attempt"): "an attempt to sign in changes nothing; what follows it has its event",
    ("accounts", "drop_old_attempts"): "failures that no limit looks at any more",
    ("accounts", "forget_attempt"): "the attempt was right",
    ("accounts", "mail_notice"): "a job sends what an event told; the notice keeps when",
    ("accounts", "mark_read"): "reading one's own notice changes no right",
    ("accounts", "new_secret"): "writes nothing",
    ("accounts", "notify"): CALLER,
    ("accounts", "share_password"): "sample users alone, at the first start",
    ("certificates", "print_certificate"): "a job prints again what an event issued",
    ("certificates", "record_ministry_decision"): CALLER,
    ("councils", "check_undecided"): "writes nothing",
    ("documents", "record_foreign_document"): CALLER,
    ("councils", "check_options"): "writes nothing",
    ("councils", "store"): CALLER,
    ("dossiers", "assessed"): CALLER,
    ("dossiers", "carry_over"): CALLER,
    ("dossiers", "close_window"): CALLER,
    ("dossiers", "commune_on"): "writes nothing",
    ("dossiers", "check_answered"): "writes nothing",
    ("dossiers", "check_room"): "writes nothing",
    ("dossiers", "check_settled"): "writes nothing",
    ("dossiers", "end_reading"): CALLER,
    ("dossiers", "end_readings"): CALLER,
    ("dossiers", "enter_step"): CALLER,
    ("dossiers", "give_slip"): CALLER,
    ("dossiers", "grant_reading"): CALLER,
    ("dossiers", "hand_in_answers"): CALLER,
    ("dossiers", "open_window"): CALLER,
    ("dossiers", "as_writer"): CALLER,
    ("dossiers", "judge"): CALLER,
    ("dossiers", "printed"): "writes nothing",
    ("dossiers", "write"): CALLER,
    ("dossiers", "send_gaps"): CALLER,
    ("dossiers", "tell_subject"): CALLER,
    ("registry", "alive"): "writes nothing",
    ("registry", "checked_reason"): "writes nothing",
    ("documents", "record_foreign_documents"): CALLER,
    ("documents", "remove_foreign_documents"): CALLER,
    ("dossiers", "close_windows"): CALLER,
    ("dossiers", "open_windows"): CALLER,
    ("importing", "check"): "stages rows outside the register; what is written has its events",
    ("registry", "give_official_code"): CALLER,
    ("registry", "tell_producers"): CALLER,
    ("registry", "follow"): CALLER,
    ("registry", "lead_back"): CALLER,
    ("registry", "tie"): CALLER,
}


def services() -> dict[tuple[str, str], ast.FunctionDef]:
    """(room, name) -> function, of every services module."""
    return {
        (source.room, node.name): node
        for source in sources()
        if "/" in source.name and source.layer == "services"
        for node in source.tree.body
        if isinstance(node, ast.FunctionDef)
    }


def called(function: ast.FunctionDef) -> set[str]:
    """Names that a function calls: f(...), room.f(...) and audit.record (or record_many) as "audit.record"."""
    names = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            names.add(node.func.id)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            of = node.func.value.id if isinstance(node.func.value, ast.Name) else ""
            recorded = of == "audit" and node.func.attr in ("record", "record_many")
            names.add("audit.record" if recorded else node.func.attr)
    return names


def test_a_service_writes_an_event_or_says_why_not():
    found = services()
    calls = {key: called(node) for key, node in found.items()}
    telling = {key for key, names in calls.items() if "audit.record" in names}
    while True:
        names = {name for _, name in telling}
        more = {key for key, used in calls.items() if key not in telling and used & names}
        if not more:
            break
        telling |= more
    silent = {key for key in found if key not in telling and not key[1].startswith("_")}
    assert silent == set(WITHOUT_EVENT)


def test_a_service_is_one_transaction():
    """Whatever writes its own event stands in `transaction.atomic`, or is called in one and says so."""
    loose = {
        key
        for key, node in services().items()
        if "audit.record" in called(node) and "transaction.atomic" not in ast.unparse(node)
    }
    assert loose == {("certificates", "_recognise"), ("certificates", "replace_older"), ("dossiers", "make_move")}


def test_services_take_their_arguments_by_name():
    by_place = {
        key: [argument.arg for argument in node.args.args]
        for key, node in services().items()
        if not key[1].startswith("_") and "audit.record" in called(node) and node.args.args
    }
    assert by_place == {("dossiers", "make_move"): ["dossier", "move"]}
