"""What the public may ask: the register of a day by the map of a day, the map, what a code tells."""

from .codes import history, recognition
from .maps import province_map
from .reading import register, register_as_of, stamp
from .register import ASPECTS, UNKNOWN, Commune, Entry, Found, Register

__all__ = [
    "ASPECTS", "UNKNOWN", "Commune", "Entry", "Found", "Register", "history", "province_map",
    "recognition", "register", "register_as_of", "stamp",
]  # fmt: skip
