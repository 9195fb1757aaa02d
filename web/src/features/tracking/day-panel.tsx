import { t } from "../../texts";
import { Button } from "../../ui/button";
import { Icon } from "../../ui/icon";
import { Empty, Failed, Waiting } from "../../ui/list";
import { besides, type Day, dayOf, timeOf } from "./day";
import { Downloads } from "./downloads";
import type { DayLoaded } from "./history";
import { durationOf, lengthOf, speedOf } from "./measures";
import { Sieved } from "./sieved";
import { type Stretch, totalsOf } from "./stretches";

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
      {loaded.pending ? (
        <Waiting rows={3} />
      ) : loaded.error ? (
        <Failed error={loaded.error} again={loaded.again} />
      ) : loaded.stretches.length ? (
        <>
          <Figures stretches={loaded.stretches} odometer_m={odometer_m} />
          <h2>{t.history.trips}</h2>
          <ol className="stretches">
            {loaded.stretches.map((stretch) => (
              <li key={`${stretch.kind} ${stretch.fromMs}`}>
                <button type="button" className="stretch" onClick={() => look(stretch.fromMs)}>
                  <i className={stretch.kind} />
                  <span>
                    <strong>{t.history[stretch.kind]}</strong> {about(stretch)}
                  </span>
                  <span className="quiet">
                    {t.history.from(
                      timeOf(stretch.fromMs),
                      stretch.toMs === null ? t.history.still : timeOf(stretch.toMs),
                    )}
                  </span>
                </button>
              </li>
            ))}
          </ol>
        </>
      ) : (
        <Empty {...t.history.empty} />
      )}
      <Downloads id={id} name={name} day={day} />
      <Sieved id={id} />
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
        onChange={(event) => event.target.value && choose(event.target.value)}
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

function Figures({ stretches, odometer_m }: { stretches: readonly Stretch[]; odometer_m: number | null }) {
  const total = totalsOf(stretches, Date.now());
  const facts: [string, string][] = [
    [t.history.distance, lengthOf(total.distance_m)],
    [t.history.moving, durationOf(total.movingMs)],
    [t.history.stopped, durationOf(total.stoppedMs)],
    [t.history.top, speedOf(total.top_mps)],
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

function about({ kind, fromMs, toMs, distance_m }: Stretch): string {
  const time = durationOf((toMs ?? Date.now()) - fromMs);
  return kind === "trip" ? `${lengthOf(distance_m)}, ${time}` : time;
}
