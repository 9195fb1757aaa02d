import { useState } from "react";
import { Link } from "react-router";
import { callAnonymously } from "../../api/call";
import { t } from "../../texts";
import { Field, Form, type Values } from "../../ui/form";
import { useLinkToken } from "./link-token";
import { OpenHead } from "./open-head";
import { NewPassword } from "./sign-up-page";

export default function AcceptPage() {
  const token = useLinkToken();
  const [done, setDone] = useState(false);
  const accept = async ({ name = "", password = "" }: Values) => {
    await callAnonymously("POST /api/invitations/accept", { body: { token, name, password } });
    setDone(true);
  };
  if (done)
    return (
      <>
        <OpenHead title={t.accept.done}>{t.accept.doneAbout}</OpenHead>
        <Link className="button primary wide" to="/sign-in">
          {t.signIn.submit}
        </Link>
      </>
    );
  return (
    <>
      <OpenHead title={t.accept.title}>{token ? t.accept.lead : t.reset.noToken}</OpenHead>
      {token ? (
        <Form submit={accept} label={t.accept.submit} wide>
          <Field name="name" label={t.signUp.name} autoComplete="name" required maxLength={120} autoFocus />
          <NewPassword label={t.signIn.password} />
        </Form>
      ) : null}
    </>
  );
}
