"""The text of a PDF, read in a process of its own that may not eat the machine.

A PDF is a program in all but name: it may ask for any memory and any time. What is
read here came from a stranger, so the reader gets neither our memory nor our secrets.
Run as a module it is that process: a PDF on stdin, JSON on stdout.
"""

import json
import os
import resource
import subprocess
import sys
from dataclasses import asdict, dataclass
from io import BytesIO
from typing import BinaryIO, Final

from clausewatch.errors import CaptureError
from clausewatch.fetch.paragraphs import joined


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What reading one PDF may take."""

    memory_bytes: int = 512 * 1024 * 1024
    cpu_s: int = 20
    wall_s: float = 40.0
    pages: int = 2000


_WHAT: Final = {
    "pdf-broken": "a PDF that can be read",
    "pdf-encrypted": "a PDF without a password",
    "pdf-pages": "fewer pages",
    "pdf-memory": "a PDF that can be read in bounded memory",
    "pdf-no-text": "a PDF with text",
}


def text_of(body: bytes, limits: Limits) -> str:
    """Return the text, one paragraph a line.

    Raises:
        CaptureError: it cannot be read; the reason starts with `pdf-`.
    """
    command = [sys.executable, "-P", "-m", "clausewatch.fetch.pdf"]
    # Nothing of our environment but where the code is: it may hold passwords.
    environment = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    try:
        done = subprocess.run(  # noqa: S603 (our own interpreter and module)
            [*command, json.dumps(asdict(limits))],
            input=body,
            capture_output=True,
            timeout=limits.wall_s,
            env=environment,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        message = f"expected a PDF to be read in {limits.wall_s:g} s"
        raise CaptureError(message, reason="pdf-timeout", retry=True) from error
    if done.returncode != 0:
        last = done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
        message = (
            f"expected a PDF within limits, its reader ended: {done.returncode} {last}"
        )
        raise CaptureError(message.strip(), reason="pdf-limits", retry=False)
    answer: dict[str, str] = json.loads(done.stdout)
    if reason := answer.get("reason"):
        message = f"expected {_WHAT[reason]}, got {answer['came']}"
        raise CaptureError(message, reason=reason, retry=False)
    return answer["text"]


def main() -> None:
    """Read a PDF from stdin, within the limits given as the argument."""
    limits = Limits(**json.loads(sys.argv[1]))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_s, limits.cpu_s))
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    json.dump(_read(sys.stdin.buffer, limits.pages), sys.stdout)


def _read(source: BinaryIO, most_pages: int) -> dict[str, str]:
    # Only this process ever needs it, and only under the limits.
    from pypdf import PdfReader  # noqa: PLC0415
    from pypdf.errors import DependencyError, FileNotDecryptedError  # noqa: PLC0415

    try:
        pages = PdfReader(BytesIO(source.read())).pages
        if len(pages) > most_pages:
            return {"reason": "pdf-pages", "came": f"{len(pages)} of them"}
        text = joined([page.extract_text() for page in pages])
    except (FileNotDecryptedError, DependencyError) as error:
        return {"reason": "pdf-encrypted", "came": str(error)}
    except MemoryError:
        return {"reason": "pdf-memory", "came": "one that asks for more"}
    except Exception as error:  # noqa: BLE001 (pypdf raises anything on broken input)
        return {"reason": "pdf-broken", "came": f"{type(error).__name__}: {error}"}
    if not text.strip():
        return {"reason": "pdf-no-text", "came": "pictures only"}
    return {"text": text}


if __name__ == "__main__":
    main()
