"""Settings of the floor server: the same database and server, without middleware, templates or our addresses."""

from ocop.project import settings as ours
from ocop.project.settings import *  # noqa: F403

ROOT_URLCONF = "bench.floor"
MIDDLEWARE = []
INSTALLED_APPS = [app for app in ours.INSTALLED_APPS if not app.startswith("allauth")]  # it insists on its middleware
