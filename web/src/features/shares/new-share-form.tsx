import { useState } from "react";
import { call } from "../../api/call";
import { ApiProblem } from "../../api/problem";
import { t } from "../../texts";
import { Dialog } from "../../ui/dialog";
import { Choice, Field, Form, type Values } from "../../ui/form";
import { DeviceChoice } from "../../ui/device-choice";
import { Lines } from "../../ui/inputs";
import { stopsIn } from "./stops";

const HOUR_MS = 3_600_000;

export function NewShareForm({ made, close }: { made: (link: string) => Promise<void>; close: () => void }) {
  const [devices, setDevices] = useState<readonly string[]>([]);
  const share = async ({ name = "", sender = "", stops: said = "", hours, blur }: Values) => {
    if (!devices.length) throw new ApiProblem(0, "no-device", t.shares.choose);
    const stops = stopsIn(said);
    if (typeof stops === "number") throw new ApiProblem(0, "no-stop", t.shares.noStop(stops));
    const body = {
      name,
      sender,
      stops,
      devices: [...devices],
      expires_at: new Date(Date.now() + Number(hours) * HOUR_MS).toISOString(),
      blur_m: blur ? Number(blur) : null,
    };
    await made((await call("POST /api/shares", { body })).link);
  };
  return (
    <Dialog title={t.shares.makeTitle} onClose={close}>
      <Form submit={share} label={t.shares.go}>
        <Field name="name" label={t.shares.name} hint={t.shares.nameHint} maxLength={120} autoFocus />
        <DeviceChoice legend={t.shares.devices} chosen={devices} choose={setDevices} />
        <Field name="sender" label={t.shares.sender} hint={t.shares.senderHint} maxLength={120} />
        <Lines name="stops" label={t.shares.stops} hint={t.shares.stopsHint} rows={3} />
        <Few name="hours" legend={t.shares.for} options={t.shares.hours} chosen="24" />
        <Few name="blur" legend={t.shares.blur} options={t.shares.blurs} chosen="" />
      </Form>
    </Dialog>
  );
}

function Few({
  name,
  legend,
  options,
  chosen,
}: {
  name: string;
  legend: string;
  options: Record<string, string>;
  chosen: string;
}) {
  return (
    <fieldset>
      <legend className="legend">{legend}</legend>
      <div className="choices">
        {Object.entries(options).map(([value, label]) => (
          <Choice
            key={value}
            type="radio"
            name={name}
            value={value}
            label={label}
            defaultChecked={value === chosen}
          />
        ))}
      </div>
    </fieldset>
  );
}
