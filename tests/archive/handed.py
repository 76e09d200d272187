"""An export as others get it: checked by its script alone, and tampered with."""

import subprocess

from clausewatch.archive.export import Exporter
from clausewatch.core.digest import sha256
from clausewatch.core.note import parse_vkey
from clausewatch.store import open_store

CLEAN = {"PATH": "/usr/bin:/bin"}


def export(home, event_id, folder):
    store = open_store(home, read_only=True)
    try:
        return Exporter(home, store).export([store.event(event_id)], folder)
    finally:
        store.close()


def verify(folder, **env):
    """Return how `verify.sh` ends where there is nothing but the tools it names."""
    settings = [f"{name}={value}" for name, value in (CLEAN | env).items()]
    return subprocess.run(
        ["env", "-i", *settings, "bash", folder / "verify.sh"],
        check=False,
        capture_output=True,
        text=True,
        cwd=folder.parent,
        timeout=60,
    )


def refused(folder):
    """Return where and why the script refuses an export."""
    ended = verify(folder)
    assert ended.returncode == 6, ended.stdout
    assert ended.stdout == ""
    *_, last = ended.stderr.splitlines()
    assert last.startswith("NOT VERIFIED: ")
    return last.removeprefix("NOT VERIFIED: ")


def files_of(folder):
    return {
        str(path.relative_to(folder)): path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.is_symlink()
    }


def resealed(folder):
    """Make MANIFEST fit again, as whoever tampers on purpose would."""
    names = [name for name in files_of(folder) if name != "MANIFEST"]
    names.sort(key=lambda name: ("/" in name, name.encode()))
    hashed = ((sha256((folder / name).read_bytes()), name) for name in names)
    manifest = "".join(f"{digest}  {name}\n" for digest, name in hashed)
    (folder / "MANIFEST").write_text(manifest)
    return folder


def key_of(folder):
    (path,) = (folder / "keys").iterdir()
    return parse_vkey(path.read_text().strip())


def flip(path, at):
    """Change one bit of a file; return what it was."""
    whole = path.read_bytes()
    path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
    return whole
