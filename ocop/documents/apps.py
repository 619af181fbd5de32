from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "ocop.documents"
    label = "documents"
    verbose_name = "văn bản"
