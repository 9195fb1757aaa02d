import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "../../api/call";
import { allows, useMe } from "../../api/me";
import { listOf } from "../../api/pages";
import type { ApiKey } from "../../api/routes";
import { t } from "../../texts";
import { Button } from "../../ui/button";
import { Confirmed, Dialog } from "../../ui/dialog";
import { List, Row } from "../../ui/list";
import { Page } from "../../ui/page";
import { Secret } from "../../ui/secret";
import { Time } from "../../ui/time";
import { NewKeyForm } from "./new-key-form";

export default function KeysPage() {
  const queries = useQueryClient();
  const me = useMe();
  const [making, setMaking] = useState(false);
  const [secret, setSecret] = useState("");
  const renew = () => queries.invalidateQueries({ queryKey: listOf("GET /api/keys").queryKey });
  const made = async (text: string) => {
    setMaking(false);
    setSecret(text);
    await renew();
  };
  const remove = async (id: string) => {
    await call("DELETE /api/keys/{id}", { path: { id } });
    await renew();
  };
  const mayWrite = allows(me.data?.scopes ?? [], "key:write");
  const create = mayWrite ? (
    <Button look="primary" onClick={() => setMaking(true)}>
      {t.keys.create}
    </Button>
  ) : null;
  return (
    <Page title={t.keys.title} lead={t.keys.lead} action={create}>
      <List name="GET /api/keys" empty={t.keys.empty}>
        {(key) => <KeyRow key={key.id} apiKey={key} remove={mayWrite ? remove : null} />}
      </List>
      {making ? <NewKeyForm made={made} close={() => setMaking(false)} /> : null}
      {secret ? <ShownOnce secret={secret} close={() => setSecret("")} /> : null}
    </Page>
  );
}

function KeyRow({ apiKey, remove }: { apiKey: ApiKey; remove: ((id: string) => Promise<void>) | null }) {
  const ended =
    apiKey.revoked_at != null || (apiKey.expires_at != null && Date.parse(apiKey.expires_at) < Date.now());
  return (
    <Row
      name={
        <>
          {apiKey.name}
          {ended ? <span className="badge grey">{t.keys.ended}</span> : null}
        </>
      }
      about={
        <>
          <span className="mono">{apiKey.scopes.join(" ")}</span>
          <br />
          {t.keys.made} <Time at={apiKey.created_at} />
          {apiKey.expires_at && !ended ? (
            <>
              {" · "}
              {t.keys.ends} <Time at={apiKey.expires_at} />
            </>
          ) : null}
        </>
      }
    >
      {remove && !ended ? (
        <Confirmed
          label={t.keys.remove}
          name={t.keys.removeNamed(apiKey.name)}
          title={t.keys.removeNamed(apiKey.name)}
          about={t.keys.removeAbout}
          confirm={t.keys.remove}
          perform={() => remove(apiKey.id)}
        />
      ) : null}
    </Row>
  );
}

function ShownOnce({ secret, close }: { secret: string; close: () => void }) {
  return (
    <Dialog title={t.keys.secretTitle} onClose={close}>
      <p className="quiet">{t.keys.secretAbout}</p>
      <Secret text={secret} label={t.keys.secret} />
      <pre className="event small">{`curl ${location.origin}/api/keys \\\n  -H "Authorization: Bearer $KEY"`}</pre>
      <div className="actions">
        <Button look="primary" onClick={close}>
          {t.actions.done}
        </Button>
      </div>
    </Dialog>
  );
}
