from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("certificates", "0001_initial")]

    operations = [
        migrations.AddIndex(
            model_name="recognition",
            index=models.Index(
                fields=["basis", "level", "valid_until", "ended_on", "valid_from"],
                name="certificate_basis_ffbeef_idx",
            ),
        ),
    ]
