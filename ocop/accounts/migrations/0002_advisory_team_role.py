from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [
        migrations.AlterField(
            model_name="appointment",
            name="role",
            field=models.CharField(
                choices=[
                    ("commune_officer", "Cán bộ xã"),
                    ("district_officer", "Cán bộ huyện"),
                    ("province_officer", "Cơ quan tham mưu OCOP cấp tỉnh"),
                    ("advisory_team", "Tổ tư vấn"),
                    ("secretary", "Thư ký hội đồng"),
                    ("leader", "Lãnh đạo tỉnh"),
                    ("admin", "Quản trị hệ thống"),
                ],
                max_length=20,
                verbose_name="vai trò",
            ),
        ),
    ]
