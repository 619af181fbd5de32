"""Every kind of page: no barrier that axe knows, nothing beyond a narrow window, no complaint of the browser.

Source: compliance.md section 10 (WCAG 2.2 AA); ui.md section 3 (from 320 px). With SHOTS=FOLDER in the environment each
page is also photographed at 1366 and 390 px.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from .browser import DESK, PHONE, Site, visitor

pytestmark = pytest.mark.browser

SHOTS = os.environ.get("SHOTS")
NARROWEST = 320
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}

# Names of things -> how their address part is read from the sample province.
THINGS = {
    "product": "SELECT code FROM registry_product WHERE name = 'Miến dong Nà Đồng (mẫu)'",
    "subject": "SELECT subject_id FROM registry_product WHERE name = 'Miến dong Nà Đồng (mẫu)'",
    "paper": "SELECT max(id) FROM registry_evidence",
    "dossier": "SELECT d.code FROM dossiers_dossier d JOIN registry_product p ON p.id = d.product_id"
    " WHERE p.name = 'Miến dong Nà Đồng (mẫu)'",
    "draft": "SELECT code FROM dossiers_dossier WHERE step = 'draft'",
    "returned": "SELECT code FROM dossiers_dossier WHERE step = 'returned'",
    "waiting": "SELECT code FROM dossiers_dossier WHERE step = 'at_province'",
    "council": "SELECT council_id FROM councils_session WHERE name = 'Phiên chấm mẫu'",
    "session": "SELECT code FROM councils_session WHERE name = 'Phiên chấm mẫu'",
    "item": "SELECT i.id FROM councils_item i JOIN councils_session s ON s.id = i.session_id"
    " WHERE s.name = 'Phiên chấm mẫu' AND i.position = 1",
    "signed": "SELECT id FROM councils_sheet WHERE signed_at IS NOT NULL AND member_id IN"
    " (SELECT m.id FROM councils_member m JOIN accounts_user u ON u.id = m.user_id WHERE u.email LIKE 'hoidong1@%')"
    " ORDER BY id DESC",
    "conclusion": "SELECT id FROM councils_conclusion WHERE result = 'recognised' ORDER BY id DESC",
    "capped": "SELECT id FROM councils_conclusion WHERE band > stars ORDER BY id DESC",
    "decision": "SELECT decision_id FROM certificates_recognition WHERE basis = 'ours' ORDER BY id DESC",
    "approval": "SELECT id FROM certificates_approval WHERE answered_on IS NULL",
    "certificate": "SELECT code FROM certificates_recognition WHERE basis = 'ours' ORDER BY id DESC",
    "recorded": "SELECT code FROM certificates_recognition WHERE basis = 'recorded' ORDER BY id",
    "revoked": "SELECT code FROM certificates_recognition WHERE end_kind = 'revoked'",
    "extended": "SELECT r.code FROM certificates_recognition r JOIN dossiers_dossier d ON d.product_id = r.product_id"
    " WHERE d.extends = r.valid_until",
    "tracked": "SELECT code FROM dossiers_dossier WHERE step = 'at_province'",
    "public": "SELECT p.code FROM certificates_recognition r JOIN registry_product p ON p.id = r.product_id"
    " WHERE r.basis = 'ours' ORDER BY r.id DESC",
    "member": "SELECT id FROM accounts_user WHERE email LIKE 'hoidong1@%'",
    "appointment": "SELECT max(id) FROM accounts_appointment",
}

PAGES: dict[str, dict[str, str]] = {
    "": {
        "trang-chu": "/",
        "so-dang-ky": "/san-pham/",
        "so-dang-ky-loc": "/san-pham/?q=che&trang-thai=con-hieu-luc&sao=4",
        "so-dang-ky-khong-co": "/san-pham/?q=khongcogica",
        "san-pham": "/p/{public}",
        "ma-con-hieu-luc": "/c/{certificate}",
        "ma-da-thu-hoi": "/c/{revoked}",
        "ma-keo-dai": "/c/{extended}",
        "ma-sai": "/c/0000",
        "tra-cuu-ho-so": "/r/{tracked}",
        "kiem-tra": "/kiem-tra/",
        "dia-ban": "/dia-ban/?dia-gioi=2021",
        "dia-ban-mot-xa": "/dia-ban/02497/?dia-gioi=2021",
        "du-lieu-mo": "/du-lieu-mo/",
        "dang-nhap": "/dang-nhap/",
        "quen-mat-khau": "/quen-mat-khau/",
        "khong-tim-thay": "/khong-co/",
    },
    "chuthe1": {
        "viec-chu-the": "/viec/",
        "thong-bao": "/thong-bao/",
        "tim": "/tim/?q=che",
        "tai-khoan": "/tai-khoan/",
        "doi-mat-khau": "/tai-khoan/mat-khau/",
        "san-pham-cua-toi": "/san-pham-cua-toi/",
        "dang-ky-san-pham": "/san-pham-cua-toi/them/",
        "mot-san-pham": "/san-pham-cua-toi/{product}/",
        "sua-san-pham": "/san-pham-cua-toi/{product}/sua/",
        "kho-giay-to": "/giay-to/",
        "them-giay-to": "/giay-to/them/",
        "mot-giay-to": "/giay-to/{paper}/",
        "ho-so": "/ho-so/",
        "lap-ho-so": "/ho-so/lap/{product}/",
        "ho-so-tong-quan": "/ho-so/{draft}/",
        "mau-01-02": "/ho-so/{draft}/bieu-mau/",
        "tieu-chi": "/ho-so/{returned}/tieu-chi/1.1/",
        "nop-ho-so": "/ho-so/{returned}/nop/",
        "ho-so-toan-bo": "/ho-so/{dossier}/toan-bo/",
        "ket-qua-cua-chu-the": "/ket-qua/{capped}/",
    },
    "xa1": {
        "viec-xa": "/viec/",
        "chu-the": "/chu-the/",
        "nhap-chu-the": "/chu-the/them/",
        "mot-chu-the": "/chu-the/{subject}/",
        "sua-chu-the": "/chu-the/{subject}/sua/",
    },
    "tinh1": {
        "viec-tinh": "/viec/",
        "tiep-nhan": "/ho-so/{waiting}/tiep-nhan/",
        "tra-lai": "/ho-so/{waiting}/tra-lai/",
        "quyet-dinh": "/quyet-dinh/",
        "mot-quyet-dinh": "/quyet-dinh/{decision}/",
        "tra-loi-cua-bo": "/quyet-dinh/bo/{approval}/",
        "chung-nhan": "/chung-nhan/",
        "mot-chung-nhan": "/chung-nhan/{certificate}/",
        "chung-nhan-tu-nguon": "/chung-nhan/{recorded}/",
        "thu-hoi": "/chung-nhan/{certificate}/thu-hoi/",
        "chung-nhan-keo-dai": "/chung-nhan/{extended}/",
    },
    "thuky1": {
        "viec-thu-ky": "/viec/",
        "hoi-dong": "/hoi-dong/",
        "lap-hoi-dong": "/hoi-dong/moi/",
        "mot-hoi-dong": "/hoi-dong/{council}/",
        "chat-luong-cham": "/hoi-dong/{council}/chat-luong/",
        "phien-cham": "/phien-cham/",
        "lap-phien": "/phien-cham/moi/",
        "dot-danh-gia": "/dot-danh-gia/",
        "mot-dot": "/dot-danh-gia/province/2026/2/",
        "lap-dot": "/dot-danh-gia/moi/",
        "tinh-so-phien": "/phien-cham/tinh-so-phien/?san_pham=11&phut=50&khung=8:00-11:30,13:30-17:00&ngay=01/12/2026",
        "chuong-trinh": "/phien-cham/{session}/chuan-bi/",
        "mau-san-pham": "/phien-cham/{session}/mau/",
        "mot-phien": "/phien-cham/{session}/",
        "hoi-truong": "/phien-cham/{session}/hoi-truong/",
        "hieu-chuan": "/phien-cham/{session}/hieu-chuan/",
        "san-pham-trong-phien": "/phien-cham/{session}/{item}/",
        "ket-qua": "/ket-qua/",
        "mot-ket-qua": "/ket-qua/{conclusion}/",
        "ket-qua-bi-gioi-han": "/ket-qua/{capped}/",
    },
    "hoidong1": {
        "viec-hoi-dong": "/viec/",
        "phieu-da-ky": "/phieu-da-ky/{signed}/",
        "ke-khai-loi-ich": "/phien-cham/{session}/{item}/",
    },
    "hoidong6": {
        "bat-dau-cham": "/phieu-cham/{session}/{item}/",
        "phieu-cham": "/phieu-cham/{session}/{item}/?nhom=1",
        "xem-lai-phieu": "/phieu-cham/{session}/{item}/xem-lai/",
    },
    "quantri": {
        "viec-quan-tri": "/viec/",
        "nguoi-dung": "/quan-tri/nguoi-dung/",
        "viec-nen": "/quan-tri/viec-nen/",
    },
}


@pytest.fixture(scope="module")
def things(site: Site) -> dict[str, object]:
    return {name: site.value(sql) for name, sql in THINGS.items()}


@pytest.mark.parametrize("who", PAGES)
def test_pages(browser: Browser, site: Site, things: dict[str, object], who: str) -> None:
    """Each page that this person meets, once; every fault is told with its page."""
    axe, faults = Axe(), []
    with visitor(browser, site) as reader:
        if who:
            reader.sign_in(who)
        for name, path in PAGES[who].items():
            page = reader.go(path.format(**things))
            page.wait_for_load_state()
            for one in axe.run(page, options=RULES).response["violations"]:
                faults.append(f"{name}: {one['id']} {[node['html'][:120] for node in one['nodes'][:2]]}")
            page.set_viewport_size({"width": NARROWEST, "height": 640})
            if not reader.fits():
                faults.append(f"{name}: wider than {NARROWEST} px: {_wide(page)}")
            if SHOTS:
                _photograph(page, Path(SHOTS), name)
            page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
            if name == "bat-dau-cham" and "Bắt đầu chấm" in page.inner_text("main"):
                reader.press("Bắt đầu chấm")
        reader.troubles = [told for told in reader.troubles if "status of 40" not in told]  # the pages of wrong codes
    assert faults == []


def _wide(page: Page) -> object:
    """What runs out of the window, for the reader of a failure."""
    return page.evaluate(
        "[...document.querySelectorAll('main *')].filter(e => e.getBoundingClientRect().right > window.innerWidth + 1"
        " && !e.closest('.frame')).slice(0, 3).map(e => e.outerHTML.slice(0, 80))"
    )


def _photograph(page: Page, folder: Path, name: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for width, height in (DESK, PHONE):
        page.set_viewport_size({"width": width, "height": height})
        page.screenshot(path=folder / f"{name}-{width}.png", full_page=True)
