"""Merkle trees against the vectors of proof.md 11."""

import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from ocop.kernel import seal

VECTORS = Path(__file__).parents[1] / "proof-vectors"
MERKLE = json.loads((VECTORS / "merkle.json").read_text(encoding="utf-8"))
LOG = json.loads((VECTORS / "log.json").read_text(encoding="utf-8"))
LEAVES = [bytes.fromhex(text) for text in MERKLE["leaf_hash"]]
RECEIPT = LOG["receipt"]
FILED = [(file["name"], file["sha256"], file["size"]) for file in RECEIPT["files"]]
AT = datetime(2026, 11, 20, 2, 3, 4, tzinfo=UTC)


def unhex(texts: list[str]) -> list[bytes]:
    return [bytes.fromhex(text) for text in texts]


def test_a_leaf_is_hashed_with_its_own_prefix() -> None:
    assert [seal.leaf_hash(bytes.fromhex(d)).hex() for d in MERKLE["leaves_hex"]] == MERKLE["leaf_hash"]


def test_the_empty_tree_is_the_hash_of_nothing() -> None:
    assert seal.root([]).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize("tree", MERKLE["trees"], ids=lambda tree: f"{tree['size']} leaves")
def test_roots_and_proofs_are_those_of_the_vectors(tree: dict[str, object]) -> None:
    size = tree["size"]
    leaves = LEAVES[:size]
    assert seal.root(leaves).hex() == tree["root"]
    assert [seal.inclusion_proof(index, leaves) for index in range(size)] == [unhex(p) for p in tree["inclusion"]]
    proofs = [seal.consistency_proof(first, leaves) for first in range(size + 1)]
    assert proofs == [unhex(p) for p in tree["consistency_from"]]


@pytest.mark.parametrize("size", range(1, 10))
def test_a_leaf_is_proved_at_its_own_place_and_nowhere_else(size: int) -> None:
    leaves, root = LEAVES[:size], seal.root(LEAVES[:size])
    for index in range(size):
        path = seal.inclusion_proof(index, leaves)
        assert seal.verify_inclusion(leaves[index], index, size, path, root)
        assert not seal.verify_inclusion(seal.leaf_hash(b"another"), index, size, path, root)
        assert not seal.verify_inclusion(leaves[index], index, size, [*path, root], root)
        assert not seal.verify_inclusion(leaves[index], index, size, path, seal.root([]))
        assert not seal.verify_inclusion(leaves[index], size, size, path, root)
        assert not any(
            seal.verify_inclusion(leaves[index], other, size, path, root) for other in range(size) if other != index
        )


@pytest.mark.parametrize("second", range(10))
def test_a_tree_that_only_grew_is_consistent_and_a_changed_one_is_not(second: int) -> None:
    new = seal.root(LEAVES[:second])
    for first in range(second + 1):
        old, path = seal.root(LEAVES[:first]), seal.consistency_proof(first, LEAVES[:second])
        assert seal.verify_consistency(first, second, old, new, path)
        forged = seal.root([*LEAVES[: first - 1], seal.leaf_hash(b"forged")]) if first else seal.leaf_hash(b"")
        assert not seal.verify_consistency(first, second, forged, new, path)
        assert not seal.verify_consistency(second + 1, second, old, new, path)
        if 0 < first < second:
            assert not seal.verify_consistency(first, second, old, new, path[:-1])
            assert not seal.verify_consistency(first, second, old, new, [*path, new])
            assert not seal.verify_consistency(first, second, old, seal.leaf_hash(b""), path)


def test_a_proof_of_what_is_not_there_is_refused() -> None:
    with pytest.raises(IndexError):
        seal.inclusion_proof(9, LEAVES)
    with pytest.raises(IndexError):
        seal.consistency_proof(10, LEAVES)


@pytest.mark.parametrize("files", [FILED, FILED[::-1]], ids=["as listed", "in reverse"])
def test_a_dossier_version_has_the_root_of_the_vector_in_whatever_order_its_files_come(
    files: list[tuple[str, str, int]],
) -> None:
    root, leaves = seal.dossier_root("N5D8F6QZBDDRJ05EA", 2, AT, files)
    assert [leaf.decode() for leaf in leaves] == RECEIPT["leaves"]
    assert root == RECEIPT["root"]
    hashes = [seal.leaf_hash(leaf) for leaf in leaves]
    assert [seal.inclusion_proof(i, hashes) for i in range(6)] == [unhex(path) for path in RECEIPT["inclusion"]]


def test_a_dossier_root_is_the_same_for_names_typed_in_parts_and_for_a_moment_told_in_hanoi() -> None:
    hanoi = AT.astimezone(timezone(timedelta(hours=7)))
    root, _ = seal.dossier_root("X", 1, AT, [("Đơn đề nghị.pdf", "0" * 64, 1)])
    assert seal.dossier_root("X", 1, hanoi, [("Đơn đề nghị.pdf", "0" * 64, 1)])[0] == root


@pytest.mark.parametrize(
    "files",
    [
        [("a.pdf", "0" * 64, 1), ("a.pdf", "1" * 64, 1)],
        [("ô.pdf", "0" * 64, 1), ("ô.pdf", "1" * 64, 1)],
        [("a.pdf", "0" * 63, 1)],
        [("a.pdf", "A" * 64, 1)],
    ],
    ids=["one name twice", "one name in two spellings", "short hash", "hash in capitals"],
)
def test_a_dossier_root_refuses_what_cannot_be_proved(files: list[tuple[str, str, int]]) -> None:
    with pytest.raises(ValueError):
        seal.dossier_root("X", 1, AT, files)


def test_a_dossier_root_needs_a_moment_with_its_time_zone() -> None:
    with pytest.raises(ValueError):
        seal.dossier_root("X", 1, datetime(2026, 11, 20), [])
