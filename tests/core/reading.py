"""A page read as `assess` reads it, for tests of what comes after."""

from clausewatch.core.model import Media, Page
from clausewatch.core.read import read, survey
from clausewatch.core.recipe import Recipe

RECIPE = Recipe()


def document(source, media=Media.HTML):
    return read(survey(Page(media, source), RECIPE, "https://acme.example/p"), RECIPE)


def prose(*paragraphs):
    return "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
