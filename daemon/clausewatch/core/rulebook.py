"""What judgements are made by: rules and weights, as values that an edge has read."""

from dataclasses import dataclass

from clausewatch.core.bearing import Bearing
from clausewatch.core.calibration import Calibration
from clausewatch.core.materiality import Scales
from clausewatch.core.phrases import Phrase
from clausewatch.core.topicbook import TopicBook


@dataclass(frozen=True, slots=True, kw_only=True)
class Rulebook:
    """Rules, phrases and weights; an empty one tells no topics and claims nothing."""

    phrases: tuple[Phrase, ...] = ()
    """What shows a direction, or a promise, in several languages."""
    marks: tuple[Phrase, ...] = ()
    """What shows a signal; their kinds are the names of signals."""
    calibration: Calibration | None = None
    """How what is found is weighed into the direction of a whole difference."""
    bearing: Bearing | None = None
    """What one changed clause takes or gives."""
    topics: TopicBook = TopicBook()
    """What topics are told by."""
    scales: Scales = Scales()
    """What changes weigh by."""
