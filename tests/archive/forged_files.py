"""Forgeries of an export's timestamps, and files that do not belong there."""

import os
import shutil

from archive.forging import CERTIFICATE, SIZE, TOKEN, sign, text_of
from clausewatch.core.digest import sha256

# Timestamps


def a_token_over_another_checkpoint(folder):
    sign_again = folder / TOKEN, folder / CERTIFICATE
    kept = [path.read_bytes() for path in sign_again]
    sign(folder, text_of(folder))
    (folder / "timestamps").mkdir()
    for path, body in zip(sign_again, kept, strict=True):
        path.write_bytes(body)


def a_token_under_the_certificate_of_another(folder):
    shutil.copy(folder / f"timestamps/{SIZE}.unsorted.crt", folder / CERTIFICATE)


def a_token_of_no_checkpoint(folder):
    for path in (folder / TOKEN, folder / CERTIFICATE):
        shutil.copy(path, path.with_name(path.name.replace("9", "8", 1)))


def a_token_whose_certificate_is_gone(folder):
    (folder / CERTIFICATE).unlink()


def a_certificate_whose_token_is_gone(folder):
    (folder / TOKEN).unlink()


def a_token_of_junk(folder):
    (folder / TOKEN).write_bytes(b"junk")


# Files


def a_file_that_nothing_names(folder):
    (folder / "log/notes.txt").write_text("more")


def a_reading_of_no_page(folder):
    (folder / "readings" / f"{sha256(b'x')}.txt").write_text("more")


def a_redline_of_no_event(folder):
    (folder / "redlines/more.html").write_text("more")


def a_redline_of_an_event_that_is_not_proved(folder):
    (folder / f"redlines/{'f' * 12}.html").write_text("more")


def an_event_beside_those_that_are_proved(folder):
    path = folder / "events.jsonl"
    path.write_bytes(path.read_bytes() * 2)


def no_event_that_is_proved(folder):
    shutil.rmtree(folder / "events")
    shutil.rmtree(folder / "redlines")


def a_file_at_the_top(folder):
    (folder / "OPINION.txt").write_text("more")


def a_hidden_file(folder):
    (folder / ".more").write_text("more")


def a_folder_within_a_folder(folder):
    (folder / "bodies/more").mkdir()


def an_empty_folder(folder):
    (folder / "APPROVED").mkdir()


def a_link_for_a_page(folder):
    path = next((folder / "bodies").iterdir())
    path.rename(folder.with_name("elsewhere"))
    path.symlink_to(folder.with_name("elsewhere"))


def a_link_for_a_folder(folder):
    (folder / "readings").rename(folder.with_name("elsewhere"))
    (folder / "readings").symlink_to(folder.with_name("elsewhere"))


def a_pipe_that_never_ends(folder):
    os.mkfifo(folder / "readings/pipe")


def a_name_that_is_an_option(folder):
    (folder / "--check").write_text("more")


def a_name_with_a_space(folder):
    (folder / "log/1 2.json").write_text("more")


FORGERIES = [
    (a_token_over_another_checkpoint, f"{TOKEN}: is no token"),
    (a_token_under_the_certificate_of_another, f"{TOKEN}: is no token"),
    (a_token_of_no_checkpoint, "timestamps/8.local"),
    (a_token_whose_certificate_is_gone, TOKEN),
    (a_certificate_whose_token_is_gone, TOKEN),
    (a_token_of_junk, f"{TOKEN}: is no token"),
    (a_file_that_nothing_names, "log/notes.txt"),
    (a_reading_of_no_page, "readings/"),
    (a_redline_of_no_event, "redlines/more.html"),
    (a_redline_of_an_event_that_is_not_proved, "its event is not proved"),
    (an_event_beside_those_that_are_proved, "MANIFEST: proves 1 of 2 events"),
    (no_event_that_is_proved, "MANIFEST: proves 0 of 1 events"),
    (a_file_at_the_top, "OPINION.txt"),
    (a_hidden_file, ".more: does not belong here"),
    (a_folder_within_a_folder, "bodies/more: does not belong here"),
    (an_empty_folder, "APPROVED: does not belong here"),
    (a_link_for_a_page, "does not belong here"),
    (a_link_for_a_folder, "readings: does not belong here"),
    (a_pipe_that_never_ends, "readings/pipe: does not belong here"),
    (a_name_that_is_an_option, "--check: does not belong here"),
    (a_name_with_a_space, "log/1 2.json: does not belong here"),
]
