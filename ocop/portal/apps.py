from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "ocop.portal"
    label = "portal"
    verbose_name = "cổng công khai"
