import { t } from "../../texts";
import { Button } from "../../ui/button";
import { Icon } from "../../ui/icon";
import { Empty, Failed, Waiting } from "../../ui/list";
import { besides, type Day, dateOf, dayOf, isToCome, timeOf } from "./day";
import { Downloads } from "./downloads";
import type { DayLoaded } from "./history";
import { durationOf, lengthOf, speedOf } from "../../ui/measures";
import { KeptOut } from "./kept-out";
import { clipped, type TimelineEntry, type Totals } from "./entries";

const MIDNIGHT = "24:00";

interface Shown {
  id: string;
  name: string;
  day: Day;
  loaded: DayLoaded;
  odometer_m: number | null;
  choose: (day: string) => void;
  look: (atMs: number) => void;
}

/** A device's day in words: how far, how long, and every trip and stop. */
export function DayPanel({ id, name, day, loaded, odometer_m, choose, look }: Shown) {
  return (
    <section className="day-panel" aria-label={t.history.title}>
      <DayPicker day={day} choose={choose} />
      {isToCome(day) ? (
        <Empty {...t.history.notYet} />
      ) : loaded.pending ? (
        <Waiting rows={3} />
      ) : loaded.error ? (
        <Failed error={loaded.error} again={loaded.again} />
      ) : loaded.entries.length ? (
        <>
          {loaded.totals ? <Figures total={loaded.totals} odometer_m={odometer_m} /> : null}
          <h2>{t.history.trips}</h2>
          <ol className="timeline-entries">
            {loaded.entries.map((entry) => (
              <li key={`${entry.kind} ${entry.fromMs}`}>
                <button
                  type="button"
                  className="timeline-entry"
                  onClick={() => look(Math.max(entry.fromMs, day.fromMs))}
                >
                  <i className={entry.kind} />
                  <span>
                    <strong>{t.history[entry.kind]}</strong> {about(entry, day)}
                    {entry.place ? (
                      <small>{entry.kind === "trip" ? t.history.towards(entry.place) : entry.place}</small>
                    ) : null}
                  </span>
                  <span className="quiet">{whenOf(entry, day)}</span>
                </button>
              </li>
            ))}
          </ol>
        </>
      ) : (
        <Empty {...t.history.empty} />
      )}
      {isToCome(day) ? null : <Downloads id={id} name={name} day={day} />}
      <KeptOut id={id} />
    </section>
  );
}

function DayPicker({ day, choose }: { day: Day; choose: (day: string) => void }) {
  const today = dayOf("").name;
  return (
    <div className="day-picker">
      <Button look="plain" aria-label={t.history.before} onClick={() => choose(besides(day, -1))}>
        <Icon name="back" size={18} />
      </Button>
      <input
        type="date"
        className="input"
        aria-label={t.history.day}
        value={day.name}
        max={today}
        onChange={(event) => event.target.value && event.target.value <= today && choose(event.target.value)}
      />
      <Button
        look="plain"
        aria-label={t.history.after}
        disabled={day.name >= today}
        onClick={() => choose(besides(day, 1))}
      >
        <Icon name="forward" size={18} />
      </Button>
    </div>
  );
}

function Figures({ total, odometer_m }: { total: Totals; odometer_m: number | null }) {
  const facts: [string, string][] = [
    [t.history.distance, lengthOf(total.distance_m)],
    [t.history.moving, durationOf(total.movingMs)],
    [t.history.stopped, durationOf(total.stoppedMs)],
    [t.history.top, total.top_mps === null ? "–" : speedOf(total.top_mps)],
    ...(odometer_m === null ? [] : [[t.history.odometer, lengthOf(odometer_m)] as [string, string]]),
  ];
  return (
    <dl className="small-facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Of a trip over midnight, its whole length and its time on this day, each said as what it is. */
function about(entry: TimelineEntry, day: Day): string {
  const { fromMs, toMs, earlier, later } = clipped(entry, day, Date.now());
  const time = durationOf(toMs - fromMs);
  if (entry.kind === "stop") return time;
  const length = lengthOf(entry.distance_m);
  return `${earlier || later ? t.history.inAll(length) : length}, ${time}`;
}

/** Cut at midnight; what lies on another day is said with its date. */
function whenOf(entry: TimelineEntry, day: Day): string {
  const { fromMs, toMs, earlier, later } = clipped(entry, day, Date.now());
  const here = t.history.from(
    timeOf(fromMs),
    entry.toMs === null && !later ? t.history.still : later ? MIDNIGHT : timeOf(toMs),
  );
  return [
    here,
    earlier ? t.history.since(dateOf(entry.fromMs), timeOf(entry.fromMs)) : "",
    later && entry.toMs !== null ? t.history.upTo(dateOf(entry.toMs), timeOf(entry.toMs)) : "",
  ]
    .filter(Boolean)
    .join(", ");
}
