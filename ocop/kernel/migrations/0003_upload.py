from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("kernel", "0002_append_only"),
    ]

    operations = [
        migrations.CreateModel(
            name="Upload",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=40, unique=True)),
                ("owner_id", models.BigIntegerField(verbose_name="người gửi")),
                ("place", models.CharField(blank=True, max_length=100, verbose_name="gửi vào")),
                ("name", models.CharField(max_length=150, verbose_name="tên tệp")),
                ("size", models.PositiveBigIntegerField(verbose_name="số byte")),
                ("sha256", models.CharField(max_length=64)),
                ("allow", models.CharField(max_length=100, verbose_name="loại được nhận")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("arriving", "đang tải"),
                            ("waiting", "chờ quét vi-rút"),
                            ("ready", "đã nhận"),
                            ("refused", "không nhận"),
                        ],
                        default="arriving",
                        max_length=10,
                    ),
                ),
                ("why", models.TextField(blank=True, verbose_name="lý do không nhận")),
                ("since", models.DateTimeField(verbose_name="ở tình trạng này từ")),
                ("taken_at", models.DateTimeField(null=True, verbose_name="biểu mẫu đã lấy lúc")),
            ],
            options={
                "verbose_name": "tệp đang tải",
                "indexes": [
                    models.Index(fields=["owner_id", "place"], name="kernel_uplo_owner_i_0a6f99_idx"),
                    models.Index(fields=["since"], name="kernel_uplo_since_c4c535_idx"),
                ],
            },
        ),
    ]
