import { useState } from "react";
import { Link, Navigate, useSearchParams } from "react-router";
import { callAnonymously } from "../../api/call";
import { useSignedIn } from "../../api/me";
import { inside } from "../../api/provider";
import { t } from "../../texts";
import { CurrentPassword } from "../../ui/current-password";
import { Field, Form, type Values } from "../../ui/form";
import { useEntering } from "./entering";
import { OpenHead } from "./open-head";
import { OtherWays } from "./other-ways";
import { type Needed, neededBy, type Second, SecondStep } from "./second-step";

export default function SignInPage() {
  const [held, setHeld] = useState<{ values: Values; needed: Needed } | null>(null);
  const next = inside(useSearchParams()[0].get("next"));
  const { enter, entered } = useEntering(next);
  const signIn = async (values: Values, second: Second = {}) => {
    const { email = "", password = "" } = values;
    try {
      enter((await callAnonymously("POST /api/tokens", { body: { email, password, ...second } })).expires_in);
    } catch (problem) {
      const needed = neededBy(problem);
      if (!needed) throw problem;
      setHeld({ values: { email, password }, needed });
    }
  };
  // Only when the page opens: signing in here navigates by itself.
  if (useSignedIn() && held === null && !entered) return <Navigate to={next} replace />;
  if (held) {
    const { values, needed } = held;
    const prove = async (second: Second) => {
      try {
        await signIn(values, second);
      } catch (problem) {
        // What a passkey signs counts once: ask for something new to sign.
        if (second.passkey) await signIn(values).catch(() => undefined);
        throw problem;
      }
    };
    return <SecondStep needed={needed} prove={prove} back={() => setHeld(null)} />;
  }
  return (
    <>
      <PasswordStep submit={signIn} />
      <OtherWays next={next} enter={enter} />
      <p className="aside">
        {t.signIn.none} <Link to="/sign-up">{t.signIn.signUp}</Link>
      </p>
    </>
  );
}

function PasswordStep({ submit }: { submit: (values: Values) => Promise<unknown> }) {
  return (
    <>
      <OpenHead title={t.signIn.title}>{t.signIn.lead}</OpenHead>
      <Form submit={(values) => submit(values)} label={t.signIn.submit} wide>
        <Field name="email" type="email" label={t.signIn.email} autoComplete="username" required autoFocus />
        <CurrentPassword />
        <Link className="small" to="/forgot">
          {t.signIn.forgot}
        </Link>
      </Form>
    </>
  );
}
