import { useState } from "react";
import { askPasskey, noPasskeys } from "../../api/passkey";
import { ApiProblem } from "../../api/problem";
import type { Assertion, RequestOptions } from "../../api/routes";
import { t } from "../../texts";
import { Button } from "../../ui/button";
import { Field, Form } from "../../ui/form";
import { Wrong } from "../../ui/notice";
import { OpenHead } from "./open-head";

/** What the node wants beside the first proof. */
export interface Needed {
  methods: readonly string[];
  passkey: RequestOptions | null;
  ticket: string;
}

export interface Second {
  code?: string;
  passkey?: Assertion;
}

/** What a refusal says is needed too; nothing, if it is about something else. */
export function neededBy(problem: unknown): Needed | null {
  if (!(problem instanceof ApiProblem && problem.kind === "second-factor-needed")) return null;
  return problem.more as unknown as Needed;
}

/** A code, or a passkey. A new challenge comes with every refusal to go on without. */
export function SecondStep({
  needed,
  prove,
  back,
}: {
  needed: Needed;
  prove: (second: Second) => Promise<unknown>;
  back: () => void;
}) {
  const byCode = needed.methods.includes("code");
  const options = noPasskeys() ? null : needed.passkey;
  return (
    <>
      <OpenHead title={t.signIn.code.title}>
        {byCode ? t.signIn.code.lead : t.signIn.code.onlyPasskey}
      </OpenHead>
      {byCode ? (
        <Form
          submit={({ code = "" }) => prove({ code: code.replace(/\s/g, "") })}
          label={t.signIn.code.submit}
          wide
        >
          <Field
            name="code"
            label={t.signIn.code.label}
            look="code"
            autoComplete="one-time-code"
            required
            autoFocus
          />
        </Form>
      ) : null}
      {options ? <ByPasskey options={options} prove={prove} primary={!byCode} /> : null}
      <Button look="plain" onClick={back}>
        {t.signIn.code.back}
      </Button>
    </>
  );
}

function ByPasskey({
  options,
  prove,
  primary,
}: {
  options: RequestOptions;
  prove: (second: Second) => Promise<unknown>;
  primary: boolean;
}) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const act = async () => {
    setBusy(true);
    setError(null);
    try {
      await prove({ passkey: await askPasskey(options) });
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className="stack">
      <Button
        className="wide"
        {...(primary ? { look: "primary" as const } : {})}
        busy={busy}
        onClick={() => void act()}
      >
        {t.signIn.code.passkey}
      </Button>
      {error ? <Wrong error={error} /> : null}
    </div>
  );
}
