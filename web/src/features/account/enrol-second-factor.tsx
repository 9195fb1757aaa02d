import { useState } from "react";
import { call } from "../../api/call";
import type { Enrolment } from "../../api/routes";
import { t } from "../../texts";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { Field, Form, type Values } from "../../ui/form";
import { Secret } from "../../ui/secret";
import { QrCode } from "../../ui/qr-code";

/** Scan, prove it with a code, keep the recovery codes. */
export function Enrol({
  enrolment,
  finish,
}: {
  enrolment: Enrolment;
  finish: (enabled: boolean) => Promise<void>;
}) {
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const confirm = async ({ code = "" }: Values) => {
    const body = { code: code.replace(/\s/g, "") };
    setCodes((await call("POST /api/users/me/second-factor/confirm", { body })).recovery_codes);
  };
  if (codes) return <RecoveryCodes codes={codes} finish={() => finish(true)} />;
  return (
    <Dialog title={t.factor.enrolTitle} onClose={() => void finish(false)}>
      <p className="quiet">{t.factor.scan}</p>
      <QrCode text={enrolment.uri} label={t.factor.qr} />
      <details>
        <summary className="small">{t.factor.byHand}</summary>
        <Secret text={enrolment.secret} label={t.factor.secret} />
      </details>
      <Form submit={confirm} label={t.factor.confirm}>
        <Field
          name="code"
          label={t.factor.code}
          hint={t.factor.codeHint}
          look="code"
          inputMode="numeric"
          autoComplete="one-time-code"
          required
          autoFocus
        />
      </Form>
    </Dialog>
  );
}

/** Shown this once. */
export function RecoveryCodes({ codes, finish }: { codes: readonly string[]; finish: () => Promise<void> }) {
  const text = codes.join("\n");
  return (
    <Dialog title={t.factor.codesTitle} onClose={() => void finish()}>
      <p className="quiet">{t.factor.codesAbout}</p>
      <ul className="codes" aria-label={t.factor.codesTitle}>
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <div className="actions">
        <Button onClick={() => void navigator.clipboard?.writeText(text)}>{t.actions.copy}</Button>
        <Button look="primary" onClick={() => void finish()}>
          {t.factor.kept}
        </Button>
      </div>
    </Dialog>
  );
}
