"""What participants and officers send, until they are answered, and what they were answered."""

from __future__ import annotations

from simulators.draws import Draws
from single_window.intake.admission import AdmissionAnswer
from tests.simulation.processes import TOGETHER, Process
from tests.simulation.storylines import Retry, Sending, Transmission


class Mail:
    """Sendings that wait for an answer. Who is not answered sends again; some are impatient and send twice."""

    def __init__(self, dice: Draws) -> None:
        self._dice = dice
        self.waiting: list[Sending] = []
        self.acknowledged: list[tuple[Transmission, AdmissionAnswer]] = []

    def ask_again(self) -> None:
        """An operator sees that something is parked."""
        if not any(isinstance(step, Retry) for step in self.waiting):
            self.waiting.append(Retry())

    def deliver(self, process: Process) -> str:
        """A front end takes some of it; gives what came of that. Nothing is answered when the front end dies."""
        taken = self._taken()
        impatient = self._dice.below(20) == 0
        if not impatient:
            self.waiting = [step for step in self.waiting if not any(step is other for other in taken)]
        answered: list[str] = []
        try:
            return process.attempted("admit", lambda: self._handed(process, taken, answered))
        finally:
            if not answered and not impatient:
                self.waiting += taken

    def _taken(self) -> list[Sending]:
        """What one person does, or some transmissions, in any order."""
        order = [self.waiting[place] for place in self._dice.order(len(self.waiting))]
        if not isinstance(order[0], Transmission):
            return order[:1]
        return [step for step in order if isinstance(step, Transmission)][: self._dice.between(1, TOGETHER)]

    def _handed(self, process: Process, taken: list[Sending], answered: list[str]) -> str:
        first = taken[0]
        if not isinstance(first, Transmission):
            answered.append(process.carry_out(first))
        else:
            sent = [step for step in taken if isinstance(step, Transmission)]
            answers = process.admit(sent)
            answered += [str(answer.status) for answer in answers]
            self.acknowledged += zip(sent, answers, strict=True)
        return f"{', '.join(step.label for step in taken)}: {' '.join(answered)}"
