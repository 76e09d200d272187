"""Forgeries of an export's proofs, lines and pages."""

import shutil

from archive.forging import NOTE, TREE, append, lines_of, replace
from archive.handed import key_of
from clausewatch.archive.keys import new_key
from clausewatch.core import merkle
from clausewatch.core.digest import sha256
from clausewatch.core.note import Checkpoint, Note

# Proofs


def a_page_and_its_line_with_a_proof_that_is_skipped(folder):
    """What was once accepted: words of a proof that hash to nothing."""
    line = next(p for p in lines_of(folder) if b'"status":200' in p.read_bytes())
    leaf = merkle.leaf(line.read_bytes()).hex()
    replace(folder, f"log/{line.name}", b'"status":200', b'"status":204')
    replace(folder, TREE, f"1 log/{line.name}".encode(), f"1 {leaf}zz".encode())


def a_hidden_line_under_a_hash_of_too_many_digits(folder):
    append_to = next(
        r for r in (folder / TREE).read_text().split("\n") if "log" not in r
    )
    replace(folder, TREE, append_to.encode(), append_to.encode() + b"00")


def a_hash_in_capitals(folder):
    row = next(r for r in (folder / TREE).read_text().split("\n") if "log" not in r)
    replace(folder, TREE, row.encode(), row.upper().encode())


def a_star_for_a_hash(folder):
    row = next(r for r in (folder / TREE).read_text().split("\n") if "log" not in r)
    replace(folder, TREE, row.split()[1].encode(), b"*")


def two_rows_swapped(folder):
    first, second, *rest = (folder / TREE).read_text().splitlines(keepends=True)
    (folder / TREE).write_text("".join((second, first, *rest)))


def a_row_twice(folder):
    first, *rest = (folder / TREE).read_text().splitlines(keepends=True)
    (folder / TREE).write_text("".join((first, first, *rest)))


def a_row_less(folder):
    *rows, _ = (folder / TREE).read_text().splitlines(keepends=True)
    (folder / TREE).write_text("".join(rows))


def a_row_of_no_lines_more(folder):
    append(folder, TREE, f"0 {'0' * 64}\n".encode())


def rows_that_are_many_more_than_can_be_counted(folder):
    row = f"{2**59} {'0' * 64}\n".encode()
    (folder / TREE).write_bytes(row * 32)


def a_tree_of_nothing(folder):
    (folder / TREE).write_bytes(b"")


def a_row_with_spaces_more(folder):
    replace(folder, TREE, b" ", b"  ")


def a_tree_without_its_last_end_of_line(folder):
    (folder / TREE).write_bytes((folder / TREE).read_bytes()[:-1])


# Lines and names


def a_line_left_out_of_log_alone(folder):
    lines_of(folder)[0].unlink()


def a_line_under_a_second_name(folder):
    shutil.copy(lines_of(folder)[0], folder / "log/7.json")


def a_line_under_an_octal_name(folder):
    first = lines_of(folder)[0]
    shutil.copy(first, first.with_name(f"0{first.name}"))


def a_line_beyond_the_checkpoint(folder):
    (folder / "log/9.json").write_bytes(lines_of(folder)[0].read_bytes())


def two_lines_swapped(folder):
    first, second, *_ = lines_of(folder)
    one, other = first.read_bytes(), second.read_bytes()
    first.write_bytes(other)
    second.write_bytes(one)


def a_line_that_another_checkpoint_does_not_hold(folder):
    """A checkpoint that is old and stamped must not lend its age to other lines."""
    line = b'{"at":"2026-01-01T00:00:00Z","body":"' + b"0" * 64 + b'"}'
    key = new_key(key_of(folder).name)
    text = Checkpoint(key.public.name, 1, merkle.leaf(line)).text()
    (folder / "checkpoints/1.text").write_text(text)
    (folder / "checkpoints/1.note").write_text(str(Note(text, (key.sign(text),))))
    (folder / "checkpoints/1.tree").write_text("1 log/0.json\n")
    (folder / "log/0.json").write_bytes(line)
    (folder / f"keys/{key.public.id.hex()}.vkey").write_text(f"{key.public.vkey}\n")


# Pages


def two_pages_swapped(folder):
    first, second = (folder / "bodies").iterdir()
    one, other = first.read_bytes(), second.read_bytes()
    first.write_bytes(other)
    second.write_bytes(one)


def a_page_that_no_line_names(folder):
    (folder / "bodies" / sha256(b"x")).write_bytes(b"x")


def a_page_renamed(folder):
    first, _ = (folder / "bodies").iterdir()
    first.rename(first.with_name(f"{first.name}.html"))


def all_pages_gone(folder):
    shutil.rmtree(folder / "bodies")


def an_event_with_other_words(folder):
    (event,) = (folder / "events").iterdir()
    event.write_bytes(event.read_bytes().replace(b"affiliates", b"associates"))


def an_event_that_nobody_was_told(folder):
    (event,) = (folder / "events").iterdir()
    shutil.copy(event, event.with_name(f"{'0' * 32}.json"))


def what_is_no_event_under_a_hash_in_a_line(folder):
    """Its hash is there, as that of something else."""
    body = next((folder / "bodies").iterdir())
    shutil.copy(body, folder / "events/wire.json")


FORGERIES = [
    (a_page_and_its_line_with_a_proof_that_is_skipped, f"{NOTE}: its tree"),
    (a_hidden_line_under_a_hash_of_too_many_digits, f"{NOTE}: its tree"),
    (a_hash_in_capitals, f"{NOTE}: its tree"),
    (a_star_for_a_hash, f"{NOTE}: its tree"),
    (two_rows_swapped, NOTE),
    (a_row_twice, NOTE),
    (a_row_less, NOTE),
    (a_row_of_no_lines_more, f"{NOTE}: its tree"),
    (rows_that_are_many_more_than_can_be_counted, NOTE),
    (a_tree_of_nothing, NOTE),
    (a_row_with_spaces_more, NOTE),
    (a_tree_without_its_last_end_of_line, NOTE),
    (a_line_left_out_of_log_alone, NOTE),
    (a_line_under_a_second_name, NOTE),
    (a_line_under_an_octal_name, NOTE),
    (a_line_beyond_the_checkpoint, NOTE),
    (two_lines_swapped, NOTE),
    (a_line_that_another_checkpoint_does_not_hold, "checkpoints/1.note: its tree"),
    (two_pages_swapped, "bodies/"),
    (a_page_that_no_line_names, "bodies/"),
    (a_page_renamed, "bodies/"),
    (an_event_with_other_words, "events/"),
    (an_event_that_nobody_was_told, "events/00000000"),
    (what_is_no_event_under_a_hash_in_a_line, "events/wire.json"),
    (all_pages_gone, "MANIFEST: lists no page"),
]
