"""Scores pairs of names with nomenklatura's logic-v2, in an environment of its own: it needs PyICU and is no
part of the project. Reads a JSON list of [kind, name, name] from its input, writes [scores, µs a pair].
"""

import json
import sys
from time import perf_counter

from followthemoney import model
from nomenklatura.matching import LogicV2
from nomenklatura.matching.types import ScoringConfig

_SCHEMATA = {"person": "Person", "organisation": "Company", "vessel": "Vessel"}


def _entity(kind: str, name: str) -> object:
    return model.get_proxy({"id": name, "schema": _SCHEMATA[kind], "properties": {"name": [name]}})


pairs = json.load(sys.stdin)
config = ScoringConfig.defaults() if hasattr(ScoringConfig, "defaults") else LogicV2.default_config()
entities = [(_entity(kind, one), _entity(kind, other)) for kind, one, other in pairs]
LogicV2.compare(*entities[0], config)
began = perf_counter()
scores = [LogicV2.compare(one, other, config).score for one, other in entities]
json.dump([scores, (perf_counter() - began) / len(pairs) * 1e6], sys.stdout)
