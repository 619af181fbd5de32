from django.apps import AppConfig

from . import checks  # noqa: F401  # registers itself


class ProjectConfig(AppConfig):
    name = "ocop.project"
    label = "project"
