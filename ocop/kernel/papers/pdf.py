"""The PDF print of a paper: PDF/A-2a, PDF/UA-1, fonts inside. Layout: `paper.typ`."""

from __future__ import annotations

from typing import Any

from ocop.kernel import qr
from ocop.kernel.papers import tree
from ocop.kernel.papers.fonts import drawable
from ocop.kernel.papers.press import print_pdf
from ocop.kernel.papers.tree import Block, Box, Paper, Signature, Text, pieces, tidy


def to_pdf(paper: Paper) -> bytes:
    """Return the paper as PDF; the same paper gives the same bytes."""
    return print_pdf("paper.typ", _paper(paper), day=paper.day)


def _paper(paper: Paper) -> dict[str, Any]:
    parent, organ = paper.organ_lines
    return {
        "title": _plain(paper.title),
        "organ": drawable(organ),
        "organ_parent": drawable(parent),
        "nation": tree.NATION,
        "number": _plain(paper.number_line),
        "place": _plain(paper.place_line),
        "kind": _plain((paper.kind or "").upper()),
        "summary": drawable(paper.summary_lines) if paper.kind else _plain(paper.summary),
        "to": [_plain(line) for line in paper.to],
        "issuer": _plain(paper.issuer.upper()),
        "bases": [_plain(line) for line in paper.basis_lines()],
        "order": _plain(paper.order_line),
        "blocks": _blocks(paper.blocks()),
        "signers": [_signer(signer) for signer in paper.signers],
        "recipients": [_plain(line) for line in paper.recipient_lines()],
        "annexes": [
            {
                "lines": [_plain(line) for line in paper.annex_lines(index)],
                "blocks": _blocks(annex.body),
                "landscape": annex.landscape,
            }
            for index, annex in enumerate(paper.annexes)
        ],
        "marks": list(paper.marks),
        "marks_note": paper.marks_note,
    }


def _blocks(blocks: tuple[Block, ...]) -> list[dict[str, Any]]:
    """Return blocks for the template. PDF/UA wants no level left out, so a tag is at most one deeper than the last."""
    out: list[dict[str, Any]] = []
    depth = 1
    for block in blocks:
        out.append(_block(block))
        if isinstance(block, tree.Heading):
            depth = min(block.level + 1, depth + 1)
            out[-1]["depth"] = depth
    return out


def _block(block: Block) -> dict[str, Any]:
    match block:
        case tree.Heading(text, level):
            return {"is": "heading", "text": _text(text), "level": level}
        case tree.Paragraph(text, align, indent):
            return {"is": "paragraph", "text": _text(text), "align": align, "indent": indent}
        case tree.Field(label, value):
            return {"is": "field", "label": _plain(label), "value": _plain(value)}
        case tree.Table(columns, rows, size):
            return {
                "is": "table",
                "size": size,
                "widths": [column.width for column in columns],
                "aligns": [column.align for column in columns],
                "head": [
                    {
                        "text": _plain(cell.text),
                        "x": cell.column,
                        "y": cell.row,
                        "across": cell.across,
                        "down": cell.down,
                    }
                    for cell in block.head()
                ],
                "rows": [[_text(cell) for cell in row] for row in rows],
            }
        case tree.Signatures(signers):
            return {"is": "signatures", "signers": [_signer(signer) for signer in signers]}
        case tree.Spacer(mm):
            return {"is": "spacer", "mm": mm}
        case tree.PageBreak():
            return {"is": "page"}
        case tree.Code(text, caption, mm):
            return {"is": "code", "svg": qr.svg(text), "caption": _plain(caption), "mm": mm}


def _signer(signer: Signature) -> dict[str, Any]:
    return {
        "above": _plain(signer.above),
        "authority": [drawable(line) for line in signer.authority_lines],
        "note": _plain(signer.note),
        "name": _plain(signer.name),
    }


def _text(text: Text) -> list[dict[str, Any]]:
    return [
        {"box": piece.sign}
        if isinstance(piece, Box)
        else {"text": drawable(piece.text), "bold": piece.bold, "italic": piece.italic}
        for piece in pieces(text)
    ]


def _plain(text: str) -> str:
    return drawable(tidy(text))
