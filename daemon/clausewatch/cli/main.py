"""The entry point: the commands by name, and the one place where errors end."""

import sys
import traceback
from collections.abc import Iterable, Sequence
from importlib import import_module
from typing import Annotated, Final

import typer

from clausewatch import __version__
from clausewatch.cli.console import err, print_line
from clausewatch.cli.exits import HELP, Code, code_for
from clausewatch.errors import ClausewatchError

COMMANDS: Final = {
    "run": "run.run",
    "check": "check.check",
    "backtest": "backtest.backtest",
    "events": "changelog.events",
    "show": "changelog.show",
    "explain": "explain.explain",
    "history": "past.history",
    "diff": "past.diff",
    "promises": "promises.promises",
    "report": "report.report",
    "status": "standing.status",
    "deliveries": "standing.deliveries",
    "compact": "compact.compact",
    "backup": "backup.backup",
    "verify": "verify.verify",
    "prune": "verify.prune",
    "checkpoint": "checkpoint.app",
    "serve": "serve.serve",
    "catalogue": "catalogue.catalogue",
    "demo": "demo.play.demo",
    "version": "main.version",
    "import": "backtest.import_",
    "evidence": "evidence.app",
    "watchlist": "watchlist.app",
}
"""Where each command is. Only the one that is asked for is imported: `events` has no
use for what fetches, and a daemon none for what plays the demo."""


def _show_version(*, asked: bool) -> None:
    if asked:
        version()
        raise typer.Exit


def root(
    context: typer.Context,
    *,
    debug: Annotated[
        bool, typer.Option("--debug", help="Show where in the program an error arose.")
    ] = False,
    version: Annotated[  # noqa: ARG001 - done before we are called
        bool,
        typer.Option(
            "--version",
            help="Show which version this is.",
            is_eager=True,
            callback=lambda value: _show_version(asked=value),
        ),
    ] = False,
) -> None:
    """Know the day the fine print changed, what it means, and be able to prove it."""
    context.obj = debug


def version() -> None:
    """Show which version this is."""
    print_line(f"clausewatch {__version__}")


def assemble(names: Iterable[str] = COMMANDS) -> typer.Typer:
    """Return the program with these commands; all of them, unless told otherwise."""
    app = typer.Typer(
        name="clausewatch",
        no_args_is_help=True,
        rich_markup_mode="markdown",
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
        epilog=HELP,
    )
    app.callback()(root)
    for name in names:
        module, _, attribute = COMMANDS[name].rpartition(".")
        found = getattr(import_module(f"clausewatch.cli.{module}"), attribute)
        if isinstance(found, typer.Typer):
            app.add_typer(found, name=name)
        else:
            app.command(name)(found)
    return app


def _program(given: Sequence[str]) -> typer.Typer:
    """Return the program for these arguments: all commands where none is named.

    `--version` needs no more than `version` does.
    """
    first = next((one for one in given if one != "--debug"), "").removeprefix("--")
    return assemble([first]) if first in COMMANDS else assemble()


def main(
    arguments: Sequence[str] | None = None, *, program: typer.Typer | None = None
) -> None:
    """Run the command line; no traceback ever reaches a user who did not ask."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    try:
        (program or _program(given))(given, prog_name="clausewatch")
    except ClausewatchError as error:
        _stop(str(error), code_for(error), debug="--debug" in given)
    except OSError as error:
        _stop(_of_system(error), Code.STORE, debug="--debug" in given)
    except Exception as error:  # noqa: BLE001  (the last resort: say so and stop)
        text = f"this is a bug: {type(error).__name__}: {error}; --debug shows where"
        _stop(text, Code.BUG, debug="--debug" in given)


def _of_system(error: OSError) -> str:
    place = f"{error.filename}: " if error.filename else ""
    return f"{place}{error.strerror or error}"


def _stop(text: str, code: Code, *, debug: bool) -> None:
    if debug:
        traceback.print_exc()
    err().print(f"clausewatch: {text}", style="red")
    raise SystemExit(code)
