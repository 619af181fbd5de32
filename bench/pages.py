"""What is measured: pages of ours, each beside the view of the floor that asks the database the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from .servers import Server

POOL = 24  # distinct addresses that are asked again and again
STARS = (3, 4, 5)
TYPED = ("che", "chè shan", "mat ong", "gạo nếp", "cam sanh", "rượu", "tinh dau", "du lich")


@dataclass(frozen=True)
class Page:
    """A page by its addresses: ours, and what the floor is asked for the same. public  kept in memory by ours"""

    key: str
    name: str
    ours: Sequence[str]
    floor: Sequence[str]
    public: bool


@dataclass(frozen=True)
class Target:
    """One thing to load.

    address  number of a request -> path; cookies  one a user, none for the public; fragment  as htmx asks
    """

    key: str
    server: Server
    address: Callable[[int], str]
    cookies: Sequence[str] = ()
    fragment: bool = False


def pages(made: Mapping[str, Sequence[str]]) -> list[Page]:
    """Return the pages over the data that `bench.data` made."""
    lists = [f"sao={star}&trang={n}" for n in range(1, 5) for star in STARS]
    lists += [f"sao={star}&nhom={group}" for star in STARS for group in made["groups"]]
    typed = [f"q={quote(words)}&trang={n}" for n in (1, 2, 3) for words in TYPED]
    products = [f"/san-pham/{slug}/" for slug in made["slugs"]]
    codes = [f"/c/{code}" for code in made["codes"]]
    numbers = [f"trang={n}" for n in range(1, POOL + 1)]
    dossiers, certificates = _each("/ho-so/?", numbers), _each("/chung-nhan/?", numbers)
    return [
        Page("list", "public list, filtered", _each("/san-pham/?", lists), _each("/san-pham/?", lists), True),
        Page("product", "product page", products, products, True),
        Page("search", "search", _each("/san-pham/?", typed), _each("/tim/?", typed), True),
        Page("qr", "QR page", codes, codes, True),
        Page("dossiers", "officials' list of dossiers", dossiers, dossiers, False),
        Page("certificates", "officials' list of certificates", certificates, certificates, False),
    ]


def _each(start: str, rest: Sequence[str]) -> list[str]:
    return [start + one for one in rest]


def targets(page: Page, ours: Server, floor: Server, cookies: Sequence[str]) -> list[Target]:
    """Return ours and the floor by turns.

    cookies  of signed-in users, one a user
    A public page has two sides: `first`, an address that nobody asked before (each request has a number of its own in
    the query string), and `again`, a few addresses asked over and over. Signed-in pages are never kept: one side.
    """

    def of(addresses: Sequence[str]) -> Callable[[int], str]:
        return lambda n: addresses[n % len(addresses)]

    def first(n: int) -> str:
        address = page.ours[n % len(page.ours)]
        return f"{address}{'&' if '?' in address else '?'}lan={n}"

    same_query = Target("floor", floor, of(page.floor))
    if not page.public:
        return [Target("ours", ours, of(page.ours), cookies), same_query]
    return [
        Target("first", ours, first),
        same_query,
        Target("again", ours, of(page.ours[:POOL])),
        Target("kept_floor", floor, lambda n: "/kept"),
    ]
