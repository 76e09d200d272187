"""Forgeries of what an export's log is signed with."""

import base64
import shutil

from archive.forging import (
    NOTE,
    SIZE,
    TREE,
    append,
    key_file,
    lines_of,
    replace,
    sign,
    text_of,
)
from archive.handed import key_of
from clausewatch.archive.keys import new_key
from clausewatch.core import merkle
from clausewatch.core.note import Checkpoint, Note, Signature

# Keys and notes


def a_key_that_plays_with_the_terminal(folder):
    key = new_key("\x1b[2Jclausewatch")
    text = text_of(folder).replace(key_of(folder).name, key.public.name)
    sign(folder, text, key=key)


def a_key_under_the_id_of_another(folder):
    old, other = key_of(folder), new_key(key_of(folder).name).public
    word = f"{old.name}+{old.id.hex()}+{other.vkey.split('+', 2)[2]}\n"
    key_file(folder).write_text(word)


def a_key_signed_with_under_the_id_of_another(folder):
    old, key = key_of(folder), new_key(key_of(folder).name)
    text = text_of(folder)
    sign(folder, text, key=key)
    made = Signature(old.name, old.id, key.sign(text).signature)
    (folder / NOTE).write_text(str(Note(text, (made,))))
    word = key.public.vkey.replace(key.public.id.hex(), old.id.hex())
    key_file(folder).unlink()
    (folder / f"keys/{old.id.hex()}.vkey").write_text(f"{word}\n")


def a_key_that_is_no_base64(folder):
    path = key_file(folder)
    path.write_text(f"{path.read_text()[:-3]}!\n")


def a_key_with_a_second_line(folder):
    append(folder, f"keys/{key_file(folder).name}", b"more\n")


def a_key_that_signs_nothing(folder):
    other = new_key("another").public
    (folder / f"keys/{other.id.hex()}.vkey").write_text(f"{other.vkey}\n")


def a_signature_of_another_text(folder):
    key = sign(folder, text_of(folder))
    other = key.sign("another text")
    (folder / NOTE).write_text(str(Note(text_of(folder), (other,))))


def a_note_that_nobody_signed(folder):
    (folder / NOTE).write_text(f"{text_of(folder)}\n")


def a_signature_twice(folder):
    sign(folder, text_of(folder), signatures=2)


def a_cosignature_of_a_stranger(folder):
    text = text_of(folder)
    append(folder, NOTE, new_key("witness").sign(text).line().encode())


def text_below_the_signature(folder):
    append(folder, NOTE, b"see also: elsewhere\n")


def an_end_of_line_more(folder):
    append(folder, NOTE, b"\n")


def a_line_more_in_the_signed_text(folder):
    sign(folder, f"{text_of(folder)}extension\n")


def ends_of_line_as_on_windows(folder):
    whole = (folder / NOTE).read_bytes()
    (folder / NOTE).write_bytes(whole.replace(b"\n", b"\r\n"))


def a_zero_byte_in_a_note(folder):
    replace(folder, NOTE, b"\n", b"\0\n")


def a_signature_in_another_spelling(folder):
    """The last digit before the padding holds four bits that stand for nothing."""
    whole = (folder / NOTE).read_text()
    digit = whole[-3]
    digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    other = digits[digits.index(digit) ^ 1]
    (folder / NOTE).write_text(f"{whole[:-3]}{other}=\n")
    assert base64.b64decode(f"AA{other}=") == base64.b64decode(f"AA{digit}=")


def a_note_of_another_log(folder):
    sign(folder, text_of(folder).replace("clausewatch-", "elsewhere-"))


def a_smaller_checkpoint(folder):
    text = text_of(folder).replace(f"\n{SIZE}\n", "\n8\n")
    sign(folder, text, size=8)


def a_checkpoint_of_nothing(folder):
    text = Checkpoint(key_of(folder).name, 0, merkle.EMPTY).text()
    sign(folder, text, size=0)


def a_size_that_is_a_command(folder):
    size = "x[$(touch pwned)]"
    sign(folder, text_of(folder).replace(f"\n{SIZE}\n", f"\n{size}\n"), size=size)


def a_size_of_twenty_digits(folder):
    size = "18446744073709551625"
    sign(folder, text_of(folder).replace(f"\n{SIZE}\n", f"\n{size}\n"), size=size)


def a_line_whose_name_is_a_command(folder):
    shutil.copy(lines_of(folder)[0], folder / "log/a[$(touch pwned)].json")


def a_width_that_is_a_command(folder):
    replace(folder, TREE, b"1 ", b"a[$(touch$IFS''pwned)] ")


def a_manifest_that_is_a_command(folder):
    append(folder, "MANIFEST", b"0  x]=$(touch pwned) [$(touch pwned)\n")


FORGERIES = [
    (a_key_that_plays_with_the_terminal, f"{NOTE}: its signature: by no key"),
    (a_key_under_the_id_of_another, f"{NOTE}: its signature: by no key"),
    (a_key_signed_with_under_the_id_of_another, f"{NOTE}: its signature: by no key"),
    (a_key_that_is_no_base64, NOTE),
    (a_key_with_a_second_line, NOTE),
    (a_key_that_signs_nothing, "keys/"),
    (a_signature_of_another_text, f"{NOTE}: its signature: wrong"),
    (a_note_that_nobody_signed, NOTE),
    (a_signature_twice, NOTE),
    (a_cosignature_of_a_stranger, NOTE),
    (text_below_the_signature, NOTE),
    (an_end_of_line_more, NOTE),
    (a_line_more_in_the_signed_text, NOTE),
    (ends_of_line_as_on_windows, NOTE),
    (a_zero_byte_in_a_note, NOTE),
    (a_signature_in_another_spelling, f"{NOTE}: its signature: by no key"),
    (a_note_of_another_log, f"{NOTE}: its signature: by no key"),
    (a_smaller_checkpoint, "checkpoints/8.note: its tree"),
    (a_checkpoint_of_nothing, "checkpoints/0.note"),
    (a_size_that_is_a_command, "does not belong here"),
    (a_size_of_twenty_digits, "checkpoints/18446744073709551625.note"),
    (a_line_whose_name_is_a_command, "does not belong here"),
    (a_width_that_is_a_command, f"{NOTE}: its tree"),
]
