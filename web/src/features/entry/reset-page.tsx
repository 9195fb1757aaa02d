import { useState } from "react";
import { Link } from "react-router";
import { callAnonymously } from "../../api/call";
import { t } from "../../texts";
import { Form, type Values } from "../../ui/form";
import { Done } from "./done";
import { useLinkToken } from "./link-token";
import { OpenHead } from "./open-head";
import { NewPassword } from "../../ui/new-password";

export default function ResetPage() {
  const token = useLinkToken();
  const [done, setDone] = useState(false);
  const reset = async ({ password = "" }: Values) => {
    await callAnonymously("POST /api/passwords/reset", { body: { token, password } });
    setDone(true);
  };
  if (done) return <Done title={t.reset.done} about={t.reset.doneAbout} />;
  return (
    <>
      <OpenHead title={t.reset.title}>{token ? t.reset.lead : t.reset.noToken}</OpenHead>
      {token ? (
        <Form submit={reset} label={t.reset.submit} wide>
          <NewPassword label={t.reset.password} />
        </Form>
      ) : (
        <Link className="button wide" to="/forgot">
          {t.forgot.submit}
        </Link>
      )}
    </>
  );
}
