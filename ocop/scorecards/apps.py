from django.apps import AppConfig


class ScorecardsConfig(AppConfig):
    name = "ocop.scorecards"
    label = "scorecards"
    verbose_name = "bộ tiêu chí"
