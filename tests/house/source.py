"""The source of `ocop` as trees, for the house rules."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OCOP = ROOT / "ocop"


@dataclass(frozen=True)
class Source:
    """One file. name  its path below ocop, e.g. "dossiers/views/lists.py"; parents  node -> the node around it"""

    name: str
    tree: ast.Module
    parents: dict[ast.AST, ast.AST]
    lines: int

    @property
    def room(self) -> str:
        return self.name.split("/")[0]

    @property
    def layer(self) -> str:
        """ "views" of dossiers/views/lists.py, "rules" of dossiers/rules.py."""
        return self.name.split("/")[1].removesuffix(".py")

    def where(self, node: ast.AST) -> str:
        return f"ocop/{self.name}:{getattr(node, 'lineno', 0)}"

    def around(self, node: ast.AST) -> Iterator[ast.AST]:
        """The nodes around one, innermost first."""
        while node in self.parents:
            node = self.parents[node]
            yield node


@cache
def sources() -> tuple[Source, ...]:
    """Every file of ocop but migrations, in order of names."""
    found = []
    for path in sorted(OCOP.rglob("*.py")):
        if "migrations" in path.parts:
            continue
        text = path.read_text(encoding="utf-8")
        tree = ast.parse(text)
        parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
        found.append(Source(path.relative_to(OCOP).as_posix(), tree, parents, text.count("\n")))
    return tuple(found)


def chain(source: Source, node: ast.AST) -> tuple[ast.AST, list[str]]:
    """Return the outermost call or attribute of a dotted chain that begins at a node, and its names in order."""
    names: list[str] = []
    for around in source.around(node):
        if isinstance(around, ast.Attribute) and around.value is node:
            names.append(around.attr)
        elif not (isinstance(around, ast.Call) and around.func is node):
            break
        node = around
    return node, names
