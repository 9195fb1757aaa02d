import { useState } from "react";
import { Link } from "react-router";
import { callAnonymously } from "../../api/call";
import { isProblem } from "../../api/problem";
import { t } from "../../texts";
import { Button } from "../../ui/button";
import { CurrentPassword } from "../../ui/current-password";
import { Field, Form, type Values } from "../../ui/form";
import { NewPassword } from "../../ui/new-password";
import { Done } from "./done";
import { useLinkToken } from "./link-token";
import { OpenHead } from "./open-head";

type Step = "prove" | "choose" | "done" | "declined" | "spent";

/** Whoever signed up knows the password. Whoever only has the letter chooses another or declines, so that nobody
 * confirms what a stranger asked for in their name. */
export default function ConfirmPage() {
  const token = useLinkToken();
  const [step, setStep] = useState<Step>(token ? "prove" : "spent");
  const asked = async (question: () => Promise<unknown>, then: Step) => {
    try {
      await question();
      setStep(then);
    } catch (problem) {
      if (!isProblem(problem, "ticket-spent")) throw problem;
      setStep("spent");
    }
  };
  const confirm = ({ name = "", password = "" }: Values) =>
    asked(
      () =>
        callAnonymously("POST /api/users/confirm", { body: { token, password, ...(name ? { name } : {}) } }),
      "done",
    );
  const decline = () =>
    asked(() => callAnonymously("POST /api/users/decline", { body: { token } }), "declined");
  if (step === "done") return <Done title={t.confirm.done} about={t.confirm.doneAbout} />;
  if (step === "declined") return <OpenHead title={t.confirm.declined}>{t.confirm.declinedAbout}</OpenHead>;
  if (step === "spent") return <Spent />;
  return (
    <>
      <OpenHead key={step} title={t.confirm.title}>
        {step === "prove" ? t.confirm.lead : t.confirm.choose}
      </OpenHead>
      <Form submit={confirm} label={t.confirm.submit} wide key={`${step} form`}>
        {step === "prove" ? <CurrentPassword autoFocus /> : <Newly />}
      </Form>
      {step === "prove" ? (
        <Button look="plain" onClick={() => setStep("choose")}>
          {t.confirm.chooseInstead}
        </Button>
      ) : null}
      <Form submit={decline} label={t.confirm.decline} look="plain" wide>
        <p className="aside">{t.confirm.declineAbout}</p>
      </Form>
    </>
  );
}

function Newly() {
  return (
    <>
      <Field name="name" label={t.signUp.name} autoComplete="name" required maxLength={120} autoFocus />
      <NewPassword label={t.signIn.password} />
    </>
  );
}

function Spent() {
  return (
    <>
      <OpenHead title={t.confirm.failed}>{t.confirm.failedAbout}</OpenHead>
      <Link className="button wide" to="/sign-up">
        {t.signIn.signUp}
      </Link>
    </>
  );
}
