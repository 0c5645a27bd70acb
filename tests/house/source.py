"""The program's own source as data: files, calls and the words in them."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROGRAM = ROOT / "referral"


def files(folder: Path = PROGRAM) -> list[Path]:
    """Return the Python files of a folder."""
    return sorted(path for path in folder.rglob("*.py") if "__pycache__" not in path.parts)


@cache
def tree(path: Path) -> ast.Module:
    """Return the syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def name_of(path: Path) -> str:
    """Return a file's path as people write it: referral/messaging/models.py."""
    return path.relative_to(ROOT).as_posix()


def calls(path: Path, *names: str) -> Iterator[ast.Call]:
    """Return the calls of a function or method by its last name (`commit`) or its last two (`jobs.add`)."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call) and any(called(node, name) for name in names):
            yield node


def called(node: ast.Call, name: str) -> bool:
    """Tell whether a call is of this name."""
    written = ast.unparse(node.func)
    return written == name or written.endswith("." + name)


def first_text(node: ast.Call, position: int) -> str | None:
    """Return the literal text at a position of a call; None when it is computed."""
    argument = node.args[position] if len(node.args) > position else None
    return argument.value if isinstance(argument, ast.Constant) and isinstance(argument.value, str) else None
