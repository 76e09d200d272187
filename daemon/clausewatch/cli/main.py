"""The entry point."""

import typer

from clausewatch import __version__

app = typer.Typer(no_args_is_help=True, add_completion=True)


@app.command()
def version() -> None:
    """Show the version."""
    typer.echo(f"clausewatch {__version__}")


@app.callback()
def root() -> None:
    """Know the day the fine print changed, what it means, and be able to prove it."""


def main() -> None:
    """Run the command line."""
    app()
