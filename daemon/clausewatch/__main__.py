"""`python -m clausewatch` is `clausewatch`."""

from clausewatch.cli import main

main()
