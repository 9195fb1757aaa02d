import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { t } from "../texts";
import { Choice } from "./form";
import { Search } from "./inputs";
import { Loaded } from "./list";
import { devicesQuery } from "../api/devices";

const AT_ONCE = 12;

interface Chosen {
  legend: string;
  chosen: readonly string[];
  choose: (ids: readonly string[]) => void;
  /** Whether choosing none means all of them. */
  optional?: boolean;
}

/** Some of the devices. The chosen ones stand first; the others are found by name. */
export function DeviceChoice({ legend, chosen, choose, optional = false }: Chosen) {
  const [some, setSome] = useState(!optional || chosen.length > 0);
  const all = () => {
    setSome(false);
    choose([]);
  };
  return (
    <fieldset className="device-choice">
      <legend className="legend">{legend}</legend>
      {optional ? (
        <>
          <Choice type="radio" label={t.fences.allDevices} checked={!some} onChange={all} />
          <Choice type="radio" label={t.fences.someDevices} checked={some} onChange={() => setSome(true)} />
        </>
      ) : null}
      {some ? <Some chosen={chosen} choose={choose} /> : null}
    </fieldset>
  );
}

function Some({ chosen, choose }: Pick<Chosen, "chosen" | "choose">) {
  const [q, setQ] = useState("");
  const query = useQuery(devicesQuery);
  const toggle = (id: string) =>
    choose(chosen.includes(id) ? chosen.filter((each) => each !== id) : [...chosen, id]);
  return (
    <Loaded query={query}>
      {(devices) => {
        const fits = devices.filter(({ id, name }) =>
          chosen.includes(id) ? true : name.toLowerCase().includes(q.toLowerCase()),
        );
        const sorted = fits.sort((a, b) => Number(chosen.includes(b.id)) - Number(chosen.includes(a.id)));
        const shown = sorted.slice(0, Math.max(AT_ONCE, chosen.length));
        return (
          <div className="some-of">
            {devices.length > AT_ONCE ? <Search label={t.map.search} value={q} change={setQ} /> : null}
            {shown.map(({ id, name }) => (
              <Choice key={id} label={name} checked={chosen.includes(id)} onChange={() => toggle(id)} />
            ))}
            {fits.length > shown.length ? (
              <p className="quiet small">{t.map.more(fits.length - shown.length)}</p>
            ) : null}
            {devices.length ? null : <p className="quiet">{t.devices.empty.title}</p>}
          </div>
        );
      }}
    </Loaded>
  );
}
