"""What IOS prints about lines that it does not take."""

from collections.abc import Iterable

from lab.errors import LineRefused


def refusal_text(refusal: LineRefused, margin: int) -> str:
    """Return the words and the caret below a refused line, which stood behind ``margin`` columns."""
    if refusal.kind == "refused":
        return f"{refusal.text}\n"
    if refusal.kind == "ambiguous":
        return f'% Ambiguous command:  "{refusal.line.strip()}"\n'
    if refusal.kind == "incomplete":
        return "% Incomplete command.\n\n"
    return f"{' ' * (margin + refusal.column)}^\n% Invalid input detected at '^' marker.\n\n"


def merged_text(refused: Iterable[LineRefused]) -> str:
    """Return what copying a file to the running configuration prints about the lines it went past."""
    return "".join(f"{refusal.line}\n{refusal_text(refusal, 0)}" for refusal in refused)
