"""The yearly result of a service and of a body."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from analysis.body_change import BodyIndexChange, body_index_change
from analysis.body_detail import BodyDetail, body_detail
from analysis.change import BodyChange, ServiceChange, ServicePair, compare_services
from analysis.comparisons import Comparisons
from analysis.data import MODE_NOT_STATED, MODES, ProfileQuestion
from analysis.design import sample_of
from analysis.detail import ServiceContext, ServiceDetail, service_detail
from analysis.gate import excluded_items
from analysis.indices import BodyIndex, IndexResult, body_index, index_result
from analysis.items import ItemResult, item_results
from analysis.parameters import Parameters
from analysis.parts.comparison import ComparedService
from analysis.publication import DEFAULT, Publication, publication_class, suppress_line
from analysis.tally import FIRST_CODE
from analysis.wave import Wave, mode_shares
from analysis.wave_noise import NO_NOISE, WaveNoise


@dataclass(frozen=True, slots=True)
class ServiceWaves:
    """The waves of one service that a yearly result needs.

    Attributes
    ----------
    key, name : str
        Identifier, and name for people.
    wave : Wave
        The year under report.
    earlier : tuple of Wave
        All waves before it, oldest first.
    restart : bool
        Whether the verdict on the last earlier wave was coloured: a level shift is a new level, and
        that wave alone is the base (method, 6.2).
    """

    key: str
    name: str
    wave: Wave
    earlier: tuple[Wave, ...] = ()
    restart: bool = False

    @property
    def previous(self) -> Wave | None:
        """The wave just before."""
        return self.earlier[-1] if self.earlier else None


@dataclass(frozen=True, slots=True)
class ProfileResult:
    """How many forms gave each answer to a profile question."""

    question: ProfileQuestion
    counts: dict[int, int]
    not_stated: int


@dataclass(frozen=True, slots=True)
class ServiceYear:
    """Everything computed about one service in one wave, before anything is suppressed."""

    key: str
    name: str
    wave: Wave
    publication: Publication
    index: IndexResult
    ratings: tuple[ItemResult, ...]
    modes: dict[str, int]
    profiles: tuple[ProfileResult, ...]
    response_rate: float | None
    flags: tuple[str, ...]
    change: ServiceChange | None
    detail: ServiceDetail | None


@dataclass(frozen=True, slots=True)
class BodyYear:
    """All services of a body in one wave; `noise` comes from the years before it."""

    label: str
    services: tuple[ServiceYear, ...]
    index: BodyIndex
    change: BodyChange
    parameters: Parameters
    noise: WaveNoise
    detail: BodyDetail | None = None
    index_change: BodyIndexChange | None = None


def service_year(
    service: ServiceWaves,
    *,
    change: ServiceChange | None = None,
    noise: WaveNoise = NO_NOISE,
    parameters: Parameters = DEFAULT,
    detailed: bool = True,
) -> ServiceYear:
    """Compute the results of one service in one wave.

    Parameters
    ----------
    service : ServiceWaves
        Its wave, and the one before (which may exclude items from the index).
    change : ServiceChange, optional
        Its verdict, found among all services of the body.
    noise : WaveNoise, optional
        Wobble of the body's services between waves.
    parameters : Parameters, optional
        Choices of the body.
    detailed : bool, optional
        Whether the parts of the detail are wanted.

    Returns
    -------
    ServiceYear
        The response rate is None for open links, where the users served are not known, and where
        there are more forms than users.

    Examples
    --------
    >>> from analysis.examples import example_wave
    >>> year = service_year(ServiceWaves("urp", "URP", example_wave()))
    >>> round(year.index.isu.value, 1), year.modes, year.response_rate, year.publication.value
    (62.6, {'web': 105, 'paper': 95}, None, 'full')
    """
    wave = service.wave
    forms, users = wave.forms, wave.users_served
    counted = wave.design != "open_link" and users is not None and forms <= users
    index = index_result(wave, excluded=excluded_items(service.previous), parameters=parameters)
    ratings = item_results(sample_of(wave, index.weighting), parameters=parameters)
    profiles = _profiles(wave)
    flags = [*index.flags]
    if _more_forms_than_users(wave, forms, profiles, parameters.publication_minimum):
        flags.append("more_forms_than_users")
    if wave.weights_ignored:
        flags.append("weights_ignored")
    publication = publication_class(
        wave.respondents, effective=index.isu.precision.kish, parameters=parameters
    )
    context = ServiceContext(
        service.key, wave, service.earlier, index=index, publication=publication,
        change=change, noise=noise, parameters=parameters,
    )  # fmt: skip
    return ServiceYear(
        key=service.key,
        name=service.name,
        wave=wave,
        publication=publication,
        index=index,
        ratings=ratings,
        modes=_mode_counts(wave),
        profiles=profiles,
        response_rate=forms / users if users and counted else None,
        flags=tuple(flags),
        change=change,
        detail=service_detail(context) if detailed else None,
    )


def _more_forms_than_users(
    wave: Wave, forms: int, profiles: Sequence[ProfileResult], minimum: int
) -> bool:
    """Hold the forms against the users, also class by class where the class may be told."""
    totals = [sum(users for _, users in classes) for classes in wave.users_by.values()]
    if wave.users_served is not None:
        totals.append(wave.users_served)
    if any(forms > total for total in totals):
        return True
    return any(
        n is not None and n > users.get(code, math.inf)
        for profile in profiles
        if (users := dict(wave.users_by.get(profile.question.variable, ())))
        for code, n in zip(
            profile.counts,
            suppress_line([*profile.counts.values(), profile.not_stated], minimum=minimum),
            strict=False,
        )
    )


def body_year(
    label: str,
    services: Sequence[ServiceWaves],
    *,
    change: BodyChange | None = None,
    noise: WaveNoise = NO_NOISE,
    parameters: Parameters = DEFAULT,
    detailed: bool = True,
) -> BodyYear:
    """Compute one wave of a body: every service, its change, and the index of the body.

    Parameters
    ----------
    label : str
        The wave, such as ``"2026"``.
    services : sequence of ServiceWaves
        All services with a wave in this period; they are one family of tests.
    change : BodyChange, optional
        Their verdicts, where they are known; else they are found.
    noise : WaveNoise, optional
        Wobble between waves, estimated from the years before this one.
    parameters : Parameters, optional
        Choices of the body.
    detailed : bool, optional
        Whether the parts of the details of services and body are wanted.

    Returns
    -------
    BodyYear

    Notes
    -----
    The index of the body is the mean of those of its services, by users served (method, 2.8).

    Examples
    --------
    >>> from analysis.examples import example_wave
    >>> services = [ServiceWaves("urp", "URP", example_wave())]
    >>> year = body_year("2026", services, detailed=False)
    >>> round(year.index.isu.value, 1), year.change.tests
    (62.6, 0)
    """
    if change is None:
        change = judge(services, noise=noise, parameters=parameters)
    results = tuple(
        service_year(one, change=verdict, noise=noise, parameters=parameters, detailed=detailed)
        for one, verdict in zip(services, change.services, strict=True)
    )
    index = body_index(
        [(one.key, one.index.isu, one.wave.users_served) for one in results],
        parameters=parameters,
    )
    compared = [
        ComparedService(one.key, one.name, one.wave, one.index, one.publication) for one in results
    ]
    before = [one.previous for one in services]
    promised = [None if one.detail is None else one.detail.standards for one in results]
    detail = body_detail(compared, before, promised, parameters=parameters) if detailed else None
    users = {one.key: one.wave.users_served for one in results}
    whole = body_index_change(change, users, parameters=parameters)
    return BodyYear(label, results, index, change, parameters, noise, detail, whole)


def judge(
    services: Sequence[ServiceWaves],
    *,
    noise: WaveNoise = NO_NOISE,
    comparisons: Comparisons | None = None,
    parameters: Parameters = DEFAULT,
    lifted: str | None = None,
) -> BodyChange:
    """Find the verdict on every service, each against its own base.

    Parameters
    ----------
    services : sequence of ServiceWaves
        All services with a wave in this period; they are one family of tests.
    noise : WaveNoise, optional
        Wobble between waves, estimated from the years before this one.
    comparisons : Comparisons, optional
        Where changes that were computed before are kept.
    parameters : Parameters, optional
        Choices of the body.
    lifted : str, optional
        Signed reason for which the common-shift guard is taken away in this wave.

    Returns
    -------
    BodyChange
        In the order of `services`.

    Notes
    -----
    Gate, change at equal response mode and profile, Holm over the services of the body (method, 6).

    Examples
    --------
    >>> from analysis.examples import example_wave
    >>> before, now = example_wave("2025", seed=2), example_wave("2026", shift=-0.5)
    >>> verdict = judge([ServiceWaves("urp", "URP", now, (before,))]).services[0]
    >>> verdict.verdict.name, round(verdict.change.adjusted)
    ('WORSE', -14)
    """
    known = Comparisons() if comparisons is None else comparisons
    pairs = []
    for one in services:
        base = known.base(one.earlier, one.wave, restart=one.restart, parameters=parameters)
        pairs.append(ServicePair(one.key, base, one.wave))
    return compare_services(pairs, parameters, noise=noise, comparisons=known, lifted=lifted)


def _mode_counts(wave: Wave) -> dict[str, int]:
    """Respondents by response mode, in the order of `MODES`, then those not stated."""
    found = mode_shares(wave)
    names = dict(enumerate(MODES)) | {MODE_NOT_STATED: "not_stated"}
    return {name: found[place] for place, name in names.items() if place in found}


def _profiles(wave: Wave) -> tuple[ProfileResult, ...]:
    if not wave.tally.paired:  # of a wave known as counts nobody knows who answered
        return ()
    return tuple(
        ProfileResult(
            question=question,
            counts={code: counts[code + FIRST_CODE] for code in question.codes},
            not_stated=sum(counts[:FIRST_CODE]),
        )
        for question, counts in zip(
            wave.questionnaire.profiles, wave.tally.profiles.tolist(), strict=True
        )
    )
