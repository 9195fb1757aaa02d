import { useState } from "react";
import { Link } from "react-router";
import { callAnonymously } from "../../api/call";
import { t } from "../../texts";
import { Field, Form, type Values } from "../../ui/form";
import { OpenHead } from "./open-head";

export default function ForgotPage() {
  const [sentTo, setSentTo] = useState("");
  const ask = async ({ email = "" }: Values) => {
    await callAnonymously("POST /api/passwords/forgot", { body: { email } });
    setSentTo(email);
  };
  return (
    <>
      {sentTo ? (
        <OpenHead key="sent" title={t.forgot.sent}>
          {t.forgot.sentAbout(sentTo)}
        </OpenHead>
      ) : (
        <>
          <OpenHead key="ask" title={t.forgot.title}>
            {t.forgot.lead}
          </OpenHead>
          <Form submit={ask} label={t.forgot.submit} wide>
            <Field
              name="email"
              type="email"
              label={t.signIn.email}
              autoComplete="username"
              required
              autoFocus
            />
          </Form>
        </>
      )}
      <p className="aside">
        <Link to="/sign-in">{t.forgot.back}</Link>
      </p>
    </>
  );
}
