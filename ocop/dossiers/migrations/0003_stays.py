"""Stays of dossiers filed before the table: from their events, as far as these are kept."""

import json
from datetime import date, datetime, timedelta, timezone

from django.db import migrations

VIETNAM = timezone(timedelta(hours=7))
FINAL = {"recognised", "below_3", "rejected", "withdrawn", "expired"}


def fill(apps, schema_editor):
    Dossier, Stay = apps.get_model("dossiers", "Dossier"), apps.get_model("dossiers", "Stay")
    EventBody = apps.get_model("kernel", "EventBody")
    moves: dict[int, list[tuple[date, str]]] = {}
    bodies = EventBody.objects.filter(event__object_kind="dossiers.dossier", body__contains='"step"')
    for body, pk in bodies.order_by("event").values_list("body", "event__object_id").iterator():
        told = json.loads(body)
        if step := told["after"].get("step"):
            day = datetime.fromisoformat(told["at"]).astimezone(VIETNAM).date()
            moves.setdefault(pk, []).append((day, step))
    rows = []
    filed = Dossier.objects.filter(filed_on__isnull=False).order_by("pk")
    for pk, step, since in filed.values_list("pk", "step", "step_since").iterator():
        known = moves.get(pk, [])
        if not known or known[-1] != (since, step):  # its events were erased: what the row itself says
            known = [(since, step)]
        for (day, at), after in zip(known, [*known[1:], None], strict=True):
            if at not in FINAL:
                rows.append(Stay(dossier_id=pk, step=at, since=day, until=after[0] if after else None))
    Stay.objects.bulk_create(rows, batch_size=500)


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0002_checking"), ("kernel", "0002_append_only")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
