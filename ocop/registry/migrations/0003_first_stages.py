"""Every product that is there gets the first row of its way: the stage it has, on the day it was entered."""

from __future__ import annotations

from datetime import timedelta

from django.db import migrations
from django.db.migrations.state import StateApps

VIETNAM = timedelta(hours=7)


def first_stages(apps: StateApps, editor: object) -> None:
    Product, StageChange = apps.get_model("registry", "Product"), apps.get_model("registry", "StageChange")
    Event = apps.get_model("kernel", "Event")
    added = Event.objects.filter(kind="product.added").order_by("-id").values_list("object_id", "at")
    days = {key: (at + VIETNAM).date() for key, at in added}
    rows = Product.objects.filter(stage_changes=None).order_by("pk")
    StageChange.objects.bulk_create(
        [
            StageChange(product=row, stage=row.stage, day=days[row.pk], actor="Ghi từ nhật ký")
            for row in rows
            if row.pk in days
        ],
        batch_size=500,
    )


class Migration(migrations.Migration):
    dependencies = [("registry", "0002_ideas_sites_merging")]
    operations = [migrations.RunPython(first_stages, migrations.RunPython.noop)]
