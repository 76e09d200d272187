"""The entry point: the commands by name, and the one place where errors end."""

import sys
import traceback
from collections.abc import Sequence
from typing import Annotated

import typer

from clausewatch import __version__
from clausewatch.cli import changelog, past, standing, watchlist
from clausewatch.cli.backtest import backtest, import_
from clausewatch.cli.catalogue import catalogue
from clausewatch.cli.check import check
from clausewatch.cli.compact import compact
from clausewatch.cli.console import err, print_line
from clausewatch.cli.demo.play import demo
from clausewatch.cli.exits import HELP, Code, code_for
from clausewatch.cli.explain import explain
from clausewatch.cli.report import report
from clausewatch.cli.run import run
from clausewatch.cli.serve import serve
from clausewatch.errors import ClausewatchError

app = typer.Typer(
    name="clausewatch",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=HELP,
)


@app.callback()
def root(
    context: typer.Context,
    *,
    debug: Annotated[
        bool, typer.Option("--debug", help="Show where in the program an error arose.")
    ] = False,
) -> None:
    """Know the day the fine print changed, what it means, and be able to prove it."""
    context.obj = debug


def version() -> None:
    """Show which version this is."""
    print_line(f"clausewatch {__version__}")


for command in (
    run,
    check,
    backtest,
    changelog.events,
    changelog.show,
    explain,
    past.history,
    past.diff,
    report,
    standing.status,
    standing.deliveries,
    compact,
    serve,
    catalogue,
    demo,
    version,
):
    app.command()(command)
app.command("import")(import_)
app.add_typer(watchlist.app, name="watchlist")


def main(arguments: Sequence[str] | None = None, *, program: typer.Typer = app) -> None:
    """Run the command line; no traceback ever reaches a user who did not ask."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    try:
        program(given, prog_name="clausewatch")
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
