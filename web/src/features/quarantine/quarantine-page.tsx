import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "../../api/call";
import { allows, useMe } from "../../api/me";
import type { Quarantined, QuarantinedMessage } from "../../api/routes";
import { t } from "../../texts";
import { Button } from "../../ui/button";
import { Confirmed, Dialog } from "../../ui/dialog";
import { Facts } from "../../ui/facts";
import { List, Loaded } from "../../ui/list";
import { Notice, Wrong } from "../../ui/notice";
import { Page } from "../../ui/page";
import { Time } from "../../ui/time";
import { useAddress } from "../../ui/address";
import { bytesOf } from "../../ui/measures";
import { useDeviceNames } from "../../api/devices";
import { NotUsed } from "./not-used";

export default function QuarantinePage() {
  const [address, setAddress] = useAddress({ message: "" });
  const nameOf = useDeviceNames();
  return (
    <Page title={t.quarantine.title} lead={t.quarantine.lead}>
      <List name="GET /api/quarantine" empty={t.quarantine.empty}>
        {(message) => (
          <li key={message.id}>
            <button
              type="button"
              className="row opens"
              onClick={() => setAddress({ message: message.id }, { push: true })}
            >
              <Summary message={message} device={nameOf(message.device_id)} />
            </button>
          </li>
        )}
      </List>
      {address.message ? (
        <Shown key={address.message} id={address.message} close={() => setAddress({ message: "" })} />
      ) : null}
      <NotUsed />
    </Page>
  );
}

function Summary({ message, device }: { message: Quarantined; device: string }) {
  return (
    <>
      <span className="what">
        <span className="name">{message.reason}</span>
        <span className="about">
          {t.quarantine.of(device || t.quarantine.gone)} · {message.protocol} · {bytesOf(message.bytes)}
        </span>
      </span>
      <span className="about">
        <Time at={message.received_at} />
      </span>
    </>
  );
}

function Shown({ id, close }: { id: string; close: () => void }) {
  const query = useQuery({
    queryKey: ["GET /api/quarantine/{id}", id],
    queryFn: () => call("GET /api/quarantine/{id}", { path: { id } }),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <Dialog title={t.quarantine.message} onClose={close}>
      <Loaded query={query}>{(message) => <Message message={message} close={close} />}</Loaded>
    </Dialog>
  );
}

function Message({ message, close }: { message: QuarantinedMessage; close: () => void }) {
  const me = useMe();
  const nameOf = useDeviceNames();
  const facts: [string, React.ReactNode][] = [
    [t.quarantine.reason, message.reason],
    [t.quarantine.device, nameOf(message.device_id) || t.quarantine.gone],
    [t.quarantine.protocol, message.protocol],
    [t.quarantine.received, <Time key="at" at={message.received_at} />],
    [t.quarantine.size, bytesOf(message.bytes)],
  ];
  return (
    <>
      <Facts of={facts} />
      <pre className="event" tabIndex={0} role="region" aria-label={t.quarantine.message}>
        {message.content}
      </pre>
      {message.whole ? null : <p className="quiet small">{t.quarantine.cut}</p>}
      {allows(me.data?.scopes ?? [], "intake:write") ? <Actions id={message.id} close={close} /> : null}
    </>
  );
}

function Actions({ id, close }: { id: string; close: () => void }) {
  const queries = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [said, setSaid] = useState("");
  const renew = () => queries.invalidateQueries({ queryKey: ["GET /api/quarantine"] });
  const retry = async () => {
    setBusy(true);
    setError(null);
    try {
      const found = await call("POST /api/quarantine/{id}/retry", { path: { id } });
      const { understood, fixes, reports, reason } = found;
      setSaid(understood ? t.quarantine.understood(fixes, reports) : t.quarantine.notUnderstood(reason));
      await renew();
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(false);
    }
  };
  const remove = async () => {
    await call("DELETE /api/quarantine/{id}", { path: { id } });
    await renew();
    close();
  };
  return (
    <>
      {error ? <Wrong error={error} /> : null}
      {said ? <Notice>{said}</Notice> : null}
      <div className="actions">
        <Confirmed
          label={t.quarantine.remove}
          title={t.quarantine.removeTitle}
          about={t.quarantine.removeAbout}
          confirm={t.quarantine.remove}
          perform={remove}
        />
        <Button look="primary" busy={busy} onClick={() => void retry()}>
          {t.quarantine.retry}
        </Button>
      </div>
    </>
  );
}
