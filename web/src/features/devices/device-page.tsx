import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useNavigate, useParams } from "react-router";
import { call } from "../../api/call";
import { allows, useMe } from "../../api/me";
import type { DeviceView } from "../../api/routes";
import { t } from "../../texts";
import { Confirmed } from "../../ui/dialog";
import { Field, Form, type Values } from "../../ui/form";
import { Pick } from "../../ui/inputs";
import { Loaded } from "../../ui/list";
import { Notice } from "../../ui/notice";
import { Page, Section } from "../../ui/page";
import { useParts } from "../../ui/slots";
import { Credential } from "./credential";
import { type Kind, KINDS } from "./kinds";
import { DevicePreferences } from "./device-preferences";
import { deviceQuery } from "../../api/devices";
import "./devices.css";

export default function DevicePage() {
  const { id = "" } = useParams();
  const query = useQuery(deviceQuery(id));
  const title = query.data?.name ?? t.devices.title;
  return (
    <Page
      key={title}
      title={title}
      lead={query.data ? t.deviceKinds[query.data.kind as Kind] : null}
      action={
        <Link className="button" to={`/map?device=${id}`}>
          {t.devices.onMap}
        </Link>
      }
    >
      <Loaded query={query} rows={6}>
        {(device) => <Parts device={device} />}
      </Loaded>
    </Page>
  );
}

function Parts({ device }: { device: DeviceView }) {
  const me = useMe();
  const parts = useParts("/devices/:id");
  const mayWrite = allows(me.data?.scopes ?? [], "device:write") && !device.revoked_at;
  return (
    <>
      {device.revoked_at ? <p className="notice">{t.device.revokedAbout}</p> : null}
      {mayWrite ? (
        <>
          <Section title={t.device.what} about={t.device.whatAbout}>
            <What device={device} />
          </Section>
          <Section title={t.device.credential} about={t.device.credentialAbout}>
            <Credential device={device} />
          </Section>
        </>
      ) : null}
      {mayWrite ? <DevicePreferences id={device.id} /> : null}
      {parts.map((Part, index) => (
        <Part key={String(index)} id={device.id} mayWrite={mayWrite} />
      ))}
      {mayWrite ? (
        <Section title={t.device.end} about={t.device.endAbout}>
          <End device={device} />
        </Section>
      ) : null}
    </>
  );
}

function What({ device }: { device: DeviceView }) {
  const queries = useQueryClient();
  const [saved, setSaved] = useState(false);
  const save = async ({ name = "", kind }: Values) => {
    setSaved(false);
    const body = { name, kind: kind as Kind, revision: device.revision };
    await call("PATCH /api/devices/{id}", { path: { id: device.id }, body });
    await queries.invalidateQueries({ queryKey: deviceQuery(device.id).queryKey });
    await queries.invalidateQueries({ queryKey: ["GET /api/devices"] });
    setSaved(true);
  };
  return (
    <>
      <Form submit={save} label={t.actions.save}>
        <Field name="name" label={t.devices.name} defaultValue={device.name} required maxLength={120} />
        <Pick name="kind" label={t.devices.kind} options={KINDS} defaultValue={device.kind} />
      </Form>
      {saved ? <Notice>{t.device.saved}</Notice> : null}
    </>
  );
}

function End({ device }: { device: DeviceView }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const revoke = async (purge: boolean) => {
    await call("DELETE /api/devices/{id}", { path: { id: device.id }, query: { purge } });
    await queries.invalidateQueries({ queryKey: ["GET /api/devices"] });
    await navigate("/devices");
  };
  return (
    <div className="actions">
      <Confirmed
        look="danger"
        label={t.device.revoke}
        title={t.device.revokeTitle(device.name)}
        about={t.device.revokeAbout}
        confirm={t.device.revoke}
        perform={() => revoke(false)}
      />
      <Confirmed
        label={t.device.purge}
        title={t.device.purgeTitle(device.name)}
        about={t.device.purgeAbout}
        confirm={t.device.purge}
        perform={() => revoke(true)}
      />
    </div>
  );
}
