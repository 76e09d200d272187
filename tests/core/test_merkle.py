"""The tree is that of RFC 6962: by its published vectors, and by another's library."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from clausewatch.core import merkle

ENTRIES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
LEAVES = [merkle.leaf(entry) for entry in ENTRIES]
ROOTS = """
6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d
fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125
aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77
d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7
4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4
76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef
ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c
5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328
""".split()
L1 = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
L23 = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
L47 = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
L4 = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
L67 = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
L45 = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"


def hexed(path):
    return [one.hex() for one in path]


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_those_published_for_certificate_transparency(size):
    assert merkle.root(LEAVES[:size]).hex() == ROOTS[size - 1]


def test_the_empty_tree_is_the_hash_of_nothing():
    assert merkle.root([]).hex().startswith("e3b0c44298fc1c14")


@pytest.mark.parametrize(
    ("index", "size", "path"),
    [
        (0, 1, []),
        (0, 8, [L1, L23, L47]),
        (5, 8, [L4, L67, ROOTS[3]]),
        (2, 3, [ROOTS[1]]),
        (1, 5, [ROOTS[0], L23, L4]),
    ],
)
def test_inclusion_proofs_are_those_published(index, size, path):
    assert hexed(merkle.inclusion(index, size, merkle.span_of(LEAVES))) == path


@pytest.mark.parametrize(
    ("old", "size", "path"),
    [
        (1, 1, []),
        (1, 8, [L1, L23, L47]),
        (6, 8, [L45, L67, ROOTS[3]]),
        (2, 5, [L23, L4]),
    ],
)
def test_consistency_proofs_are_those_published(old, size, path):
    assert hexed(merkle.consistency(old, size, merkle.span_of(LEAVES))) == path


entries = st.lists(st.binary(max_size=40), min_size=1, max_size=70)


@given(entries, st.data())
def test_another_library_finds_the_same_tree_and_proofs(lines, data):
    tree = InmemoryTree(algorithm="sha256")
    for line in lines:
        tree.append_entry(line)
    leaves = [merkle.leaf(line) for line in lines]
    span = merkle.span_of(leaves)
    size = data.draw(st.integers(1, len(lines)))
    index = data.draw(st.integers(0, size - 1))
    old = data.draw(st.integers(1, size))

    assert merkle.root(leaves[:size]) == tree.get_root(size)
    proof = tree.prove_inclusion(index + 1, size)
    assert sorted(hexed(merkle.inclusion(index, size, span))) == sorted(
        path_of(proof, leaves[index])
    )
    path = merkle.consistency(old, size, span)
    assert merkle.extends(old, tree.get_root(old), size, tree.get_root(size), path)


def path_of(proof, hashed):
    """Return the proof's path without the leaf, which that library puts among it."""
    path = proof.serialize()["path"]
    path.remove(hashed.hex())
    return path


@given(entries, st.data())
def test_a_proof_holds_for_one_leaf_one_place_and_one_tree(lines, data):
    leaves = [merkle.leaf(bytes([n]) + line) for n, line in enumerate(lines)]
    span, size = merkle.span_of(leaves), len(leaves)
    index = data.draw(st.integers(0, size - 1))
    top, path = span(0, size), merkle.inclusion(index, size, span)

    assert merkle.includes(leaves[index], index, size, path, top)
    assert not merkle.includes(merkle.leaf(b"no"), index, size, path, top)
    assert not merkle.includes(leaves[index], index, size, (*path, top), top)
    assert not merkle.includes(leaves[index], index, size, path, leaves[index][::-1])
    for other in range(size):
        if other != index:
            assert not merkle.includes(leaves[index], other, size, path, top)
    for step in range(len(path)):
        shorter = path[:step] + path[step + 1 :]
        assert not merkle.includes(leaves[index], index, size, shorter, top)


@given(entries, st.data())
def test_runs_cover_a_tree_and_lead_to_its_root(lines, data):
    leaves = [merkle.leaf(line) for line in lines]
    shown = data.draw(st.sets(st.sampled_from(range(len(lines)))))
    runs = [*merkle.runs(len(leaves), shown)]
    frontier = merkle.Frontier()
    for run in runs:
        frontier.append(merkle.root(leaves[run.start : run.stop]), len(run))
    assert [at for run in runs for at in run] == [*range(len(leaves))]
    assert all(len(run) == 1 for run in runs if shown & {*run})
    assert frontier.root() == merkle.root(leaves)


@given(entries, st.data())
def test_a_tree_that_was_rewritten_is_not_shown_to_continue(lines, data):
    leaves = [merkle.leaf(bytes([n]) + line) for n, line in enumerate(lines)]
    size = len(leaves)
    old = data.draw(st.integers(1, size))
    at = data.draw(st.integers(0, old - 1))
    before = merkle.root(leaves[:old])
    span = merkle.span_of([*leaves[:at], merkle.leaf(b"other"), *leaves[at + 1 :]])

    path = merkle.consistency(old, size, span)

    assert not merkle.extends(old, before, size, span(0, size), path)
    assert not merkle.extends(old, before, size, merkle.root(leaves), (*path, before))


@given(st.integers(0, 6), st.integers(0, 130))
def test_a_tree_grows_by_whole_subtrees_as_by_leaves(level, size):
    block = 1 << level
    leaves = [merkle.leaf(bytes([n % 256])) for n in range(size)]
    frontier = merkle.Frontier()
    whole = size - size % block
    for at in range(0, whole, block):
        frontier.append(merkle.root(leaves[at : at + block]), block)
    for hashed in leaves[whole:]:
        frontier.append(hashed)

    assert (frontier.size, frontier.root()) == (size, merkle.root(leaves))
