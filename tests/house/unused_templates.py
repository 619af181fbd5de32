"""Templates that nothing names. `python -m tests.house.unused_templates` lists them and ends with 1.

A template is named by a string in Python or by include, extends and the like in another template. Those that a
library asks for by its own names (account/, mfa/, 404.html) are named by convention.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

OCOP = Path(__file__).resolve().parents[2] / "ocop"
BY_CONVENTION = re.compile(r"(account|mfa)/|(400|403|403_csrf|404|429|500)\.html$")
NAME = re.compile(r"""["']([\w./{}-]+?\.(?:html|txt))(?:#[\w-]+)?["']""")


def templates() -> dict[str, Path]:
    """Name -> file of every template of ours."""
    return {
        path.relative_to(folder).as_posix(): path
        for folder in sorted(OCOP.glob("*/templates"))
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def named() -> set[str]:
    """Every template name that stands between quotes anywhere in ocop; "rows/{kind}.html" names all it fits."""
    found: set[str] = set()
    for path in [*OCOP.rglob("*.py"), *templates().values()]:
        found |= set(NAME.findall(path.read_text(encoding="utf-8")))
    return found


def unused() -> list[str]:
    patterns = [re.compile(re.sub(r"\\\{.*?\\\}", r"[\\w-]+", re.escape(name)) + "$") for name in named()]
    return [
        name
        for name in templates()
        if not BY_CONVENTION.match(name) and not any(pattern.match(name) for pattern in patterns)
    ]


if __name__ == "__main__":
    found = unused()
    for name in found:
        print(f"không nơi nào dùng: {name}")
    sys.exit(1 if found else 0)
