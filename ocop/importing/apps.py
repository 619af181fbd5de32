from django.apps import AppConfig


class ImportingConfig(AppConfig):
    name = "ocop.importing"
    label = "importing"
    verbose_name = "nhập từ Excel"
