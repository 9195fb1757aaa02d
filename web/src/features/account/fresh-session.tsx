import { useState } from "react";
import { call, callAnonymously } from "../../api/call";
import { useMe } from "../../api/me";
import { isProblem } from "../../api/problem";
import { began } from "../../api/session";
import { t } from "../../texts";
import { Dialog } from "../../ui/dialog";
import { CurrentPassword } from "../../ui/current-password";
import { Field, Form, type Values } from "../../ui/form";
import { Username } from "./username";

/** Some things want a password that was typed just now. This asks for it when the node says so, and then does
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
  return { fresh, dialog: waiting ? <PasswordAgain waiting={waiting} close={close} /> : null };
}

interface Waiting {
  proved: () => void;
  refused: () => void;
}

function PasswordAgain({ waiting, close }: { waiting: Waiting; close: () => void }) {
  const me = useMe().data;
  const prove = async ({ password = "", code = "" }: Values) => {
    const before = (await call("GET /api/sessions")).items.find((session) => session.current);
    const body = { email: me?.email ?? "", password, ...(code ? { code } : {}) };
    began((await callAnonymously("POST /api/tokens", { body })).expires_in);
    if (before) await call("DELETE /api/sessions/{id}", { path: { id: before.id } });
    waiting.proved();
    close();
  };
  const cancel = () => {
    waiting.refused();
    close();
  };
  return (
    <Dialog title={t.fresh.title} onClose={cancel}>
      <p className="quiet">{t.fresh.about}</p>
      <Form submit={prove} label={t.fresh.submit}>
        <Username />
        <CurrentPassword autoFocus />
        {me?.second_factor ? (
          <Field name="code" label={t.signIn.code.label} look="code" autoComplete="one-time-code" required />
        ) : null}
      </Form>
    </Dialog>
  );
}
