"""What a rehearsal walks: real names get 3 or 4 stars, every bad outcome happens to fictional ones ("(mẫu)")."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Plan:
    """One product's way. row  its row in reference/products, or empty where invented

    commune  code of the commune on the day of filing; target  points that the members aim at
    stars  marks kept up to this star, under 2019 also the council's finding; miss  criteria below their next mark
    """

    name: str
    subject: str
    kind: str
    set_no: int
    commune: str
    filed_on: date
    target: int
    stars: int
    row: str = ""
    miss: tuple[str, ...] = ()
    dossier_kind: str = "first"
    reject: str = ""
    deviation: int = 0  # how many rounds the sheets differ by more than 10
    conflict: bool = False


Y2021, Y2024, JULY, AUTUMN = date(2021, 3, 10), date(2024, 3, 12), date(2025, 7, 3), date(2025, 10, 8)
SUMMER, NOW_ROUND = date(2026, 6, 4), date(2026, 9, 3)

PLANS = (
    # 2019: the district council sends 50-100 points up, the province recognises
    Plan(
        "Chè xanh Ngọc Thúy",
        "Hợp tác xã dịch vụ sản xuất nông nghiệp Sử Anh",
        "cooperative",
        11,
        "02506",
        Y2021,
        76,
        4,
        row="TQ018",
    ),
    Plan(
        "Bột sắn dây Thục Sơn",
        "HTX Sản xuất tinh bột sắn dây thị trấn Sơn Dương",
        "cooperative",
        7,
        "02536",
        Y2021,
        63,
        3,
        row="TQ020",
    ),
    Plan(
        "Bánh gai Chiêm Hóa",
        "Hợp tác xã nông lâm nghiệp Đồng Lộc",
        "cooperative",
        6,
        "02287",
        Y2021,
        74,
        4,
        row="TQ011",
    ),
    Plan("Rượu chuối men lá (mẫu)", "Tổ hợp tác Khuổi Nấc (mẫu)", "cooperative_group", 14, "02287", Y2021, 44, 2),
    # 2023 with districts: 3 stars by the district, 70-100 points go up
    Plan(
        "Túi thổ cẩm Nà Khoang (mẫu)", "Tổ hợp tác dệt Nà Khoang (mẫu)", "cooperative_group", 22, "02287", Y2024, 61, 3
    ),
    Plan("Nước uống đóng chai Núi Cố (mẫu)", "Công ty TNHH Núi Cố (mẫu)", "sme", 16, "02464", Y2024, 78, 4),
    Plan("Xôi ngũ sắc đóng gói (mẫu)", "Hộ kinh doanh Bếp Xưa (mẫu)", "household", 5, "02536", Y2024, 45, 2),
    Plan(
        "Bánh gai Chiêm Hóa",
        "Hợp tác xã nông lâm nghiệp Đồng Lộc",
        "cooperative",
        6,
        "02287",
        date(2024, 3, 12),
        79,
        4,
        row="TQ011",
        dossier_kind="re_evaluation",
    ),
    # 1-5/7/2025: the province, scorecard of 2023
    Plan("Rượu ngô men lá Thanh Vân", "HTX rượu Thanh Vân", "cooperative", 14, "00889", JULY, 66, 3, row="HG012"),
    Plan("Nước mắm cá suối Bản Ba (mẫu)", "Hộ kinh doanh Bản Ba (mẫu)", "household", 9, "02536", JULY, 58, 3),
    # from 6/7/2025: commune, then province; scorecard of 2023 until 21/5/2026
    Plan(
        "Mật ong Bạc hà Tả Lủng",
        "HTX dịch vụ nông nghiệp Tả Lủng",
        "cooperative",
        4,
        "00769",
        AUTUMN,
        77,
        4,
        row="HG005",
    ),
    Plan(
        "Gạo nếp nương Đèo Gà (mẫu)",
        "Tổ hợp tác Đèo Gà (mẫu)",
        "cooperative_group",
        3,
        "02287",
        AUTUMN,
        62,
        2,
        miss=("9.a",),
    ),
    Plan(
        "Khăn dệt tay Thượng Nông (mẫu)",
        "Hợp tác xã Thượng Nông (mẫu)",
        "cooperative",
        22,
        "02473",
        AUTUMN,
        72,
        4,
        conflict=True,
    ),
    # 2026
    Plan("Chè búp Ngân Sơn", "Hợp tác xã chè búp Ngân Sơn", "cooperative", 11, "02545", SUMMER, 75, 4, row="TQ035"),
    Plan("Trà ổi", "Hợp tác xã nông sản hữu cơ Bình Minh", "cooperative", 12, "02473", SUMMER, 64, 3, row="TQ034"),
    Plan("Trà xanh hộp 100 g", "HTX chế biến chè Phìn Hồ", "cooperative", 11, "01090", SUMMER, 84, 4, row="HG001"),
    Plan(
        "Chè Shan tuyết Cổng Thành loại 500 g",
        "HTX Nông nghiệp - Thương mại - Dịch vụ Cổng Thành",
        "cooperative",
        11,
        "00820",
        SUMMER,
        73,
        4,
        row="HG003",
    ),
    Plan("Rượu ngô Chí Sán", "HTX dịch vụ nông nghiệp Tả Lủng", "cooperative", 14, "00769", SUMMER, 62, 3, row="HG006"),
    Plan("Homestay Nà Tông (mẫu)", "Hội du lịch cộng đồng Nà Tông (mẫu)", "association", 26, "02260", SUMMER, 68, 3),
    Plan(
        "Viên cà gai leo Sơn Phú (mẫu)",
        "Công ty cổ phần Sơn Phú (mẫu)",
        "sme",
        18,
        "02536",
        SUMMER,
        76,
        3,
        miss=("4.1",),
    ),
    Plan(
        "Thịt trâu gác bếp Khau Phạ (mẫu)",
        "Hợp tác xã Khau Phạ (mẫu)",
        "cooperative",
        8,
        "02287",
        SUMMER,
        70,
        4,
        reject="Giấy chứng nhận an toàn thực phẩm trong hồ sơ không do cơ quan nêu trên giấy cấp",
    ),
    Plan("Tinh dầu bưởi Soi Vàng (mẫu)", "Công ty cổ phần Soi Vàng (mẫu)", "sme", 19, "02473", SUMMER, 92, 5),
    Plan(
        "Chè Shan tuyết Hồng Thái Lộc trà",
        "Hợp tác xã Sơn Trà",
        "cooperative",
        11,
        "02260",
        NOW_ROUND,
        74,
        4,
        row="TQ025",
    ),
    Plan(
        "Cá chiên Thái Hòa",
        "Hợp tác xã Sản xuất cá chiên Thái Hòa",
        "cooperative",
        2,
        "02419",
        NOW_ROUND,
        60,
        3,
        row="TQ031",
    ),
    Plan(
        "Chè xanh Ngọc Thuý Nõn",
        "Hợp tác xã dịch vụ sản xuất nông nghiệp Sử Anh",
        "cooperative",
        11,
        "02509",
        NOW_ROUND,
        66,
        3,
        row="TQ017",
    ),
    Plan("Cây hồng cảnh Bó Ngựa (mẫu)", "Trang trại Bó Ngựa (mẫu)", "farm", 24, "02473", NOW_ROUND, 66, 3, deviation=1),
    Plan("Cà phê rang mộc Đán Khao (mẫu)", "Hợp tác xã Đán Khao (mẫu)", "cooperative", 13, "02287", NOW_ROUND, 60, 3),
    Plan("Muối vừng lạc Soi Đát (mẫu)", "Hộ kinh doanh Soi Đát (mẫu)", "household", 10, "02536", NOW_ROUND, 47, 2),
    Plan(
        "Giỏ mây tre Làng Chang (mẫu)",
        "Tổ hợp tác Làng Chang (mẫu)",
        "cooperative_group",
        21,
        "02509",
        NOW_ROUND,
        71,
        4,
        deviation=2,
    ),
)
