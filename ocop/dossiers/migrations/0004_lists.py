from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0003_stays")]

    operations = [
        migrations.RemoveIndex(model_name="dossier", name="dossiers_do_commune_932d44_idx"),
        migrations.AddIndex(
            model_name="dossier",
            index=models.Index(
                fields=["commune", "step", "filed_on", "returned_from", "subject"],
                name="dossiers_do_commune_1e8145_idx",
            ),
        ),
    ]
