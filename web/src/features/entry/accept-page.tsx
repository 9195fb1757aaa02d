import { useState } from "react";
import { callAnonymously } from "../../api/call";
import { isProblem } from "../../api/problem";
import { t } from "../../texts";
import { Field, Form, type Values } from "../../ui/form";
import { Done } from "./done";
import { useLinkToken } from "./link-token";
import { OpenHead } from "./open-head";
import { NewPassword } from "../../ui/new-password";

/** Whoever has an account only agrees; a newcomer also chooses a name and a password. */
export default function AcceptPage() {
  const token = useLinkToken();
  const [step, setStep] = useState<"agree" | "newcomer" | "done">("agree");
  const accept = async ({ name, password }: Values) => {
    try {
      const chosen = name && password ? { name, password } : {};
      await callAnonymously("POST /api/invitations/accept", { body: { token, ...chosen } });
      setStep("done");
    } catch (problem) {
      if (!isProblem(problem, "account-needed")) throw problem;
      setStep("newcomer");
    }
  };
  if (step === "done") return <Done title={t.accept.done} about={t.accept.doneAbout} />;
  if (!token) return <OpenHead title={t.accept.title}>{t.reset.noToken}</OpenHead>;
  return (
    <>
      <OpenHead key={step} title={t.accept.title}>
        {step === "newcomer" ? t.accept.newcomer : t.accept.lead}
      </OpenHead>
      <Form submit={accept} label={t.accept.submit} wide>
        {step === "newcomer" ? (
          <>
            <Field name="name" label={t.signUp.name} autoComplete="name" required maxLength={120} autoFocus />
            <NewPassword label={t.signIn.password} />
          </>
        ) : null}
      </Form>
    </>
  );
}
