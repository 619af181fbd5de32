"""Conclusions of a product opened again stay; discussions between rounds; when a product was called."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import OuterRef, Q, Subquery


def rounds(apps, schema_editor):
    """A conclusion rests on the last round of its product: none was ever opened again before."""
    item = apps.get_model("councils", "Item").objects.filter(pk=OuterRef("item")).values("round")
    apps.get_model("councils", "Conclusion").objects.update(round=Subquery(item))


class Migration(migrations.Migration):
    dependencies = [("councils", "0005_rounds_and_plans")]

    operations = [
        migrations.AddField(
            "session", "rechecked", models.PositiveSmallIntegerField("sản phẩm tính lại khớp", null=True)
        ),
        migrations.AddField("item", "called_at", models.DateTimeField("bắt đầu lúc", null=True)),
        migrations.AddField(
            "conclusion", "round", models.PositiveSmallIntegerField("vòng", default=1), preserve_default=False
        ),
        migrations.RunPython(rounds, migrations.RunPython.noop),
        migrations.AddField("conclusion", "superseded_at", models.DateTimeField("mở lại lúc", null=True)),
        migrations.AddField(
            "conclusion",
            "superseded_reason",
            models.CharField("lý do mở lại", max_length=500, blank=True, default=""),
            preserve_default=False,
        ),
        migrations.AlterField(
            "conclusion",
            "item",
            models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="conclusions", to="councils.item"
            ),
        ),
        migrations.AddConstraint(
            "conclusion",
            models.UniqueConstraint(
                fields=["item"], condition=Q(superseded_at=None), name="one_conclusion_in_effect_a_product"
            ),
        ),
        migrations.AddConstraint(
            "conclusion", models.UniqueConstraint(fields=["item", "round"], name="one_conclusion_a_round")
        ),
        migrations.CreateModel(
            "Discussion",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("round", models.PositiveSmallIntegerField("vòng")),
                ("criterion", models.CharField("tiêu chí", max_length=10)),
                ("note", models.CharField("nội dung thảo luận", max_length=1000)),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="discussions", to="councils.item"
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            "discussion",
            models.UniqueConstraint(fields=["item", "round", "criterion"], name="one_note_a_criterion"),
        ),
    ]
