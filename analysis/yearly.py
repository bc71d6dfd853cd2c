"""The yearly result of a service and of a body."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.adjust import mode_shares
from analysis.change import BodyChange, ServiceChange, ServicePair, compare_services
from analysis.data import MODE_NOT_STATED, MODES, ProfileQuestion, Status
from analysis.detail import ServiceContext, ServiceDetail, service_detail
from analysis.gate import excluded_items
from analysis.indices import (
    BodyIndex,
    IndexResult,
    ItemResult,
    body_index,
    index_result,
    item_result,
)
from analysis.parameters import Parameters
from analysis.publication import DEFAULT, Publication, publication_class
from analysis.tally import FIRST_CODE
from analysis.wave import Wave
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


def service_year(
    service: ServiceWaves,
    *,
    change: ServiceChange | None = None,
    noise: WaveNoise = NO_NOISE,
    parameters: Parameters = DEFAULT,
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

    Returns
    -------
    ServiceYear
        The response rate is None for open links, where the users served are not known, and where
        there are more forms than users.
    """
    wave = service.wave
    users = wave.users_served
    counted = wave.design != "open_link" and users is not None and wave.forms <= users
    ratings = tuple(
        item_result(wave.questionnaire, wave.tally, question.key, parameters=parameters)
        for question in wave.questionnaire.rated
    )
    index = index_result(wave, excluded=excluded_items(service.previous), parameters=parameters)
    flags = [*index.flags]
    if users is not None and wave.forms > users:
        flags.append("more_forms_than_users")
    if wave.weights_ignored:
        flags.append("weights_ignored")
    publication = publication_class(wave.respondents, parameters=parameters)
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
        profiles=_profiles(wave),
        response_rate=wave.forms / users if users and counted else None,
        flags=tuple(flags),
        change=change,
        detail=service_detail(context),
    )


def body_year(
    label: str,
    services: Sequence[ServiceWaves],
    *,
    noise: WaveNoise = NO_NOISE,
    parameters: Parameters = DEFAULT,
) -> BodyYear:
    """Compute one wave of a body: every service, its change, and the index of the body.

    Parameters
    ----------
    label : str
        The wave, such as ``"2026"``.
    services : sequence of ServiceWaves
        All services with a wave in this period; they are one family of tests.
    noise : WaveNoise, optional
        Wobble between waves, estimated from the years before this one.
    parameters : Parameters, optional
        Choices of the body.

    Returns
    -------
    BodyYear
    """
    pairs = [
        ServicePair(one.key, () if one.previous is None else (one.previous,), one.wave)
        for one in services
    ]
    change = compare_services(pairs, parameters)
    results = tuple(
        service_year(one, change=verdict, noise=noise, parameters=parameters)
        for one, verdict in zip(services, change.services, strict=True)
    )
    index = body_index(
        [(one.key, one.index.isu, one.wave.users_served) for one in results],
        parameters=parameters,
    )
    return BodyYear(label, results, index, change, parameters, noise)


def _mode_counts(wave: Wave) -> dict[str, int]:
    """Respondents by response mode, in the order of `MODES`, then those not stated."""
    found = mode_shares(wave)
    names = dict(enumerate(MODES)) | {MODE_NOT_STATED: "not_stated"}
    return {name: found[place] for place, name in names.items() if place in found}


def _profiles(wave: Wave) -> tuple[ProfileResult, ...]:
    results = []
    for place, question in enumerate(wave.questionnaire.profiles):
        counts = wave.tally.profiles[place]
        results.append(
            ProfileResult(
                question=question,
                counts={code: int(counts[code + FIRST_CODE]) for code in question.codes},
                not_stated=int(np.sum(counts[: len(Status)])),
            )
        )
    return tuple(results)
