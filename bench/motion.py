"""Figure: how truly the map tells a day whose truth is known, and what a position costs the engine in CPU."""

import gc
import time
from collections.abc import Sequence
from statistics import median

from bench.days import Day, Score, fences_of, score, told, worlds
from bench.report import Figure, Section, Table
from entrepot.tracking.functions.derive import Work, derive
from entrepot.tracking.functions.fence_index import FenceIndex
from entrepot.tracking.model.fix import Fix
from entrepot.tracking.model.state import DeviceState, Watched

_INTERVALS, _NOISES = (1, 5, 10, 30, 60), (2.0, 5.0, 10.0, 20.0)
_PROMISED = 10.0  # metres of noise up to which the figures hold
_BATCH = 20
_ABOUT = (
    "A day of 8 hours: a walk, stop-and-go (25 s at each light), stops of 200, 240 and 300 s, a tunnel of 3 "
    "minutes, a ferry, a flight of 1,000 km in flight mode, a long rest; ten stops and eight trips, and ten "
    "fences (circles of 60 m and squares of 120 m in turn) passed through the middle. A receiver tells it "
    "every 1 to 60 s, at several phases of its interval, with an error of 2 to 20 m in each direction that "
    "wanders within a minute. *Found* is a stop or trip that shares half of the true one and is not "
    "much longer; everything else that is told is *false*. *Distance* is the worst error of a day, without "
    "the flight. The figures are those up to 10 m of noise. *CPU* is the engine's alone, with the filter and "
    "the fences, in batches of 20 fixes."
)


def measure(*, quick: bool) -> Section:
    day = Day()
    fences = fences_of(day)
    phases = 2 if quick else 6
    scores: dict[tuple[int, float], list[Score]] = {}
    for every_s, noise_m, phase_s in worlds(_INTERVALS[2:] if quick else _INTERVALS, _NOISES, phases):
        fixes = told(day, every_s=every_s, noise_m=noise_m, phase_s=phase_s, seed=phase_s + 1)
        scores.setdefault((every_s, noise_m), []).append(score(day, fixes, fences))
    good = [each for (_, noise_m), some in scores.items() if noise_m <= _PROMISED for each in some]
    worst = max(each.distance_off for each in good)
    cpu_us = _cpu_us(told(day, every_s=5, noise_m=5.0, phase_s=0), fences, rounds=3 if quick else 15)
    return Section(
        part="motion",
        title="Days with truth",
        about=_ABOUT,
        figures=[
            *_kind_figures("stops", [each.stops for each in good]),
            *_kind_figures("trips", [each.trips for each in good]),
            *_kind_figures("fence passes", [each.passes for each in good]),
            Figure("distance off at worst", f"{worst:.1%}", "≤ 2 %", worst <= 0.02),
            Figure("CPU a position", f"{cpu_us:.2f} µs", "≤ 12 µs", cpu_us <= 12),
        ],
        tables=[_table(scores)],
    )


def _kind_figures(name: str, counts: Sequence[tuple[int, int, int]]) -> list[Figure]:
    true, hits, false = (sum(column) for column in zip(*counts, strict=True))
    found, wrong = hits / true, false / true
    return [
        Figure(f"{name} found", f"{found:.1%}", "≥ 95 %", found >= 0.95),
        Figure(f"{name} that were none, of the true ones", f"{wrong:.2%}", "≤ 2 %", wrong <= 0.02),
    ]


def _table(scores: dict[tuple[int, float], list[Score]]) -> Table:
    header = ["reports every", "noise", "stops found (false)", "trips found (false)",
              "fence passes found (false)",               "distance off"]  # fmt: skip
    rows = [
        [
            f"{every_s} s",
            f"{noise_m:.0f} m",
            _share([each.stops for each in some]),
            _share([each.trips for each in some]),
            _share([each.passes for each in some]),
            f"{max(each.distance_off for each in some):.1%}",
        ]
        for (every_s, noise_m), some in scores.items()
    ]
    return Table(header, rows)


def _share(counts: Sequence[tuple[int, int, int]]) -> str:
    true, hits, false = (sum(column) for column in zip(*counts, strict=True))
    return f"{hits / true:.0%} ({false})"


def _cpu_us(fixes: Sequence[Fix], fences: FenceIndex, *, rounds: int) -> float:
    """Microseconds of CPU for a position; the median of some rounds."""
    found = []
    for _ in range(rounds):
        state, device = DeviceState(), Watched(id="d")
        gc.collect()
        began = time.process_time()
        for at in range(0, len(fixes), _BATCH):
            derive([Work(device, state, fixes[at : at + _BATCH])], fences)
        found.append((time.process_time() - began) / len(fixes) * 1e6)
    return median(found)
