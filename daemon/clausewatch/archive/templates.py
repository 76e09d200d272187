"""The texts that `papers` fills in.

Neither is legal advice. The certification is a template: whoever signs it checks its
facts first.
"""

from typing import Final

README: Final = """\
EVIDENCE OF WHAT A WEB PAGE SAID
================================

{subjects}

What this is
------------
{about}

To see what changed, open the files in redlines/ with a browser; no network is needed.

How to check it
---------------
On any Linux machine, offline, without the program that made it:

    bash verify.sh

It is {script_lines} lines to read, and uses bash (4.4 or newer), sha256sum, xxd,
base64 and openssl (3.0 or newer) alone. Whoever does not trust this copy takes one from
the program's source and runs it here: `bash < its/own/verify.sh`. It ends with
"everything checked" and the exit code 0 only if all of the following holds, or else
with "NOT VERIFIED", where and why, and the exit code 6:

  1. There are exactly the files listed in MANIFEST, unchanged.
  2. Each line in log/ stands at its place in the log that the checkpoint signs.
  3. Each checkpoint is signed by a key in keys/.
  4. Each page in bodies/ and each event in events/ has the SHA-256 that such a line
     names.
  5. Each timestamp in timestamps/ (.tsr) is about its checkpoint, and what it says is
     signed under the certificate beside it (.crt).

Then compare two things that no file in this folder can prove:

  * The key. It ties this folder to whoever ran the program. Compare it with one that
    you have from elsewhere: published by them, or in mails that others received.
    Every mail and webhook of the program carried its newest checkpoint; anybody who
    kept one can show whether the log was rewritten since.
  * The certificate of each timestamp, by its SHA-256 fingerprint. Compare it with the
    one that the authority publishes; anybody can make a certificate of any name.

Keep the SHA-256 of MANIFEST (`sha256sum MANIFEST`) apart from this folder, such as in
the certification: it pins every file here, also those that nothing else proves.

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

The files
---------
bodies/          what was received, byte for byte, named by its SHA-256
log/             the lines of the log, named by their place in it, counted from 0
checkpoints/     signed notes (.note), what is signed of them (.text), and the whole
                 log in order (.tree): the lines shown here, and all others by the
                 hashes over them, which together lead to what is signed
keys/            the public key
timestamps/      what outside authorities said of when a checkpoint was there, and
                 the certificates to check it against
{kept}events/          what the program told of it at the time, without the checkpoint that
                 was sent along
readings/        the same pages as plain text, read from bodies/ by the program
redlines/        what changed, marked; opens in any browser, offline
events.jsonl     the same events as they were sent, one in each line
capture.warc.gz  the same attempts for web archive tools (WARC/1.1)
CERTIFICATION.txt  a template for a certification, with its facts filled in

What is proved, and what is not
-------------------------------
Proved by 1 to 4: these pages were recorded, and this was told of them, before the
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

ABOUT: Final = """\
{software} fetched the {pages} named below at set times, kept what it received byte for
byte, and wrote one line for each attempt into a log, whatever came of it. The log is
signed from time to time (a "checkpoint"). A line cannot be changed, removed, put in or
moved afterwards without the signed checkpoint showing it. This folder holds the lines
that matter here, what was received, and the proofs."""

KEPT: Final = """\
kept/            timestamps that verify.sh does not check: it is not known which
                 certificate they belong under; see `openssl ts -verify`
"""

CERTIFICATION: Final = """\
CERTIFICATION OF RECORDS GENERATED BY AN ELECTRONIC PROCESS
AND OF DATA COPIED FROM AN ELECTRONIC DEVICE
in the shape of Federal Rules of Evidence 902(11), 902(13) and 902(14)

TEMPLATE, NOT SIGNED. The facts below were filled in by {software}; whoever signs
checks each of them and strikes what they cannot vouch for. This is no legal advice.

I, ______________________________, state:

1. I am ______________________________ (position) at ______________________________.
   I am qualified by ______________________________ (training, experience) to give
   this certification, and I am familiar with the process described below.

2. The process (902(13)). The records come from {software}, a program that requests
   web pages at set times, writes what it receives to a store named by the SHA-256 of
   the bytes, and records each attempt as one line of an append-only log whose
   checkpoints are signed with Ed25519. The program makes these records by itself, at
   the time of each attempt, in the regular course of the activity of
   ______________________________, as a regular practice of that activity. To my
   knowledge it was working properly at the times named here, except:
   ______________________________

3. The records:
{attempts}

4. The copies (902(14)). The files in the folder of this certification were copied from
   that store. Each was identified by its SHA-256; the values in MANIFEST were computed
   from the copies, and those of the pages are the ones that the log recorded when the
   pages were received:
{digests}
   The SHA-256 of MANIFEST itself, which `sha256sum MANIFEST` prints, is
   ______________________________

5. The checkpoints by which the records can be checked:
{checkpoints}
   Anybody can do so with the script verify.sh in this folder, without the program.

6. Clock. {clock}

I declare under penalty of perjury under the laws of ______________________________
that the foregoing is true and correct.

Executed on ____________________ at ______________________________

______________________________
(signature)
"""


SIMULATED: Final = """\
The clock of some lines is "simulated": this comes from a demonstration, and shows
nothing that happened at the times named."""

RECORDED: Final = """\
Some lines say "recorded": the page was received by somebody else at the time
named, and taken into the log later; of that time the log proves nothing."""
