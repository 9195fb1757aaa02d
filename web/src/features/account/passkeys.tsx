import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "../../api/call";
import { meQuery } from "../../api/me";
import { makePasskey, noPasskeys } from "../../api/passkey";
import { renewNow } from "../../api/session";
import type { PasskeyView } from "../../api/routes";
import { t } from "../../texts";
import { Button } from "../../ui/button";
import { Confirmed, Dialog } from "../../ui/dialog";
import { Field, Form, type Values } from "../../ui/form";
import { Loaded, Row } from "../../ui/list";
import { Time } from "../../ui/time";
import { deviceOf } from "./device";
import { useFreshSession } from "./fresh-session";

const KEY = ["GET /api/passkeys"];

/** What signs somebody in without a password. */
export function Passkeys() {
  const queries = useQueryClient();
  const query = useQuery({ queryKey: KEY, queryFn: () => call("GET /api/passkeys") });
  const [adding, setAdding] = useState(false);
  const [renaming, setRenaming] = useState<PasskeyView | null>(null);
  const { fresh, dialog } = useFreshSession();
  const renew = () =>
    Promise.all([
      queries.invalidateQueries({ queryKey: KEY }),
      queries.invalidateQueries({ queryKey: meQuery.queryKey }),
    ]);
  const remove = async (id: string) => {
    await fresh(() => call("DELETE /api/passkeys/{id}", { path: { id } }));
    await renew();
  };
  return (
    <div className="whole stack">
      <Loaded query={query}>
        {({ items }) =>
          items.length ? (
            <ul className="rows">
              {items.map((passkey) => (
                <One
                  key={passkey.id}
                  passkey={passkey}
                  rename={() => setRenaming(passkey)}
                  remove={() => remove(passkey.id)}
                />
              ))}
            </ul>
          ) : (
            <p className="quiet">{t.passkeys.none}</p>
          )
        }
      </Loaded>
      {noPasskeys() ? <Impossible /> : null}
      {noPasskeys() ? null : (
        <div className="actions">
          <Button onClick={() => setAdding(true)}>{t.passkeys.add}</Button>
        </div>
      )}
      {adding ? <Add fresh={fresh} renew={renew} close={() => setAdding(false)} /> : null}
      {renaming ? <Rename passkey={renaming} renew={renew} close={() => setRenaming(null)} /> : null}
      {dialog}
    </div>
  );
}

function One({
  passkey,
  rename,
  remove,
}: {
  passkey: PasskeyView;
  rename: () => void;
  remove: () => Promise<void>;
}) {
  return (
    <Row
      name={
        <>
          {passkey.name}
          {passkey.synced ? <span className="badge">{t.passkeys.synced}</span> : null}
          {passkey.verifies ? null : <span className="badge grey">{t.passkeys.alone}</span>}
        </>
      }
      about={
        <>
          {t.passkeys.made} <Time at={passkey.created_at} />,{" "}
          {passkey.used_at ? (
            <>
              {t.passkeys.used} <Time at={passkey.used_at} />
            </>
          ) : (
            t.passkeys.never
          )}
        </>
      }
    >
      <Button look="plain" aria-label={t.passkeys.renameNamed(passkey.name)} onClick={rename}>
        {t.passkeys.rename}
      </Button>
      <Confirmed
        label={t.passkeys.remove}
        name={t.passkeys.removeNamed(passkey.name)}
        title={t.passkeys.removeNamed(passkey.name)}
        about={t.passkeys.removeAbout}
        confirm={t.passkeys.remove}
        perform={remove}
      />
    </Row>
  );
}

interface Changing {
  renew: () => Promise<unknown>;
  close: () => void;
}

function Add({ fresh, renew, close }: Changing & { fresh: <T>(work: () => Promise<T>) => Promise<T> }) {
  const add = async ({ name = "" }: Values) => {
    const options = await fresh(() => call("POST /api/passkeys/options"));
    const made = await makePasskey(options);
    await call("POST /api/passkeys", { body: { name, ...made } });
    await renewNow(); // where a second factor is demanded, this session may do more now
    await renew();
    close();
  };
  return (
    <Dialog title={t.passkeys.addTitle} onClose={close}>
      <Form submit={add} label={t.passkeys.add}>
        <Field
          name="name"
          label={t.passkeys.name}
          hint={t.passkeys.nameHint}
          defaultValue={deviceOf(navigator.userAgent)}
          required
          maxLength={120}
          autoFocus
        />
      </Form>
    </Dialog>
  );
}

function Rename({ passkey, renew, close }: Changing & { passkey: PasskeyView }) {
  const rename = async ({ name = "" }: Values) => {
    await call("PATCH /api/passkeys/{id}", { path: { id: passkey.id }, body: { name } });
    await renew();
    close();
  };
  return (
    <Dialog title={t.passkeys.renameNamed(passkey.name)} onClose={close}>
      <Form submit={rename} label={t.actions.save}>
        <Field
          name="name"
          label={t.passkeys.name}
          defaultValue={passkey.name}
          required
          maxLength={120}
          autoFocus
        />
      </Form>
    </Dialog>
  );
}

function Impossible() {
  const why = noPasskeys();
  const here = location.hostname.startsWith("127.") || location.hostname === "[::1]";
  if (why !== "address") return <p className="quiet">{t.passkeys.impossible.browser}</p>;
  return (
    <p className="quiet">
      {t.passkeys.impossible.address}{" "}
      {here ? (
        <a href={location.href.replace(location.hostname, "localhost")}>{t.passkeys.impossible.localhost}</a>
      ) : null}
    </p>
  );
}
