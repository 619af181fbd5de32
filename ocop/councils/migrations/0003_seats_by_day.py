"""A seat has its first and last day and the decisions of both; those of before began with their council."""

from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def begin_with_the_council(apps, schema_editor):
    council = apps.get_model("councils", "Council").objects.filter(pk=OuterRef("council"))
    apps.get_model("councils", "Member").objects.update(
        first_day=Subquery(council.values("founded_on")), came_by=Subquery(council.values("decision"))
    )


def document(related_name, verbose_name):
    return models.ForeignKey(
        null=True,
        on_delete=models.deletion.PROTECT,
        related_name=related_name,
        to="documents.document",
        verbose_name=verbose_name,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("councils", "0002_session_hours"),
        ("documents", "0001_initial"),
    ]

    operations = [
        migrations.AddField("council", "term_decision", document("+", "quyết định về nhiệm kỳ")),
        migrations.AddField("member", "first_day", models.DateField(null=True, verbose_name="từ ngày")),
        migrations.AddField("member", "last_day", models.DateField(null=True, verbose_name="đến ngày")),
        migrations.AddField("member", "came_by", document("came_%(class)s", "theo văn bản")),
        migrations.AddField("member", "left_by", document("left_%(class)s", "thôi theo văn bản")),
        migrations.RunPython(begin_with_the_council, migrations.RunPython.noop),
    ]
