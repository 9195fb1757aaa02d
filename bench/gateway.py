"""Figure 1: the whole gateway with everything on, between the least that could do the work and the usual
framework. Three interleaved rounds, medians.
"""

import tempfile
from pathlib import Path
from statistics import median

from bench.contenders import NAMES, Measured, contenders
from bench.report import Figure, Section, Table

_KINDS = ("read", "write")
_BUSY = 0.7
_AIMS = {"read": 0.55, "write": 0.55}
_ABOUT = (
    "A durable POST of 274 bytes with 8 constrained fields (validated, acknowledged after the flush) and a "
    "GET by key, both with an EdDSA token and a rate limit; 64 connections, server on one core, generator on "
    "another, all under uvicorn with uvloop and httptools, SQLite with synchronous=FULL. *Bare ASGI* is one "
    "function by hand with msgspec, cached tokens and group commit, answering by ASGI's two messages, "
    "where ours writes an answer at once, past ASGI; so it is the limit of ASGI, not of Python. "
    "*Ours* is a whole node with the access log in a file, metrics, security headers, request ids and the "
    "deadline of each row; its `cpu` counts the NATS child too. *FastAPI* is how a team would write it: "
    "pydantic, SQLAlchemy's async session, PyJWT on every request, one commit each. So that ratio is "
    "against the whole usual stack, not FastAPI alone: with bare's group commit and cached tokens, FastAPI "
    "reached 19% (write) and 25% (read) of bare ASGI in an earlier measurement, not repeated here. "
    "`cpu` is what a request costs the server, and the steadiest figure on a machine that does other "
    "things; `busy` is the share of its core that a server got or needed."
)


def measure(*, quick: bool) -> Section:
    rounds, seconds = (1, 1.0) if quick else (3, 8.0)
    seen: dict[tuple[str, str], list[Measured]] = {}
    with tempfile.TemporaryDirectory(prefix="bench-gateway-") as folder:
        with contenders(NAMES, Path(folder), warm_s=0.5 if quick else 1.5) as servers:
            for _ in range(rounds):
                for kind in _KINDS:
                    for server in servers:
                        seen.setdefault((server.name, kind), []).append(server.closed(kind, seconds))
    return Section(
        part="gateway", title="Gateway", about=_ABOUT, figures=_figures(seen), tables=[_table(seen)]
    )


def _per_s(found: list[Measured]) -> float:
    return median(each.round.per_s for each in found)


def _cpu_us(found: list[Measured]) -> float:
    return median(each.cpu_us for each in found)


def _busy(found: list[Measured]) -> float:
    return median(each.busy for each in found)


def _figures(seen: dict[tuple[str, str], list[Measured]]) -> list[Figure]:
    figures = []
    for kind in _KINDS:
        ours, bare, usual = (seen[name, kind] for name in ("ours", "bare ASGI", "FastAPI"))
        aim = _AIMS[kind]
        by_cpu = _cpu_us(bare) / _cpu_us(ours)
        figures += [
            _rate(f"{kind}, requests/s, of bare ASGI", ours, bare, aim=aim, form="{:.0%}"),
            Figure(
                f"{kind}, requests per CPU second, of bare ASGI",
                f"{by_cpu:.0%}",
                f"≥ {aim:.0%}",
                by_cpu >= aim,
            ),
            _rate(f"{kind}, requests/s, against FastAPI", ours, usual, aim=5, form="{:.1f} times"),
        ]
    errors = sum(each.round.errors for found in seen.values() for each in found)
    return [*figures, Figure("errors", str(errors), "0", errors == 0)]


def _rate(name: str, ours: list[Measured], other: list[Measured], *, aim: float, form: str) -> Figure:
    """A ratio of requests/s says nothing when something else than the server was the limit."""
    ratio, busy = _per_s(ours) / _per_s(other), min(_busy(ours), _busy(other))
    measured = form.format(ratio)
    if busy < _BUSY:
        measured += f" (void: a server had only {busy:.0%} of its core)"
    return Figure(name, measured, f"≥ {form.format(aim)}", ratio >= aim and busy >= _BUSY)


def _table(seen: dict[tuple[str, str], list[Measured]]) -> Table:
    rows = []
    for (name, kind), found in sorted(seen.items(), key=lambda item: (item[0][1], NAMES.index(item[0][0]))):
        p50, p99 = (median(each.round.percentile_ms(percent) for each in found) for percent in (50, 99))
        spread = f"{min(e.round.per_s for e in found):,.0f} to {max(e.round.per_s for e in found):,.0f}"
        rows.append(
            [
                kind,
                name,
                f"{_per_s(found):,.0f}",
                spread,
                f"{p50:.2f}",
                f"{p99:.2f}",
                f"{_cpu_us(found):.0f}",
                f"{_busy(found):.0%}",
            ]
        )
    return Table(["", "server", "requests/s", "least to most", "p50 ms", "p99 ms", "cpu µs", "busy"], rows)
