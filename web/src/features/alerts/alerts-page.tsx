import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import { call } from "../../api/call";
import { allows, useMe } from "../../api/me";
import type { AlertView } from "../../api/routes";
import { t } from "../../texts";
import { Button } from "../../ui/button";
import { Pick } from "../../ui/inputs";
import { List, Row } from "../../ui/list";
import { Wrong } from "../../ui/notice";
import { Page } from "../../ui/page";
import { Time } from "../../ui/time";
import { useAddress } from "../../ui/address";
import { speedOf } from "../../ui/measures";
import { useDevices } from "../../api/devices";
import "./alerts.css";

type Kind =
  | "dwell"
  | "enter"
  | "exit"
  | "low_battery"
  | "offline"
  | "overspeed"
  | "unexpected_movement"
  | "unusual"
  | "sos"
  | "tow"
  | "power_cut"
  | "device_alarm";

const KINDS = Object.entries(t.alerts.kindNames).map(([value, text]) => ({ value, text }));

export default function AlertsPage() {
  const [address, setAddress] = useAddress({ show: "open", kind: "", device: "" });
  const devices = useDevices();
  const open = address.show === "open";
  const narrowed = {
    unacknowledged: open,
    ...(address.kind in t.alerts.kindNames ? { kind: address.kind as Kind } : {}),
    ...(address.device ? { device: address.device } : {}),
  };
  return (
    <Page title={t.alerts.title} lead={t.alerts.lead}>
      <div className="part">
        <search className="filters">
          <Pick
            name="show"
            label={t.alerts.show}
            value={address.show}
            onChange={(event) => setAddress({ show: event.target.value })}
            options={[
              { value: "open", text: t.alerts.open },
              { value: "all", text: t.alerts.all },
            ]}
          />
          <Pick
            name="kind"
            label={t.alerts.kind}
            value={address.kind}
            onChange={(event) => setAddress({ kind: event.target.value })}
            options={[{ value: "", text: t.alerts.anyKind }, ...KINDS]}
          />
          <Pick
            name="device"
            label={t.alerts.device}
            value={address.device}
            onChange={(event) => setAddress({ device: event.target.value })}
            options={[
              { value: "", text: t.alerts.anyDevice },
              ...devices.map(({ id, name }) => ({ value: id, text: name })),
            ]}
          />
        </search>
        <List
          name="GET /api/alerts"
          narrowed={narrowed}
          empty={open ? t.alerts.noneOpen : t.alerts.empty}
          every={REFRESH_MS}
        >
          {(alert) => <AlertRow key={alert.id} alert={alert} />}
        </List>
      </div>
    </Page>
  );
}

const REFRESH_MS = 10_000;

function AlertRow({ alert }: { alert: AlertView }) {
  const said = sayOf(alert);
  return (
    <Row
      name={
        <>
          <span className={alert.withdrawn_at ? "withdrawn" : ""}>{said}</span>
          <Badges alert={alert} />
        </>
      }
      about={
        <>
          <Time at={alert.occurred_at} />
          {alert.place ? ` · ${alert.place}` : null}
          {alert.acknowledged_at ? (
            <>
              {" · "}
              {t.alerts.seenBy} <Time at={alert.acknowledged_at} />
            </>
          ) : null}
        </>
      }
    >
      <Link className="button plain" to={placeOf(alert)} aria-label={t.alerts.onMapNamed(said)}>
        {t.alerts.onMap}
      </Link>
      {alert.acknowledged_at ? null : <Acknowledge id={alert.id} said={said} />}
    </Row>
  );
}

function Badges({ alert }: { alert: AlertView }) {
  return (
    <>
      {alert.late ? (
        <span className="badge grey" title={t.alerts.lateHint}>
          {t.alerts.late}
        </span>
      ) : null}
      {alert.withdrawn_at ? (
        <span className="badge grey" title={t.alerts.withdrawnHint}>
          {t.alerts.withdrawn}
        </span>
      ) : null}
      {alert.simulated ? <span className="badge grey">{t.map.simulated}</span> : null}
    </>
  );
}

function Acknowledge({ id, said }: { id: string; said: string }) {
  const queries = useQueryClient();
  const me = useMe();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  if (!allows(me.data?.scopes ?? [], "alert:write")) return null;
  const acknowledge = async () => {
    setBusy(true);
    setError(null);
    try {
      await call("POST /api/alerts/{id}/acknowledge", { path: { id } });
      await queries.invalidateQueries({ queryKey: ["GET /api/alerts"] });
    } catch (problem) {
      setError(problem);
      setBusy(false);
    }
  };
  return (
    <>
      <Button
        look="plain"
        busy={busy}
        aria-label={t.alerts.seenNamed(said)}
        onClick={() => void acknowledge()}
      >
        {t.alerts.seen}
      </Button>
      {error ? <Wrong error={error} /> : null}
    </>
  );
}

export function sayOf({ kind, device_name, geofence_name, value }: AlertView): string {
  const what = t.alerts.says[kind]?.(geofence_name) ?? kind;
  return `${device_name} ${what}${detailOf(kind, value)}`;
}

function detailOf(kind: string, value: number | null): string {
  if (value === null) return "";
  if (kind === "overspeed") return `: ${speedOf(value)}`;
  return kind === "low_battery" ? `: ${Math.round(value)} %` : "";
}

/** Its device on the map, on the day and at the moment that it is about. */
function placeOf({ device_id, occurred_at }: AlertView): string {
  const at = new Date(occurred_at);
  const day = `${at.getFullYear()}-${String(at.getMonth() + 1).padStart(2, "0")}-${String(at.getDate()).padStart(2, "0")}`;
  return `/map?${new URLSearchParams({ device: device_id, day, at: at.toISOString() })}`;
}
