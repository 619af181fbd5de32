"""Reminders by mail go to who agreed: nobody has, before this version asked (compliance.md section 6)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_notices_by_mail"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="mail_agreed_at",
            field=models.DateTimeField(null=True, verbose_name="đồng ý nhận nhắc hạn qua thư lúc"),
        ),
        migrations.RemoveField(
            model_name="user",
            name="no_mail_since",
        ),
    ]
