"""Sites are found by their folded words, as every other list."""

from typing import Any

from django.db import migrations, models

from ocop.kernel.text import fold


def fill(apps: Any, schema_editor: Any) -> None:
    Site = apps.get_model("registry", "Site")
    rows = list(Site.objects.order_by("pk").only("pk", "name", "address"))
    for row in rows:
        row.folded = fold(f"{row.name} {row.address}")[:500]
    Site.objects.bulk_update(rows, ["folded"], batch_size=500)


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0005_assisted_entry"),
    ]

    operations = [
        migrations.AddField(
            model_name="site",
            name="folded",
            field=models.CharField(default="", editable=False, max_length=500),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
