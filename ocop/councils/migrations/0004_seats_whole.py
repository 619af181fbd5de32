"""Every seat has its beginning; a person and the chair sit once at a time, those who left stay in the table."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("councils", "0003_seats_by_day"),
    ]

    operations = [
        migrations.RemoveConstraint("member", "one_seat_a_person"),
        migrations.RemoveConstraint("member", "one_chair_a_council"),
        migrations.AlterField("member", "first_day", models.DateField(verbose_name="từ ngày")),
        migrations.AlterField(
            "member",
            "came_by",
            models.ForeignKey(
                on_delete=models.deletion.PROTECT,
                related_name="came_%(class)s",
                to="documents.document",
                verbose_name="theo văn bản",
            ),
        ),
        migrations.AlterField(
            "member",
            "user",
            models.ForeignKey(
                on_delete=models.deletion.PROTECT, related_name="%(class)s_seats", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddConstraint(
            "member",
            models.UniqueConstraint(
                condition=models.Q(("last_day", None)), fields=("council", "user"), name="one_seat_a_person"
            ),
        ),
        migrations.AddConstraint(
            "member",
            models.UniqueConstraint(
                condition=models.Q(("last_day", None), ("part", "chair")),
                fields=("council",),
                name="one_chair_a_council",
            ),
        ),
        migrations.AddConstraint(
            "member",
            models.CheckConstraint(
                condition=models.Q(("last_day__gte", models.F("first_day"))), name="member_leaves_after_coming"
            ),
        ),
    ]
