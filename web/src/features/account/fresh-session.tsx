import { useState } from "react";
import { call, callAnonymously } from "../../api/call";
import { useMe } from "../../api/me";
import { isProblem } from "../../api/problem";
import { askPasskey, noPasskeys } from "../../api/passkey";
import { goTo, useProviders } from "../../api/provider";
import { began } from "../../api/session";
import { t } from "../../texts";
import { Dialog } from "../../ui/dialog";
import { CurrentPassword } from "../../ui/current-password";
import { Field, Form, type Values } from "../../ui/form";
import { Username } from "./username";

/** Some things want a proof of just now who somebody is. This asks for it when the node says so, and then does
 * what was asked for. Returns what to wrap the work in, and a dialog to render. */
export function useFreshSession() {
  const [waiting, setWaiting] = useState<Waiting | null>(null);
  const fresh = async <T,>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (problem) {
      if (!isProblem(problem, "sign-in-again")) throw problem;
      await new Promise<void>((proved, refused) => setWaiting({ proved, refused: () => refused(problem) }));
      return work();
    }
  };
  const close = () => setWaiting(null);
  return { fresh, dialog: waiting ? <ProofAgain waiting={waiting} close={close} /> : null };
}

interface Waiting {
  proved: () => void;
  refused: () => void;
}

function ProofAgain({ waiting, close }: { waiting: Waiting; close: () => void }) {
  const me = useMe().data;
  const providers = useProviders().data ?? [];
  const replace = async (open: () => Promise<{ expires_in: number }>) => {
    const before = (await call("GET /api/sessions")).items.find((session) => session.current);
    began((await open()).expires_in);
    if (before) await call("DELETE /api/sessions/{id}", { path: { id: before.id } });
    waiting.proved();
    close();
  };
  const byPassword = ({ password = "", code = "" }: Values) =>
    replace(() => {
      const body = { email: me?.email ?? "", password, ...(code ? { code } : {}) };
      return callAnonymously("POST /api/tokens", { body });
    });
  const byPasskey = () =>
    replace(async () => {
      const options = await callAnonymously("POST /api/tokens/options", {});
      const passkey = await askPasskey(options);
      return callAnonymously("POST /api/tokens/passkey", { body: { passkey, person: me?.id ?? "" } });
    });
  // Beside the password of somebody whose second factor is a passkey only a recovery code would do.
  const wantsPasskey = me?.second_factor || (me?.organisation.demands_second_factor && me.passkeys > 0);
  const byCode = !wantsPasskey || me?.authenticator || noPasskeys() !== "";
  const cancel = () => {
    waiting.refused();
    close();
  };
  return (
    <Dialog title={t.fresh.title} onClose={cancel}>
      <p className="quiet">{t.fresh.about}</p>
      {me?.passkeys && !noPasskeys() ? (
        <Form submit={byPasskey} label={t.fresh.passkey}>
          {null}
        </Form>
      ) : null}
      {me?.password && byCode ? (
        <Form submit={byPassword} label={t.fresh.submit}>
          <Username />
          <CurrentPassword autoFocus />
          {me.second_factor ? (
            <Field
              name="code"
              label={t.signIn.code.label}
              look="code"
              autoComplete="one-time-code"
              required
            />
          ) : null}
        </Form>
      ) : null}
      {me && !me.password && !me.passkeys
        ? providers.map(({ name, title }) => (
            <Form
              key={name}
              submit={() => goTo(name, { purpose: "sign-in", next: location.pathname }, true)}
              label={t.signIn.with(title)}
            >
              {null}
            </Form>
          ))
        : null}
    </Dialog>
  );
}
