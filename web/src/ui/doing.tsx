import { useState } from "react";
import { Button, type Look } from "./button";
import { Wrong } from "./notice";

/** A button that waits for the node, and says what it refused. */
export function Doing({
  label,
  name,
  look = "plain",
  perform,
}: {
  label: string;
  name?: string;
  look?: Look;
  perform: () => Promise<unknown>;
}) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const act = async () => {
    setBusy(true);
    setError(null);
    try {
      await perform();
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Button look={look} aria-label={name} busy={busy} onClick={() => void act()}>
        {label}
      </Button>
      {error ? <Wrong error={error} /> : null}
    </>
  );
}
