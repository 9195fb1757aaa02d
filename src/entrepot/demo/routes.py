"""The routes of the demo's vehicles: waypoints along real trade routes, in degrees (latitude, longitude),
set by hand to about a kilometre, and the stops on the way.
"""

from typing import Literal, NamedTuple

Waypoint = tuple[float, float]


class Depot(NamedTuple):
    """A place that deserves a geofence."""

    name: str
    at: Waypoint
    radius_m: float


class Round(NamedTuple):
    """There and back, again and again: `path` at about `speed_mps`, with `rests_s` at its ends, and
    `drops_s` at every waypoint between them (0 drives through).
    """

    username: str
    name: str
    kind: Literal["vehicle", "vessel", "phone"]
    path: tuple[Waypoint, ...]
    speed_mps: float
    rests_s: tuple[float, float]
    drops_s: float = 0.0
    period_s: float = 20.0


_A15_A67 = (
    (51.955, 4.030), (51.880, 4.280), (51.861, 4.480), (51.838, 4.760), (51.826, 5.020), (51.700, 5.290),
    (51.455, 5.450), (51.400, 5.760), (51.370, 6.110), (51.420, 6.400), (51.430, 6.620), (51.432, 6.762),
)  # fmt: skip
_PORT_TO_GRAZ = (
    (45.548, 13.738), (45.640, 13.900), (45.700, 13.970), (45.775, 14.205), (45.935, 14.350),
    (46.040, 14.460), (46.100, 14.560), (46.175, 14.900), (46.240, 15.240), (46.340, 15.430),
    (46.520, 15.650), (46.710, 15.640), (46.900, 15.500), (47.035, 15.430),
)  # fmt: skip
_A24 = (
    (53.540, 9.985), (53.560, 10.110), (53.510, 10.400), (53.440, 10.800), (53.400, 11.180),
    (53.355, 11.500), (53.230, 11.880), (53.130, 12.280), (52.990, 12.560), (52.850, 12.800),
    (52.710, 13.020), (52.600, 13.230), (52.535, 13.300),
)  # fmt: skip
_A7 = (
    (45.735, 4.850), (45.525, 4.870), (45.230, 4.800), (44.935, 4.880), (44.560, 4.770), (44.350, 4.760),
    (44.130, 4.820), (43.930, 4.920), (43.700, 5.040), (43.470, 5.230), (43.340, 5.350),
)  # fmt: skip
_A1 = (
    (54.360, 18.680), (54.170, 18.690), (53.800, 18.760), (53.460, 18.720), (53.020, 18.690),
    (52.660, 19.030), (52.240, 19.390), (51.970, 19.560), (51.800, 19.600),
)  # fmt: skip
_A3 = (
    (39.450, -0.330), (39.490, -0.600), (39.570, -1.200), (39.600, -1.700), (39.610, -2.280),
    (39.900, -2.840), (40.010, -3.010), (40.150, -3.250), (40.300, -3.440), (40.380, -3.620),
)  # fmt: skip
_BALTIC = (
    (54.370, 10.150), (54.480, 10.260), (54.560, 10.700), (54.580, 11.200), (54.450, 11.900),
    (54.720, 12.900), (54.860, 14.200), (54.880, 16.500), (54.800, 18.450), (54.630, 18.900),
    (54.440, 18.720),
)  # fmt: skip
_CITY = (
    (46.090, 14.560), (46.083, 14.535), (46.070, 14.512), (46.058, 14.506), (46.050, 14.500),
    (46.044, 14.489), (46.050, 14.470), (46.062, 14.474), (46.075, 14.487), (46.085, 14.510),
)  # fmt: skip
_BAY = (
    (22.485, 113.910), (22.545, 113.935), (22.620, 113.870), (22.720, 113.800), (22.800, 113.700),
    (22.930, 113.610), (23.050, 113.480), (23.110, 113.330),
)  # fmt: skip
_DESERT = (
    (33.760, -118.210), (33.880, -118.190), (33.950, -117.950), (33.990, -117.400), (33.930, -116.820),
    (33.720, -116.170), (33.670, -115.200), (33.610, -114.550), (33.670, -113.950), (33.500, -113.100),
    (33.440, -112.400), (33.450, -112.080),
)  # fmt: skip

ROUNDS = (
    Round(
        "demo-rotterdam-duisburg", "Lorry 11, Rotterdam and Duisburg", "vehicle", _A15_A67, 22.0, (4500, 5400)
    ),
    Round("demo-koper-graz", "Lorry 12, Koper and Graz", "vehicle", _PORT_TO_GRAZ, 22.5, (3600, 2700)),
    Round("demo-graz-koper", "Lorry 13, Graz and Koper", "vehicle", _PORT_TO_GRAZ[::-1], 21.5, (5400, 3600)),
    Round("demo-hamburg-berlin", "Lorry 14, Hamburg and Berlin", "vehicle", _A24, 23.0, (3600, 3600)),
    Round("demo-lyon-marseille", "Lorry 15, Lyon and Marseille", "vehicle", _A7, 22.0, (4200, 3000)),
    Round("demo-gdansk-lodz", "Lorry 16, Gdańsk and Łódź", "vehicle", _A1, 23.0, (3000, 3900)),
    Round("demo-valencia-madrid", "Lorry 17, Valencia and Madrid", "vehicle", _A3, 22.5, (3600, 4800)),
    Round(
        "demo-longbeach-phoenix", "Lorry 18, Long Beach and Phoenix", "vehicle", _DESERT, 25.0, (5400, 7200)
    ),
    Round("demo-shenzhen-guangzhou", "Lorry 19, Shenzhen and Guangzhou", "vehicle", _BAY, 20.0, (2700, 2700)),
    Round("demo-van", "Van 3, parcels in Ljubljana", "vehicle", _CITY, 9.0, (3600, 900), 330.0, 10.0),
    Round("demo-courier", "Courier's phone", "phone", _CITY[::-1], 5.5, (2400, 1200), 240.0, 10.0),
    Round("demo-feeder", "Feeder, Kiel and Gdańsk", "vessel", _BALTIC, 8.2, (21600, 18000), 0.0, 60.0),
)

DEPOTS = (
    Depot("Maasvlakte terminal", _A15_A67[0], 1500),
    Depot("Duisburg inland port", _A15_A67[-1], 1200),
    Depot("Port of Koper", _PORT_TO_GRAZ[0], 1500),
    Depot("Graz warehouse", _PORT_TO_GRAZ[-1], 800),
    Depot("Hamburg hub", _A24[0], 1200),
    Depot("Gdańsk harbour", _BALTIC[-1], 3000),
    Depot("Ljubljana depot", _CITY[0], 500),
)
