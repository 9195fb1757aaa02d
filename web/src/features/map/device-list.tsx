import { useDeferredValue, useSyncExternalStore } from "react";
import { Link } from "react-router";
import { t } from "../../texts";
import { Search } from "../../ui/inputs";
import { Empty } from "../../ui/list";
import { ago } from "../../ui/time";
import type { LiveStore } from "../../map/live";
import { speedOf } from "../../ui/measures";
import type { Seen } from "../../map/seen";

const STATES = ["moving", "stopped", "offline"] as const;
const AT_ONCE = 200;

interface Shown {
  store: LiveStore;
  q: string;
  state: string;
  change: (wanted: { q?: string; state?: string }) => void;
  pick: (id: string) => void;
}

/** The map in words: every device, the same that the map shows. */
export function DeviceList({ store, q, state, change, pick }: Shown) {
  const all = useDeferredValue(useSyncExternalStore(store.subscribeList, store.list));
  const named = all.filter(({ name }) => name.toLowerCase().includes(q.toLowerCase()));
  const found = named.filter((each) => !state || each.state === state);
  return (
    <>
      <search className="side-search">
        <Search label={t.map.search} value={q} change={(text) => change({ q: text })} />
        <States named={named} state={state} change={change} />
      </search>
      {found.length ? (
        <ul className="side-list">
          {found.slice(0, AT_ONCE).map((seen) => (
            <li key={seen.id}>
              <button type="button" className="side-row" onClick={() => pick(seen.id)}>
                <DeviceLine seen={seen} />
              </button>
            </li>
          ))}
          {found.length > AT_ONCE ? (
            <li className="side-more">{t.map.more(found.length - AT_ONCE)}</li>
          ) : null}
        </ul>
      ) : all.length ? (
        <Empty {...t.map.noMatch} />
      ) : (
        <Empty
          {...t.map.empty}
          action={
            <Link className="button" to="/devices">
              {t.map.enrol}
            </Link>
          }
        />
      )}
    </>
  );
}

function States({ named, state, change }: Pick<Shown, "state" | "change"> & { named: readonly Seen[] }) {
  return (
    <fieldset className="ways states">
      <legend className="offscreen">{t.map.state}</legend>
      {["", ...STATES].map((each) => (
        <label key={each}>
          <input
            type="radio"
            name="state"
            className="offscreen"
            checked={state === each}
            onChange={() => change({ state: each })}
          />
          <span>
            {each ? t.map.states[each as Seen["state"]] : t.map.all}
            <small>{each ? named.filter((seen) => seen.state === each).length : named.length}</small>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

export function DeviceLine({ seen }: { seen: Seen }) {
  const facts = [
    seen.state === "moving" && seen.speed_mps !== null ? speedOf(seen.speed_mps) : t.map.looks[seen.state],
    ago(new Date(seen.heardAtMs).toISOString()),
    seen.battery_pct === null ? "" : t.map.battery(Math.round(seen.battery_pct)),
  ];
  return (
    <>
      <i className={`mark ${seen.state} ${seen.simulated ? "simulated" : ""}`} />
      <span className="what">
        <span className="name">
          {seen.name}
          {seen.simulated ? <span className="badge grey">{t.map.simulated}</span> : null}
        </span>
        <span className="about">{facts.filter(Boolean).join(" · ")}</span>
      </span>
    </>
  );
}
