import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import { allows, useMe } from "../../api/me";
import type { DeviceNow, DeviceWithSecret } from "../../api/routes";
import { t } from "../../texts";
import { Button } from "../../ui/button";
import { Choice } from "../../ui/form";
import { Pick, Search } from "../../ui/inputs";
import { List, Row } from "../../ui/list";
import { Page } from "../../ui/page";
import { Time } from "../../ui/time";
import { useAddress } from "../../ui/address";
import { type Kind, KINDS } from "./kinds";
import { NewDeviceForm } from "./new-device-form";
import { SetUp } from "./set-up";
import "./devices.css";

export default function DevicesPage() {
  const queries = useQueryClient();
  const me = useMe();
  const [address, setAddress] = useAddress({ q: "", kind: "", revoked: "" });
  const [making, setMaking] = useState(false);
  const [made, setMade] = useState<DeviceWithSecret | null>(null);
  const narrowed = {
    search: address.q,
    revoked: address.revoked === "yes",
    ...(address.kind in t.deviceKinds ? { kind: address.kind as Kind } : {}),
  };
  const enrolled = async (device: DeviceWithSecret) => {
    setMaking(false);
    setMade(device);
    await queries.invalidateQueries({ queryKey: ["GET /api/devices"] });
  };
  const enrol = allows(me.data?.scopes ?? [], "device:write") ? (
    <Button look="primary" onClick={() => setMaking(true)}>
      {t.devices.enrol}
    </Button>
  ) : null;
  const filtered = Boolean(address.q || address.kind);
  return (
    <Page title={t.devices.title} lead={t.devices.lead} action={enrol}>
      <div className="part">
        <search className="filters">
          <Search label={t.devices.search} value={address.q} change={(q) => setAddress({ q })} />
          <Pick
            name="kind"
            label={t.devices.kind}
            value={address.kind}
            onChange={(event) => setAddress({ kind: event.target.value })}
            options={[{ value: "", text: t.devices.anyKind }, ...KINDS]}
          />
          <Choice
            label={t.devices.revokedToo}
            checked={address.revoked === "yes"}
            onChange={(event) => setAddress({ revoked: event.target.checked ? "yes" : "" })}
          />
        </search>
        <List
          name="GET /api/devices"
          narrowed={narrowed}
          empty={filtered ? t.devices.noMatch : { ...t.devices.empty, action: enrol }}
        >
          {(device) => <DeviceRow key={device.id} device={device} />}
        </List>
      </div>
      {making ? <NewDeviceForm made={enrolled} close={() => setMaking(false)} /> : null}
      {made ? <SetUp device={made} close={() => setMade(null)} /> : null}
    </Page>
  );
}

function DeviceRow({ device }: { device: DeviceNow }) {
  const badges = [
    device.revoked_at ? t.devices.revoked : "",
    device.simulated ? t.map.simulated : "",
    device.encrypted ? t.devices.encrypted : "",
    device.needs_password || device.revoked_at ? "" : t.devices.openHint,
  ].filter(Boolean);
  return (
    <Row
      name={
        <>
          {device.name}
          {badges.map((text) => (
            <span className="badge grey" key={text}>
              {text}
            </span>
          ))}
        </>
      }
      about={
        <>
          {t.deviceKinds[device.kind as Kind] ?? device.kind} ·{" "}
          <span className="mono">{device.username}</span> · <LastContact device={device} />
        </>
      }
    >
      <Link
        className="button plain"
        to={`/map?device=${device.id}`}
        aria-label={t.devices.onMapNamed(device.name)}
      >
        {t.devices.onMap}
      </Link>
      <Link
        className="button plain"
        to={`/devices/${device.id}`}
        aria-label={t.devices.settingsOf(device.name)}
      >
        {t.devices.settings}
      </Link>
    </Row>
  );
}

function LastContact({ device }: { device: DeviceNow }) {
  const { last_contact_at: at, battery_pct, state } = device;
  if (!at)
    return (
      <>
        {t.devices.enrolled} <Time at={device.created_at} />, {t.devices.unseen}
      </>
    );
  return (
    <>
      {state && state !== "unseen" ? `${t.map.looks[state]}, ` : null}
      {t.devices.heard} <Time at={at} />
      {battery_pct == null ? null : ` · ${t.map.battery(battery_pct)}`}
    </>
  );
}
