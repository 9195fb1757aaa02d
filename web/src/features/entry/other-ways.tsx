import { useState } from "react";
import { callAnonymously } from "../../api/call";
import { askPasskey, noPasskeys } from "../../api/passkey";
import { goTo, useProviders } from "../../api/provider";
import { t } from "../../texts";
import { Button } from "../../ui/button";
import { Icon } from "../../ui/icon";
import { Wrong } from "../../ui/notice";

/** Ways in beside the password: a passkey, and the outside services that the operator named. */
export function OtherWays({ next, enter }: { next: string; enter: (expiresInS: number) => void }) {
  const providers = useProviders().data ?? [];
  const [busy, setBusy] = useState("");
  const [error, setError] = useState<unknown>(null);
  const act = async (name: string, work: () => Promise<unknown>) => {
    setBusy(name);
    setError(null);
    try {
      await work();
    } catch (problem) {
      setError(problem);
      setBusy("");
    }
  };
  const byPasskey = async () => {
    const options = await callAnonymously("POST /api/tokens/options", {});
    const passkey = await askPasskey(options);
    enter((await callAnonymously("POST /api/tokens/passkey", { body: { passkey } })).expires_in);
  };
  if (noPasskeys() && !providers.length) return null;
  return (
    <div className="stack">
      <p className="or">{t.signIn.or}</p>
      {noPasskeys() ? null : (
        <Button className="wide" busy={busy === "passkey"} onClick={() => void act("passkey", byPasskey)}>
          <Icon name="key" size={18} />
          {t.signIn.passkey}
        </Button>
      )}
      {providers.map(({ name, title }) => (
        <Button
          key={name}
          className="wide"
          busy={busy === name}
          onClick={() => void act(name, () => goTo(name, { purpose: "sign-in", next }))}
        >
          {t.signIn.with(title)}
        </Button>
      ))}
      {error ? <Wrong error={error} /> : null}
    </div>
  );
}
