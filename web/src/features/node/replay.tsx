import { useState } from "react";
import { answerTo, type RouteName } from "../../api/call";
import { t } from "../../texts";
import { Button } from "../../ui/button";
import { Wrong } from "../../ui/notice";
import type { Placed } from "./dead-letters-page";

/** Has a dead letter tried again. */
export function Replay({ placed: { context, letter }, done }: { placed: Placed; done: () => Promise<void> }) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const replay = async () => {
    setBusy(true);
    try {
      const name = `POST /api/dead-letters/${context}/{id}/replay` as RouteName;
      await answerTo(name, { path: { id: letter.id } });
      await done();
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      {error ? <Wrong error={error} /> : null}
      <Button look="primary" busy={busy} onClick={() => void replay()}>
        {t.deadLetters.replay}
      </Button>
    </>
  );
}
