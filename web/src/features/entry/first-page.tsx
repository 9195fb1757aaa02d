import { useState } from "react";
import { callAnonymously } from "../../api/call";
import { t } from "../../texts";
import { Field, Form, type Values } from "../../ui/form";
import { Done } from "./done";
import { useLinkToken } from "./link-token";
import { OpenHead } from "./open-head";
import { NewPassword } from "../../ui/new-password";

/** Behind the link that a new node prints. */
export default function FirstPage() {
  const token = useLinkToken();
  const [done, setDone] = useState(false);
  const begin = async ({ name = "", email = "", password = "" }: Values) => {
    await callAnonymously("POST /api/users/first", { body: { token, name, email, password } });
    setDone(true);
  };
  if (done) return <Done title={t.first.done} about={t.first.doneAbout} />;
  if (!token) return <OpenHead title={t.first.title}>{t.reset.noToken}</OpenHead>;
  return (
    <>
      <OpenHead title={t.first.title}>{t.first.lead}</OpenHead>
      <Form submit={begin} label={t.first.submit} wide>
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
    </>
  );
}
