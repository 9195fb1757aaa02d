import { useState } from "react";
import { Link } from "react-router";
import type { DeviceWithSecret } from "../../api/routes";
import { t } from "../../texts";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { Icon } from "../../ui/icon";
import { QrCode } from "../../ui/qr-code";
import { Secret } from "../../ui/secret";
import { useArrival } from "./arrival";
import { type Way, waysOf } from "./ways";

/** Everything that a phone needs to send as this device, while its password is in hand. */
export function SetUp({ device, close }: { device: DeviceWithSecret; close: () => void }) {
  const ways = waysOf(device);
  const [chosen, choose] = useState(ways[0] as Way);
  return (
    <Dialog title={t.setUp.title(device.device.name)} onClose={close}>
      <p className="quiet">{t.setUp.once}</p>
      {device.setup.warning ? <p className="notice small">{t.setUp.onlyHere}</p> : null}
      <fieldset className="ways">
        <legend className="offscreen">{t.setUp.way}</legend>
        {ways.map((way) => (
          <label key={way.name}>
            <input
              type="radio"
              name="way"
              className="offscreen"
              checked={way.name === chosen.name}
              onChange={() => choose(way)}
            />
            {t.setUp.ways[way.name]}
          </label>
        ))}
      </fieldset>
      <WayShown key={chosen.name} way={chosen} />
      <Arrival id={device.id} />
      <div className="actions">
        <Button look="primary" onClick={close}>
          {t.setUp.finish}
        </Button>
      </div>
    </Dialog>
  );
}

function WayShown({ way }: { way: Way }) {
  const values = (
    <dl className="facts values">
      {way.values.map(([name, value]) => (
        <div className="fact" key={name}>
          <dt>{t.setUp.values[name]}</dt>
          <dd>
            <Secret text={value} label={t.setUp.values[name]} />
          </dd>
        </div>
      ))}
    </dl>
  );
  return (
    <>
      <p>{t.setUp.steps[way.name]}</p>
      {way.link ? (
        <>
          <div className="by-link">
            <a className="button" href={way.link}>
              {t.setUp.open}
            </a>
            <QrCode text={way.link} label={t.setUp.code(t.setUp.ways[way.name])} />
          </div>
          <details>
            <summary>{t.setUp.types}</summary>
            {values}
          </details>
        </>
      ) : (
        values
      )}
    </>
  );
}

/** Says when the device has spoken. */
function Arrival({ id }: { id: string }) {
  const arrived = useArrival(id);
  return (
    <div className={arrived ? "arrival there" : "arrival"} role="status">
      {arrived ? <Icon name="check" /> : <i className="beat" />}
      <div>
        <strong>{arrived ? t.setUp.received : t.setUp.waiting}</strong>
        {arrived ? (
          <p>
            {t.setUp.receivedAbout} <Link to={`/map?device=${id}`}>{t.setUp.toMap}</Link>
          </p>
        ) : null}
      </div>
    </div>
  );
}
