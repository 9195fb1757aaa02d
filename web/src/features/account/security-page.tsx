import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { call, callAnonymously } from "../../api/call";
import { useMe } from "../../api/me";
import { t } from "../../texts";
import { Confirmed } from "../../ui/dialog";
import { Doing } from "../../ui/doing";
import { Field, Form, type Values } from "../../ui/form";
import { Notice } from "../../ui/notice";
import { Page, Section } from "../../ui/page";
import { Limited } from "./limited";
import { Linked } from "./linked";
import { Passkeys } from "./passkeys";
import { SecondFactor } from "./second-factor";
import { Sessions } from "./sessions";
import { NewPassword } from "../../ui/new-password";
import { Username } from "./username";

export default function SecurityPage() {
  const me = useMe().data;
  return (
    <Page title={t.security.title} lead={t.security.lead}>
      <Limited />
      <Section title={t.passkeys.title} about={t.passkeys.about}>
        <Passkeys />
      </Section>
      <Section title={t.security.factor} about={t.security.factorAbout}>
        <SecondFactor />
      </Section>
      {me?.password === false ? (
        <Section title={t.security.password} about={t.security.passwordNone}>
          <FirstPassword email={me.email} />
        </Section>
      ) : (
        <Section title={t.security.password} about={t.security.passwordAbout}>
          <PasswordForm />
        </Section>
      )}
      <Linked />
      <Section title={t.security.sessions} about={t.security.sessionsAbout}>
        <Sessions />
        <SignOutElsewhere />
      </Section>
    </Page>
  );
}

function PasswordForm() {
  const [saved, setSaved] = useState(false);
  const change = async ({ password = "", new_password = "" }: Values, form: HTMLFormElement) => {
    setSaved(false);
    await call("POST /api/users/me/password", { body: { password, new_password } });
    form.reset();
    setSaved(true);
  };
  return (
    <>
      <Form submit={change} label={t.security.change}>
        <Username />
        <Field
          name="password"
          type="password"
          label={t.security.current}
          autoComplete="current-password"
          required
        />
        <NewPassword name="new_password" label={t.reset.password} />
      </Form>
      {saved ? <Notice>{t.security.changed}</Notice> : null}
    </>
  );
}

/** Of somebody who came by a sign-in service: a letter proves the address, as for a password that is forgotten. */
function FirstPassword({ email }: { email: string }) {
  const [sent, setSent] = useState(false);
  const send = async () => {
    await callAnonymously("POST /api/passwords/forgot", { body: { email } });
    setSent(true);
  };
  if (sent) return <Notice>{t.security.passwordSent}</Notice>;
  return <Doing look="framed" label={t.security.passwordLetter} perform={send} />;
}

function SignOutElsewhere() {
  const queries = useQueryClient();
  const perform = async () => {
    await call("DELETE /api/sessions");
    await queries.invalidateQueries({ queryKey: ["GET /api/sessions"] });
  };
  return (
    <Confirmed
      look="danger"
      label={t.security.everywhere}
      title={t.security.everywhereTitle}
      about={t.security.everywhereAbout}
      confirm={t.security.everywhere}
      perform={perform}
    />
  );
}
