import { useState } from "react";
import { Link } from "react-router";
import { callAnonymously } from "../../api/call";
import { t } from "../../texts";
import { Field, Form, type Values } from "../../ui/form";
import { NewPassword } from "../../ui/new-password";
import { OpenHead } from "./open-head";

export default function SignUpPage() {
  const [sentTo, setSentTo] = useState("");
  const signUp = async ({ name = "", email = "", password = "" }: Values) => {
    await callAnonymously("POST /api/users", { body: { name, email, password } });
    setSentTo(email);
  };
  if (sentTo) return <Sent email={sentTo} />;
  return (
    <>
      <OpenHead title={t.signUp.title}>{t.signUp.lead}</OpenHead>
      <Form submit={signUp} label={t.signUp.submit} wide>
        <Field name="name" label={t.signUp.name} autoComplete="name" required maxLength={120} autoFocus />
        <Field
          name="email"
          type="email"
          label={t.signIn.email}
          autoComplete="username"
          required
          maxLength={254}
        />
        <NewPassword label={t.signIn.password} />
      </Form>
      <p className="aside">
        {t.signUp.have} <Link to="/sign-in">{t.signIn.submit}</Link>
      </p>
    </>
  );
}

function Sent({ email }: { email: string }) {
  return (
    <>
      <OpenHead title={t.signUp.sent}>{t.signUp.sentAbout(email)}</OpenHead>
      <p className="aside">{t.signUp.sentHint}</p>
      <p className="aside">
        <Link to="/sign-in">{t.forgot.back}</Link>
      </p>
    </>
  );
}
