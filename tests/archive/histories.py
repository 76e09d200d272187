"""Captures of pages that drift, for whatever keeps them."""

import random

from clausewatch.core.model import WatchId

ACME = WatchId("acme")


def history(count, *, seed=1, paragraphs=120):
    """Return captures of a page that drifts: a token each time, a sentence at times."""
    chance = random.Random(seed)

    def sentence():
        return "".join(chance.choices("abcdefghij klmnop", k=90))

    page = [sentence() for _ in range(paragraphs)]
    for number in range(count):
        if number % 5 == 0:
            page[chance.randrange(paragraphs)] = sentence()
        yield f"<i>{chance.getrandbits(64):x}</i>{'<p>'.join(page)}".encode()


def keep(blobs, bodies, watch=ACME, first=1):
    return [(n, watch, blobs.keep(body)) for n, body in enumerate(bodies, first)]
