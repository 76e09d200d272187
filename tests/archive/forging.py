"""The tools of those who forge an export: its files, and a key of their own."""

import shutil

from archive.handed import key_of
from clausewatch.archive.keys import new_key
from clausewatch.core.note import Note

SIZE = 9
"""Lines that the export's checkpoint is about."""
NOTE, TEXT, TREE = (f"checkpoints/{SIZE}.{kind}" for kind in ("note", "text", "tree"))
TOKEN, CERTIFICATE = (f"timestamps/{SIZE}.local.{kind}" for kind in ("tsr", "crt"))


def replace(folder, name, old, new, count=1):
    path = folder / name
    whole = path.read_bytes()
    assert old in whole
    path.write_bytes(whole.replace(old, new, count))


def append(folder, name, more):
    path = folder / name
    path.write_bytes(path.read_bytes() + more)


def lines_of(folder):
    return sorted((folder / "log").iterdir())


def key_file(folder):
    (path,) = (folder / "keys").iterdir()
    return path


def sign(folder, text, *, key=None, size=SIZE, signatures=1):
    """Sign a checkpoint anew, with a key of whoever forges, and lay that key beside."""
    key = key or new_key(key_of(folder).name)
    key_file(folder).unlink()
    (folder / f"keys/{key.public.id.hex()}.vkey").write_text(f"{key.public.vkey}\n")
    shutil.rmtree(folder / "timestamps")
    for old in (folder / "checkpoints").glob(f"{SIZE}.[nt]*t*"):
        if old.suffix != ".tree":
            old.unlink()
    (folder / f"checkpoints/{size}.text").write_text(text)
    note = Note(text, (key.sign(text),) * signatures)
    (folder / f"checkpoints/{size}.note").write_text(str(note))
    if size != SIZE:
        (folder / TREE).rename(folder / f"checkpoints/{size}.tree")
    return key


def text_of(folder):
    return (folder / TEXT).read_text()
