"""Gates and adjusted changes, each computed once however often the method asks for it."""

from collections.abc import Sequence

from analysis.adjust import AdjustedChange, adjusted_change
from analysis.gate import Gate, ServicePair, comparability_gate
from analysis.parameters import Parameters
from analysis.wave import Wave

_Key = tuple[int, ...]


class Comparisons:
    """Keep what was found of waves that belong to one service.

    The base of a verdict, the verdict, the year after and the noise of later years all look at
    the same few tuples of waves. Waves are told apart by identity, and are kept alive for it.
    """

    def __init__(self) -> None:
        self._gates: dict[_Key, Gate] = {}
        self._changes: dict[tuple[_Key, bool], AdjustedChange | None] = {}
        self._kept: dict[_Key, tuple[Wave, ...]] = {}

    def gate(self, waves: Sequence[Wave], parameters: Parameters) -> Gate:
        """Decide whether the last wave may be compared with those before it.

        Parameters
        ----------
        waves : sequence of Wave
            Of one service, oldest first.
        parameters : Parameters
            Choices of the body.

        Returns
        -------
        Gate
        """
        key = self._key(waves, parameters)
        if key not in self._gates:
            pair = ServicePair("", tuple(waves[:-1]), waves[-1])
            self._gates[key] = comparability_gate(pair, parameters=parameters)
        return self._gates[key]

    def change(
        self, waves: Sequence[Wave], parameters: Parameters, *, by_mode: bool = True
    ) -> AdjustedChange | None:
        """Contrast the last wave with the mean of those before it, on the items of the gate.

        Parameters
        ----------
        waves : sequence of Wave
            Of one service, oldest first.
        parameters : Parameters
            Choices of the body.
        by_mode : bool, optional
            Whether the caller looks at `interaction_p`, which costs as much as all the rest.

        Returns
        -------
        AdjustedChange or None
            None where the gate is shut or no contrast can be estimated.
        """
        key = self._key(waves, parameters)
        if (key, True) in self._changes:
            by_mode = True
        if (key, by_mode) not in self._changes:
            gate = self.gate(waves, parameters)
            self._changes[key, by_mode] = (
                adjusted_change(waves, gate.items, by_mode=by_mode) if gate.open else None
            )
        return self._changes[key, by_mode]

    def base(
        self,
        earlier: Sequence[Wave],
        last: Wave,
        *,
        restart: bool,
        parameters: Parameters,
    ) -> tuple[Wave, ...]:
        """Choose what a wave is compared with (method, 6.2).

        Parameters
        ----------
        earlier : sequence of Wave
            All waves of the service before it, oldest first.
        last : Wave
            The wave under test.
        restart : bool
            Whether the last earlier wave was itself judged a decline or an improvement.
        parameters : Parameters
            Choices of the body.

        Returns
        -------
        tuple of Wave
            The two waves before where they can be compared with it, else the one before: a level
            that shifted between the two is a new level. Empty for a first wave.
        """
        two = tuple(earlier[-2:])
        if len(two) == 2 and not restart and self.change((*two, last), parameters) is not None:
            return two
        return two[-1:]

    def _key(self, waves: Sequence[Wave], parameters: Parameters) -> _Key:
        minimums = (parameters.publication_minimum, parameters.full_minimum)
        key = (*minimums, *(id(wave) for wave in waves))
        self._kept.setdefault(key, tuple(waves))
        return key
