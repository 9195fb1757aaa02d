import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link, Navigate, useNavigate, useSearchParams } from "react-router";
import { callAnonymously } from "../../api/call";
import { useSignedIn } from "../../api/me";
import { ApiProblem } from "../../api/problem";
import { began } from "../../api/session";
import { t } from "../../texts";
import { Button } from "../../ui/button";
import { CurrentPassword } from "../../ui/current-password";
import { Field, Form, type Values } from "../../ui/form";
import { OpenHead } from "./open-head";

/** It means: the password is right, now the second factor. */
const WANTS_CODE = "second-factor-needed";

export default function SignInPage() {
  const [held, setHeld] = useState<Values | null>(null);
  const next = useNext();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const signIn = async (values: Values) => {
    const { email = "", password = "", code } = { ...held, ...values };
    const body = { email, password, ...(code ? { code: code.replace(/\s/g, "") } : {}) };
    try {
      const tokens = await callAnonymously("POST /api/tokens", { body });
      queries.clear();
      began(tokens.expires_in);
      void navigate(next, { replace: true });
    } catch (problem) {
      if (!(problem instanceof ApiProblem && problem.kind === WANTS_CODE)) throw problem;
      setHeld({ email, password });
    }
  };
  // Only when the page opens: signing in here navigates by itself.
  if (useSignedIn() && held === null) return <Navigate to={next} replace />;
  return held ? <CodeStep submit={signIn} back={() => setHeld(null)} /> : <PasswordStep submit={signIn} />;
}

/** Where somebody was going; never to another site. */
function useNext(): string {
  const wanted = useSearchParams()[0].get("next") ?? "/";
  return wanted.startsWith("/") && !wanted.startsWith("//") ? wanted : "/";
}

function PasswordStep({ submit }: { submit: (values: Values) => Promise<unknown> }) {
  return (
    <>
      <OpenHead title={t.signIn.title}>{t.signIn.lead}</OpenHead>
      <Form submit={submit} label={t.signIn.submit} wide>
        <Field name="email" type="email" label={t.signIn.email} autoComplete="username" required autoFocus />
        <CurrentPassword />
        <Link className="small" to="/forgot">
          {t.signIn.forgot}
        </Link>
      </Form>
      <p className="aside">
        {t.signIn.none} <Link to="/sign-up">{t.signIn.signUp}</Link>
      </p>
    </>
  );
}

function CodeStep({ submit, back }: { submit: (values: Values) => Promise<unknown>; back: () => void }) {
  return (
    <>
      <OpenHead title={t.signIn.code.title}>{t.signIn.code.lead}</OpenHead>
      <Form submit={submit} label={t.signIn.code.submit} wide>
        <Field
          name="code"
          label={t.signIn.code.label}
          look="code"
          autoComplete="one-time-code"
          required
          autoFocus
        />
      </Form>
      <Button look="plain" onClick={back}>
        {t.signIn.code.back}
      </Button>
    </>
  );
}
