"""A note has one spelling, others read it, and none of its bytes changes unseen."""

import pytest

from clausewatch.core.note import (
    Checkpoint,
    Note,
    PublicKey,
    Signature,
    notes_in,
    parse_checkpoint,
    parse_note,
    parse_private,
    parse_vkey,
    private_text,
)

# The example that the specification's first implementation is documented with.
VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PUBLISHED = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSN"
    "XgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
KEY = PublicKey("acme-log", bytes(range(32)))
NOTE = Note(
    Checkpoint("acme-log", 1066, b"\xf6" * 32).text(),
    (Signature("acme-log", KEY.id, b"\x07" * 64),),
)


def test_a_published_note_and_its_key_are_understood():
    note, key = parse_note(PUBLISHED), parse_vkey(VKEY)

    assert str(note) == PUBLISHED
    assert note.signatures[0].key_id == key.id == bytes.fromhex("c74f20a3")
    assert key.vkey == VKEY


def test_a_checkpoint_comes_back_from_its_text():
    note = parse_note(str(NOTE))

    assert note == NOTE
    assert parse_checkpoint(note) == Checkpoint("acme-log", 1066, b"\xf6" * 32)


def test_no_changed_byte_of_a_note_spells_the_same_note():
    whole = str(NOTE).encode()
    for at in range(len(whole)):
        for flip in (1, 32, 128):
            changed = whole[:at] + bytes([whole[at] ^ flip]) + whole[at + 1 :]
            try:
                found = parse_note(changed.decode())
                parse_checkpoint(found)
            except ValueError:
                continue
            assert found != NOTE


@pytest.mark.parametrize(
    "text",
    [
        "acme-log\n01066\n9vb29vb29vb29vb29vb29vb29vb29vb29vb29vb29vY=\n",
        "acme-log\n-1\n9vb29vb29vb29vb29vb29vb29vb29vb29vb29vb29vY=\n",
        "acme-log\n1\n9vb29vb29vb29vb29vb29vb29vb29vb29vb29vb29vZ=\n",
        "acme-log\n1\n9vb2\n",
        "\n1\n9vb29vb29vb29vb29vb29vb29vb29vb29vb29vb29vY=\n",
        "acme-log\n1\n9vb29vb29vb29vb29vb29vb29vb29vb29vb29vb29vY=\nmore\n",
    ],
)
def test_what_is_no_checkpoint_is_refused(text):
    with pytest.raises(ValueError, match="expected"):
        parse_checkpoint(Note(text, NOTE.signatures))


def test_a_private_key_comes_back_and_is_never_shown_in_an_error():
    text = private_text(KEY, b"\x05" * 32)

    assert parse_private(text) == ("acme-log", KEY.id, b"\x05" * 32)
    with pytest.raises(ValueError, match="damaged") as found:
        parse_private(text[:-4])
    assert text[-20:-4] not in str(found.value)


def test_a_key_whose_id_is_anothers_is_refused():
    with pytest.raises(ValueError, match="expected key id c74f20a3"):
        parse_vkey(VKEY.replace("c74f20a3", "c74f20a4"))


def test_checkpoints_are_found_in_a_mail_that_was_quoted():
    quoted = "".join(f"> > {line}\r\n" for line in str(NOTE).split("\n"))

    assert notes_in(f"Look at this:\r\n\r\n{quoted}\r\nRegards\r\n") == (NOTE,)
    assert notes_in(f"Evidence\n--------\n{NOTE}") == (NOTE,)
    assert notes_in("acme-log\n1066\nno\n\n— acme-log no\n") == ()
