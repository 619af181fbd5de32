"""The doors of the environment: production refuses to start without its own secrets and host."""

from __future__ import annotations

import base64
import io
import os
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command

from ocop.kernel.models import ReferenceFile
from ocop.project import checks
from ocop.project.environment import read

KEY = base64.urlsafe_b64encode(bytes(range(32))).decode()
SECRET = "kD7vQz2mXw9TtR4pLs8yBn6hJf3gCa5eUu0oIiVEtY1"
GOOD = {
    "OCOP_MODE": "production",
    "OCOP_HOST": "ocop.tuyenquang.gov.vn",
    "OCOP_SECRET_KEY": SECRET,
    "OCOP_DATA_KEY": KEY,
}


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    return {**GOOD, "OCOP_DATA": str(tmp_path)}


def test_production_starts_with_its_own_secrets_and_host(env):
    found = read(env)
    assert found.production
    assert found.host == "ocop.tuyenquang.gov.vn"
    assert found.data_key == bytes(range(32))
    assert found.secret_key == SECRET


@pytest.mark.parametrize("name", ["OCOP_HOST", "OCOP_SECRET_KEY", "OCOP_DATA_KEY"])
@pytest.mark.parametrize("how", ["missing", "empty"])
def test_production_refuses_a_missing_value(env, name, how):
    if how == "missing":
        del env[name]
    else:
        env[name] = ""
    with pytest.raises(ImproperlyConfigured, match=name):
        read(env)
    assert not list(Path(env["OCOP_DATA"]).iterdir())  # and makes none


def test_everything_that_is_missing_is_named_at_once(env):
    del env["OCOP_HOST"], env["OCOP_DATA_KEY"]
    with pytest.raises(ImproperlyConfigured, match=r"^OCOP_DATA_KEY, OCOP_HOST chưa đặt"):
        read(env)


def test_a_refused_start_says_one_sentence_and_no_traceback(env):
    del env["OCOP_HOST"]
    words = [sys.executable, "-m", "django", "check"]
    inherited = {key: value for key, value in os.environ.items() if not key.startswith(("OCOP_", "DATABASE_"))}
    settings = {"DJANGO_SETTINGS_MODULE": "ocop.project.settings"}
    done = subprocess.run(words, env=inherited | settings | env, capture_output=True, text=True)
    assert done.returncode == 1
    sentence = "Chưa khởi động. OCOP_HOST chưa đặt. Chế độ production không tự tạo giá trị này."
    assert done.stderr.splitlines() == [sentence]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OCOP_SECRET_KEY", SECRET[:39]),  # one sign too short
        ("OCOP_SECRET_KEY", "changeme" * 8),  # long, 7 different signs
        ("OCOP_HOST", "localhost"),
        ("OCOP_HOST", "127.0.0.1:8000"),
        ("OCOP_HOST", "https://ocop.vn"),
        ("OCOP_HOST", "ocop.vn/"),
        ("OCOP_DATA_KEY", base64.urlsafe_b64encode(bytes(31)).decode()),
        ("OCOP_DATA_KEY", base64.urlsafe_b64encode(bytes(33)).decode()),
        ("OCOP_MODE", "prod"),
        ("DATABASE_URL", "mysql://ocop@localhost/ocop"),
    ],
)
def test_production_refuses_a_weak_or_wrong_value(env, name, value):
    with pytest.raises(ImproperlyConfigured, match=name):
        read({**env, name: value})


def test_a_secret_of_40_signs_is_long_enough(env):
    assert read({**env, "OCOP_SECRET_KEY": SECRET[:40]}).secret_key == SECRET[:40]


def test_sample_makes_its_secrets_once_for_each_folder_readable_by_its_owner_alone(tmp_path):
    first = read({"OCOP_DATA": str(tmp_path / "a")})
    assert not first.production
    assert read({"OCOP_DATA": str(tmp_path / "a")}) == first
    assert read({"OCOP_DATA": str(tmp_path / "b")}).secret_key != first.secret_key
    for name in ("secret.key", "data.key"):
        assert stat.S_IMODE((tmp_path / "a" / name).stat().st_mode) == 0o600


def test_the_host_of_a_sample_is_the_served_address(tmp_path):
    assert read({"OCOP_DATA": str(tmp_path)}).host == "127.0.0.1:8000"
    assert read({"OCOP_DATA": str(tmp_path), "PORT": "8123"}).host == "127.0.0.1:8123"


def test_a_database_url_names_postgresql_with_escaped_words(env):
    found = read({**env, "DATABASE_URL": "postgresql://ocop:a%40b@db.local:5433/ocop"}).database
    assert found["ENGINE"] == "django.db.backends.postgresql"
    assert (found["USER"], found["PASSWORD"], found["HOST"], found["PORT"], found["NAME"]) == (
        "ocop", "a@b", "db.local", "5433", "ocop",
    )  # fmt: skip


def test_sqlite_before_3_51_3_is_refused():
    assert checks.too_old((3, 51, 2))
    assert not checks.too_old((3, 51, 3))
    assert not checks.too_old((3, 53, 0))


def test_the_library_that_runs_is_new_enough():
    assert sqlite3.sqlite_version_info >= (3, 51, 3)
    assert checks.sqlite_library(None) == []


@pytest.mark.django_db
@pytest.mark.parametrize(("reference", "loaded"), [(True, True), (False, False)])
def test_reference_facts_are_loaded_at_a_start_and_left_to_the_command_that_names_its_folder(reference, loaded):
    """Else loading another folder twice would load ours in between, and make a new version each time."""
    file = ReferenceFile.objects.get(name="holidays-vn.csv")
    ReferenceFile.objects.filter(pk=file.pk).update(sha256="0" * 64)
    call_command("prepare", sample=False, static=False, reference=reference, stdout=io.StringIO())
    assert ReferenceFile.objects.filter(pk=file.pk, sha256=file.sha256).exists() == loaded
