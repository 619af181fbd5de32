from django.apps import AppConfig


class AreasConfig(AppConfig):
    name = "ocop.areas"
    label = "areas"
    verbose_name = "địa bàn"
