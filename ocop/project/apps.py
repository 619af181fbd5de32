from django.apps import AppConfig


class ProjectConfig(AppConfig):
    name = "ocop.project"
    label = "project"
