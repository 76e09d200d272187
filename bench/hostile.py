"""Documents that are hard to compare, made from made-up words."""

from collections.abc import Iterator
from random import Random

LETTERS = "abcdefghijklmnopqrstuvwxyz"
_maker = Random(0)
WORDS = [
    "".join(_maker.choices(LETTERS, k=_maker.randint(2, 9))) for _ in range(30_000)
]
LINE = 870_000
"""Words of a line of 5 MB."""


def word(random: Random) -> str:
    """Return a word; some are frequent, most are rare, as in real text."""
    return WORDS[int(random.random() ** 3 * len(WORDS))]


def clause(random: Random, words: int | None = None) -> str:
    return " ".join(word(random) for _ in range(words or random.randint(6, 28)))


def policy(random: Random, words: int) -> list[str]:
    return [clause(random) for _ in range(words // 17)]


def edited(random: Random, text: str, share: float) -> str:
    """Return the text with this share of its words replaced."""
    return " ".join(
        word(random) if random.random() < share else one for one in text.split()
    )


Case = tuple[str, list[str], list[str]]


def cases(random: Random) -> Iterator[Case]:
    yield from whole(random)
    yield from repeated(random)
    yield from giant(random)


def whole(random: Random) -> Iterator[Case]:
    for words in (100_000, 1_000_000):
        old = policy(random, words)
        yield f"{words} words, everything changed", old, policy(random, words)
        shuffled = random.sample(old, len(old))
        yield f"{words} words, everything shuffled", old, shuffled
        both = [edited(random, text, 0.1) for text in shuffled]
        yield f"{words} words, shuffled and edited", old, both
        every = [edited(random, text, 0.15) for text in old]
        yield f"{words} words, every clause edited", old, every


def repeated(random: Random) -> Iterator[Case]:
    one = "We may share your data."
    yield "one clause 10,000 times", [one] * 10_000, [one] * 9_990
    mixed = [text for n in range(7_000) for text in (one, f"and {n} others")]
    yield "one clause 10,000 times, others in between", [one] * 10_000, mixed
    yield "one clause 10,000 times, reworded", [one] * 10_000, [f"{one} Now."] * 10_000
    rows = [
        [f"Partner {n} keeps it {random.randint(1, 400)} days" for n in range(10_000)]
        for _ in "ab"
    ]
    yield "10,000 near-identical rows", *rows
    few = [[random.choice("abcdefgh") for _ in range(30_000)] for _ in "ab"]
    yield "30,000 clauses of one letter", *few


def giant(random: Random) -> Iterator[Case]:
    line = clause(random, LINE)
    yield "one line of 5 MB, 1 % edited", [line], [edited(random, line, 0.01)]
    yield "one line of 5 MB, all changed", [line], [clause(random, LINE)]
    yield "one line of 5 MB without spaces", ["a" * 5_000_000], ["a" * 4_999_999 + "b"]
    few = [" ".join(random.choices(WORDS[:50], k=LINE)) for _ in "ab"]
    yield "one line of 5 MB, fifty words", few[:1], few[1:]
    chinese = [
        chr(0x4E00 + int(random.random() ** 2 * 6_000)) for _ in range(1_700_000)
    ]
    other = [
        chr(0x4E00 + random.randrange(6_000)) if random.random() < 0.01 else c
        for c in chinese
    ]
    yield (
        "one line of 5 MB in Chinese, 1 % edited",
        ["".join(chinese)],
        ["".join(other)],
    )
    same = clause(random, 5_000)
    for share in (0.01, 0.3):
        near = [[edited(random, same, share) for _ in range(100)] for _ in "ab"]
        yield f"100 clauses of 5,000 words, {share:.0%} apart", *near
