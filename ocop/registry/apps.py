from django.apps import AppConfig


class RegistryConfig(AppConfig):
    name = "ocop.registry"
    label = "registry"
    verbose_name = "chủ thể, sản phẩm"
