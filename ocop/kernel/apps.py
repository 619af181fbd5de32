from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class KernelConfig(AppConfig):
    name = "ocop.kernel"
    label = "kernel"
    verbose_name = "nền"

    def ready(self) -> None:
        autodiscover_modules("tasks")  # each room registers the names of its jobs
