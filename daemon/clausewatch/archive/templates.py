"""The texts that `papers` fills in: the README, and what stands in several papers.

The certification has a module of its own, `affidavit`.
"""

from typing import Final

README: Final = """\
EVIDENCE OF WHAT A WEB PAGE SAID
================================

{subjects}

In short
--------
{about}

To see what changed, open the files in redlines/ with a browser, offline.
To check it, on any Linux machine, offline, without the program that made it:

    bash verify.sh

It ends with "everything checked", or with "NOT VERIFIED", where and why. What it cannot
tell is whose key and whose timestamps these are: compare both, see below.
CERTIFICATION.txt is a template for whoever has to vouch for it in court.

Words
-----
hash (SHA-256)   64 digits computed from a file. Change one letter of the file, and
                 they are others; nobody knows how to make another file of the same.
line             what the log says of one attempt to have a page, or of one telling.
checkpoint       a signed hash over all lines of the log so far. No line before it can
                 be changed, removed, put in or moved without the checkpoint showing it.
timestamp        what an outside authority signed of when a checkpoint was there.
MANIFEST         the hash of each file here. Its own hash (`sha256sum MANIFEST`) pins
                 them all: keep that apart from this folder, as in the certification.

What is here
------------
bodies/          the pages that were received, named by their SHA-256. Where a server
                 sends a page compressed, this is what it unpacks to; its line has the
                 hash of the bytes as they came, too ("wire")
log/             the lines of the log, named by their place in it, counted from 0
checkpoints/     signed notes (.note), what is signed of them (.text), and the whole
                 log in order (.tree): the lines shown here, and all others by the
                 hashes over them, which together lead to what is signed
keys/            the public key
timestamps/      answers of outside authorities (.tsr), and the certificates to check
                 them against (.crt)
{kept}events/          what the program told of it at the time, without the checkpoint that
                 was sent along
readings/        the same pages as plain text, read from bodies/ by the program
redlines/        what changed, marked; opens in any browser, offline
events.jsonl     the same events as they were sent, one in each line
capture.warc.gz  the same attempts for web archive tools (WARC/1.1)
CERTIFICATION.txt  a template for a certification, with its facts filled in

The attempts
------------
For each change: the attempt that brought the page it was compared with, and all of
them from the last that still showed the text before to the one that showed the text
after, also those that brought nothing. Times are in UTC.

{attempts}
{clock}
What signs them
---------------
{checkpoints}

How to check it, in full
------------------------
verify.sh is {script_lines} lines to read, and uses bash (4.4 or newer), sha256sum, xxd,
base64 and openssl (3.0 or newer) alone. Whoever does not trust this copy takes one from
the program's source and runs it here: `bash < its/own/verify.sh`. It ends with
"everything checked" and the exit code 0 only if all of the following holds, or else
with "NOT VERIFIED" and the exit code 6:

  1. There are exactly the files listed in MANIFEST, unchanged.
  2. Each line in log/ stands at its place in the log that the checkpoint signs.
  3. Each checkpoint is signed by a key in keys/.
  4. Each page in bodies/ and each event in events/ has the SHA-256 that such a line
     names, and there is no redline of another event.
  5. Each timestamp in timestamps/ is about its checkpoint, and signed under the
     certificate beside it, which was valid at that time.

Then compare two things that no file in this folder can prove:

  * The key. It ties this folder to whoever ran the program. Compare it with one that
    you have from elsewhere: published by them, or in mails that others received.
    Every mail and webhook of the program carried its newest checkpoint; anybody who
    kept one can show whether the log was rewritten since.
  * The certificate of each timestamp, by its SHA-256 fingerprint. Compare it with the
    one that the authority publishes; anybody can make a certificate of any name.

What is proved, and what is not
-------------------------------
Proved by 1 to 4: these pages were in the log, and this was told of them, before the
checkpoint was signed.
Proved by a timestamp: the checkpoint was there at that time at the latest.

Not proved, but only listed in MANIFEST, so that whoever hands over the folder could
have changed them and MANIFEST together:

  * readings/, redlines/ and events.jsonl, which follow from the pages and from events/
    by the program's rules. They help to find the place; the pages in bodies/ are the
    evidence, and what is said of them in events/ is the program's opinion.
  * capture.warc.gz tells the same again, for web archive tools. Where it matters,
    compare what it holds with bodies/ and log/.
  * This text and CERTIFICATION.txt.

Not proved by anything here:

  * That nothing was left out. The lines shown are {shown} of {size}, chosen because the
    changes above rest on them; the files .tree show where others stand, but not what
    they say. Ask whoever has the archive for those that you miss: they cannot
    make them up without the checkpoint showing it.
  * That the server sent the same page to everybody, or that whoever ran the program
    did not feed it a page of their own at the time: see the address, the fingerprint
    of the server's certificate and the header fields in each line, and other witnesses.
  * That a timestamp's certificate had not been revoked when it was used.

Values shown as *** or as sha256:… in the lines were secrets (keys, cookies) and were
never kept.
"""

FETCHED: Final = """\
{software} fetched the {pages} named below at set times, kept the pages that it
received, and wrote one line for each attempt into a log, whatever came of it."""

TAKEN: Final = """\
Somebody else recorded captures of the {pages} named below, and {software} took them in
later: it did not fetch them. It kept them, and wrote one line for each into a log."""

BOTH: Final = """\
Some captures of the {pages} named below were recorded by somebody else and taken in
later ("recorded"); {software} fetched the others at set times. It kept the pages, and
wrote one line for each attempt into a log."""

SIGNED: Final = """\
The log is signed from time to time. This folder holds the lines that matter here, the
pages, and the proofs."""

KEPT: Final = """\
kept/            timestamps that verify.sh does not check: it is not known which
                 certificate they belong under; see `openssl ts -verify`
"""

SIMULATED: Final = """\
The clock of some lines is "simulated": this comes from a demonstration, and shows
nothing that happened at the times named."""

RECORDED: Final = """\
Some lines say "recorded": the page was received by somebody else at the time
named, and taken into the log later; of that time the log proves nothing."""
