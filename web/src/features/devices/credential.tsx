import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "../../api/call";
import type { DeviceView, DeviceWithSecret } from "../../api/routes";
import { t } from "../../texts";
import { Button } from "../../ui/button";
import { Confirmed, Dialog } from "../../ui/dialog";
import { Choice } from "../../ui/form";
import { Wrong } from "../../ui/notice";
import { Secret } from "../../ui/secret";
import { deviceQuery } from "../../api/devices";
import { SetUp } from "./set-up";

/** How the device shows who it is. */
export function Credential({ device }: { device: DeviceView }) {
  const queries = useQueryClient();
  const path = { id: device.id };
  const [again, setAgain] = useState<DeviceWithSecret | null>(null);
  const [key, setKey] = useState("");
  const [error, setError] = useState<unknown>(null);
  const renew = () => queries.invalidateQueries({ queryKey: deviceQuery(device.id).queryKey });
  const tried = async (work: () => Promise<unknown>) => {
    setError(null);
    try {
      await work();
    } catch (problem) {
      setError(problem);
    }
    await renew();
  };
  const makeKey = () =>
    tried(async () => setKey((await call("POST /api/devices/{id}/payload-key", { path })).key));
  return (
    <>
      <dl className="facts">
        <div className="fact">
          <dt>{t.device.username}</dt>
          <dd className="mono">{device.username}</dd>
        </div>
      </dl>
      <Confirmed
        look="plain"
        label={t.device.again}
        title={t.device.againTitle}
        about={t.device.againAbout}
        confirm={t.device.again}
        perform={async () => {
          setAgain(await call("POST /api/devices/{id}/password", { path }));
          await renew();
        }}
      />
      <Choice
        label={t.device.needsPassword}
        hint={t.device.needsPasswordHint}
        checked={device.needs_password}
        onChange={({ target }) =>
          void tried(() =>
            call("PATCH /api/devices/{id}", { path, body: { needs_password: target.checked } }),
          )
        }
      />
      <div className="whole">
        <h3>{t.device.encryption}</h3>
        <p className="quiet small">{t.device.encryptionAbout}</p>
        <div className="actions tight">
          <Button look="plain" onClick={() => void makeKey()}>
            {device.encrypted ? t.device.newKey : t.device.makeKey}
          </Button>
          {device.encrypted ? (
            <Confirmed
              label={t.device.dropKey}
              title={t.device.dropKeyTitle}
              about={t.device.dropKeyAbout}
              confirm={t.device.dropKey}
              perform={async () => {
                await call("DELETE /api/devices/{id}/payload-key", { path });
                await renew();
              }}
            />
          ) : null}
        </div>
      </div>
      {error ? <Wrong error={error} /> : null}
      {again ? <SetUp device={again} close={() => setAgain(null)} /> : null}
      {key ? (
        <Dialog title={t.device.keyTitle} onClose={() => setKey("")}>
          <p className="quiet">{t.device.keyAbout}</p>
          <Secret text={key} label={t.device.keyTitle} />
          <div className="actions">
            <Button look="primary" onClick={() => setKey("")}>
              {t.actions.done}
            </Button>
          </div>
        </Dialog>
      ) : null}
    </>
  );
}
