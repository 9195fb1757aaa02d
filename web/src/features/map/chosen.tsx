import { useSyncExternalStore } from "react";
import { Link } from "react-router";
import { t } from "../../texts";
import { Button } from "../../ui/button";
import { Choice } from "../../ui/form";
import { Icon } from "../../ui/icon";
import { useHeading } from "../../ui/page";
import { Time } from "../../ui/time";
import type { LiveStore } from "../../map/live";
import { headingOf, lengthOf, placeOf, speedOf } from "../../ui/measures";
import type { Seen } from "../../map/seen";

interface Shown {
  id: string;
  name: string;
  store: LiveStore;
  follow: boolean;
  change: (wanted: { follow?: string }) => void;
  close: () => void;
  children?: React.ReactNode;
}

/** One device: now, and on a day. */
export function Chosen({ id, name, store, follow, change, close, children }: Shown) {
  useSyncExternalStore(store.subscribeList, store.list);
  const seen = store.seen(id);
  const heading = useHeading(name || t.map.title);
  return (
    <>
      <header>
        <Button look="plain" className="back" onClick={close}>
          <Icon name="back" size={18} />
          {t.map.back}
        </Button>
      </header>
      <div className="side-scroll">
        <h1 ref={heading} tabIndex={-1}>
          {name || seen?.name}
        </h1>
        {seen ? <Now seen={seen} /> : <p className="quiet">{t.map.nowhere}</p>}
        <div className="side-actions">
          <Choice
            label={t.map.follow}
            checked={follow}
            onChange={(event) => change({ follow: event.target.checked ? "yes" : "" })}
          />
          <Link to={`/devices/${id}`}>{t.map.settings}</Link>
        </div>
        {children}
      </div>
    </>
  );
}

function Now({ seen }: { seen: Seen }) {
  const facts: [string, React.ReactNode][] = [
    [t.map.lastContact, <Time key="at" at={new Date(seen.heardAtMs).toISOString()} />],
    [t.map.speedName, seen.speed_mps === null ? null : speedOf(seen.speed_mps)],
    [t.map.heading, seen.course_deg === null || seen.state !== "moving" ? null : headingOf(seen.course_deg)],
    [t.map.accuracy, seen.accuracy_m === null ? null : `± ${lengthOf(seen.accuracy_m)}`],
    [t.map.batteryName, seen.battery_pct === null ? null : `${Math.round(seen.battery_pct)} %`],
    [t.map.place, placeOf(seen.latitude, seen.longitude)],
  ];
  return (
    <section className="now">
      <p className="side-head">
        <i className={`mark ${seen.state} ${seen.simulated ? "simulated" : ""}`} />
        <strong>{t.map.states[seen.state]}</strong>
        {seen.simulated ? <span className="badge grey">{t.map.simulated}</span> : null}
      </p>
      <dl className="facts">
        {facts
          .filter(([, value]) => value !== null)
          .map(([name, value]) => (
            <div className="fact" key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
      </dl>
    </section>
  );
}
