"""The walls: no file of the package over 400 lines, no function over 60."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

FILE_LINES = 400
FUNCTION_LINES = 60
ROOT = Path(__file__).resolve().parent.parent / "daemon"


def breaches(path: Path) -> Iterator[str]:
    source = path.read_text(encoding="utf-8")
    lines = source.count("\n")
    if lines > FILE_LINES:
        yield f"{path}:1: {lines} lines; the wall is {FILE_LINES}"
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > FUNCTION_LINES:
                yield f"{path}:{node.lineno}: {node.name} has {length} lines; the wall is {FUNCTION_LINES}"


def main() -> int:
    files = sorted(ROOT.rglob("*.py"))
    found = [line for path in files for line in breaches(path)]
    print("\n".join(found) or f"walls: {len(files)} files within bounds")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
