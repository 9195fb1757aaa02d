import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "../../api/call";
import { listOf } from "../../api/pages";
import type { Webhook, WebhookChange } from "../../api/routes";
import { t } from "../../texts";
import { Button } from "../../ui/button";
import { Confirmed, Dialog } from "../../ui/dialog";
import { Field, Form, type Values } from "../../ui/form";
import { Loaded, Row, Rows } from "../../ui/list";
import { Page, Section } from "../../ui/page";
import { Secret } from "../../ui/secret";
import { Time } from "../../ui/time";
import { Deliveries } from "./deliveries";
import { Doing } from "../../ui/doing";
import { Templates } from "./templates";

const NAME = "GET /api/webhooks";

export default function WebhooksPage() {
  const queries = useQueryClient();
  const [making, setMaking] = useState(false);
  const [secret, setSecret] = useState("");
  const webhooks = useQuery({ queryKey: [NAME], queryFn: () => call(NAME) });
  const renew = () =>
    Promise.all([
      queries.invalidateQueries({ queryKey: [NAME] }),
      queries.invalidateQueries({ queryKey: listOf("GET /api/deliveries").queryKey }),
    ]);
  const made = async (text: string) => {
    setMaking(false);
    setSecret(text);
    await renew();
  };
  const create = (
    <Button look="primary" onClick={() => setMaking(true)}>
      {t.webhooks.create}
    </Button>
  );
  return (
    <Page title={t.webhooks.title} lead={t.webhooks.lead} action={create}>
      <Loaded query={webhooks}>
        {({ items }) => (
          <Rows items={items} empty={t.webhooks.empty}>
            {(webhook) => <WebhookRow key={webhook.id} webhook={webhook} renew={renew} showSecret={made} />}
          </Rows>
        )}
      </Loaded>
      <Section title={t.deliveries.title} about={t.deliveries.about}>
        <Deliveries />
      </Section>
      <Section title={t.templates.title} about={t.templates.about}>
        <Templates />
      </Section>
      {making ? <NewWebhookForm made={made} close={() => setMaking(false)} /> : null}
      {secret ? <ShownOnce secret={secret} close={() => setSecret("")} /> : null}
    </Page>
  );
}

function WebhookRow({
  webhook: { id, url, kinds, active, off_reason, failing_since },
  renew,
  showSecret,
}: {
  webhook: Webhook;
  renew: () => Promise<unknown>;
  showSecret: (text: string) => Promise<void>;
}) {
  const path = { id };
  const change = async (body: WebhookChange) => {
    await call("PATCH /api/webhooks/{id}", { path, body });
    await renew();
  };
  const rotate = async () => showSecret((await call("POST /api/webhooks/{id}/secret", { path })).secret);
  const test = async () => {
    await call("POST /api/webhooks/{id}/test", { path });
    await renew();
  };
  const remove = async () => {
    await call("DELETE /api/webhooks/{id}", { path });
    await renew();
  };
  return (
    <Row
      name={
        <>
          <span className="mono">{url}</span>
          {active ? null : (
            <span className="badge grey">
              {off_reason ? t.webhooks.offBecause(off_reason) : t.webhooks.off}
            </span>
          )}
        </>
      }
      about={
        <>
          <span className="mono">{kinds.join(" ")}</span>
          {failing_since ? (
            <>
              {" · "}
              {t.webhooks.failing} <Time at={failing_since} />
            </>
          ) : null}
        </>
      }
    >
      <Doing label={t.webhooks.test} name={t.webhooks.testNamed(url)} perform={test} />
      <Doing
        label={active ? t.webhooks.switchOff : t.webhooks.switchOn}
        perform={() => change({ active: !active })}
      />
      <Confirmed
        label={t.webhooks.rotate}
        title={t.webhooks.rotateTitle}
        about={t.webhooks.rotateAbout}
        confirm={t.webhooks.rotate}
        perform={rotate}
        look="plain"
      />
      <Confirmed
        label={t.webhooks.remove}
        title={t.webhooks.removeTitle}
        about={t.webhooks.removeAbout}
        confirm={t.webhooks.remove}
        perform={remove}
      />
    </Row>
  );
}

function NewWebhookForm({ made, close }: { made: (secret: string) => Promise<void>; close: () => void }) {
  const create = async ({ url = "", kinds = "" }: Values) => {
    const body = { url, kinds: kinds.split(/[\s,]+/).filter(Boolean) };
    await made((await call("POST /api/webhooks", { body })).secret);
  };
  return (
    <Dialog title={t.webhooks.createTitle} onClose={close}>
      <Form submit={create} label={t.webhooks.create}>
        <Field
          name="url"
          type="url"
          label={t.webhooks.url}
          hint={t.webhooks.urlHint}
          required
          maxLength={2048}
          autoFocus
        />
        <Field name="kinds" label={t.webhooks.kinds} hint={t.webhooks.kindsHint} defaultValue="*" required />
      </Form>
    </Dialog>
  );
}

function ShownOnce({ secret, close }: { secret: string; close: () => void }) {
  return (
    <Dialog title={t.webhooks.secretTitle} onClose={close}>
      <p className="quiet">{t.webhooks.secretAbout}</p>
      <Secret text={secret} label={t.webhooks.secret} />
      <div className="actions">
        <Button look="primary" onClick={close}>
          {t.actions.done}
        </Button>
      </div>
    </Dialog>
  );
}
