"""Vietnamese text: spelling in the store, search, order."""

import random

import pytest

from ocop.kernel import text


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Che\u0300 Shan tuye\u0302\u0301t", "Chè Shan tuyết"),
        ("  mật   ong \t bạc hà ", "mật ong bạc hà"),
        ("Hà\u200b Giang\ufeff", "Hà Giang"),
        ("\u202egnp.exe", "gnp.exe"),
        ("a\x00b\x07c\x1b", "abc"),
        ("dòng một  \r\n  dòng hai\rdòng ba", "dòng một\ndòng hai\ndòng ba"),
        ("", ""),
    ],
    ids=["letters in parts", "blanks", "invisible marks", "direction mark", "control signs", "line ends", "nothing"],
)
def test_text_is_stored_in_one_spelling(typed: str, kept: str) -> None:
    assert text.clean(typed) == kept
    assert text.clean(kept) == kept


@pytest.mark.parametrize(
    ("written", "searched"),
    [
        ("Đường phèn Đồng Văn", "duong phen dong van"),
        ("CHÈ SHAN TUYẾT", "che shan tuyet"),
        ("Thịt lợn đen (gác bếp) – 500g", "thit lon den gac bep 500g"),
        ("Rượu ngô_Thanh Vân", "ruou ngo thanh van"),
        ("Đu\u031bo\u031b\u0300ng", "duong"),
    ],
)
def test_search_knows_no_accents_and_reads_d_with_a_stroke_as_d(written: str, searched: str) -> None:
    assert text.fold(written) == searched


def test_an_address_is_the_folded_name_with_hyphens() -> None:
    assert text.slug("Mật ong bạc hà – Mèo Vạc (500 ml)") == "mat-ong-bac-ha-meo-vac-500-ml"
    assert text.slug("!!!") == ""


@pytest.mark.parametrize(
    "ordered",
    [
        list("aăâbcdđeêghiklmnoôơpqrstuưvxy"),
        ["ma", "mà", "mả", "mã", "má", "mạ"],
        ["an", "ăn", "ân", "bàn", "cam", "dê", "đào", "em", "êm"],
        ["Bắc Quang", "Bình Thuận", "Đồng Văn", "Hàm Yên", "Lâm Bình", "Mèo Vạc", "Na Hang", "Yên Minh"],
        ["Na Hang", "na hang 2", "Nà Hang 3", "Nạ Hang 3"],
        ["Xã 1", "Xã 2", "Xã A"],
    ],
    ids=["letters", "tones", "letters before tones", "names", "tones break ties only", "digits first"],
)
def test_lists_stand_in_vietnamese_order(ordered: list[str]) -> None:
    mixed = random.Random(1).sample(ordered, len(ordered))
    assert sorted(mixed, key=text.vi_key) == ordered


def test_a_cut_text_says_that_it_was_cut() -> None:
    assert text.cut("chè xanh", 8) == "chè xanh"
    assert text.cut("chè xanh", 7) == "chè xa…"
    assert text.cut("chè xanh", 5) == "chè…"
