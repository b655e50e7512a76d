"""How a figure was made: `explain` makes it, an `Explanation` tells it to a page, a terminal or a program."""

from essaim.observatory.explanation.making import NoSuchYear, explain, explanation_of, scaling_of, years_of
from essaim.observatory.explanation.nouns import Explanation

__all__ = ["Explanation", "NoSuchYear", "explain", "explanation_of", "scaling_of", "years_of"]
