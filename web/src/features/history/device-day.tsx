import type { Slots } from "../../ui/feature";
import { dayOf } from "./day";
import { DayInView } from "./day-in-view";
import { DayPanel } from "./day-panel";
import { useDay } from "./history";
import { useMoment } from "./moment";
import { Timeline } from "./timeline";
import { restOf } from "./track";
import { TrackLayer } from "./track-layer";
import "./history.css";

/** The chosen device's day: in words beside the map, as a way upon it, and as a timeline over it. */
export default function DeviceDay({
  id,
  name,
  odometer_m,
  address,
  change,
  unseen,
  children,
}: Slots["/map"]) {
  const day = dayOf(address.day);
  const loaded = useDay(id, day);
  const { atMs, look } = useMoment(id, day, address.at, (at) => change(at ? { at, follow: "" } : { at }));
  const { spots, entries } = loaded;
  const restMs = restOf(day, spots);
  return children({
    way: spots.map(({ at }) => at),
    past: atMs !== null,
    panel: (
      <DayPanel
        id={id}
        name={name}
        day={day}
        loaded={loaded}
        odometer_m={odometer_m}
        choose={(chosen) => change({ day: chosen, at: "" })}
        look={look}
      />
    ),
    drawn: id ? (
      <>
        <TrackLayer
          spots={spots}
          entries={entries}
          atMs={atMs}
          restMs={Date.now() < day.toMs ? null : restMs}
        />
        <DayInView key={id} day={day.name} spots={spots} wanted={address.day !== "" || unseen} />
        {spots.length ? (
          <div className="map-over">
            <Timeline
              key={`${id} ${day.name}`}
              day={day}
              entries={entries}
              spots={spots}
              atMs={atMs}
              restMs={restMs}
              look={look}
            />
          </div>
        ) : null}
      </>
    ) : null,
  });
}
