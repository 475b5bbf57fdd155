"""Which wordings stand in a text.

One pass over the text finds the rarest literal of every phrase, or where its many literals begin or
end; only where one stands is the rest of the phrase looked for, near by.

The cost is linear in the text whatever the phrases are: they are literals, never regular
expressions.
"""

from playbook.bounce.phrases.borders import ends_in_word, stands
from playbook.bounce.phrases.literals import Literals, any_of
from playbook.bounce.phrases.phrase import Phrase, compiled
from playbook.bounce.phrases.scanner import Hit, Scanner

__all__ = ["Hit", "Literals", "Phrase", "Scanner", "any_of", "compiled", "ends_in_word", "stands"]
