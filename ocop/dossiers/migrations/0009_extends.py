from django.db import migrations, models
from django.db.models import Q


def extend(apps, schema_editor):
    """Re-evaluations filed by art. 12.3 before this was written down: the certificates whose end they extend."""
    late, dossier, window = (apps.get_model("dossiers", name) for name in ("LateRow", "Dossier", "Window"))
    for row in late.objects.order_by("pk"):
        filed = dossier.objects.filter(kind="re_evaluation", filed_on__range=(row.ends_from, row.last_day))
        for one in filed.order_by("pk"):
            ends = window.objects.filter(product=one.product_id, valid_until__range=(row.ends_from, row.ends_to))
            last = ends.order_by("-valid_until").values_list("valid_until", flat=True).first()
            if last:
                dossier.objects.filter(pk=one.pk).update(extends=last)


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0008_reevaluation_days")]

    operations = [
        migrations.AddField(
            model_name="dossier",
            name="extends",
            field=models.DateField(null=True, verbose_name="kéo dài giấy chứng nhận hết hạn ngày"),
        ),
        migrations.AddIndex(
            model_name="dossier",
            index=models.Index(
                condition=Q(("extends__isnull", False)), fields=["extends"], name="dossiers_that_extend"
            ),
        ),
        migrations.RunPython(extend, migrations.RunPython.noop),
    ]
