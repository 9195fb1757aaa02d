import { useState } from "react";
import { t } from "../texts";
import { Button } from "./button";

/** Something that is shown once, easy to take along. */
export function Secret({ text, label }: { text: string; label: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), 2000);
  };
  return (
    <div className="secret">
      <code aria-label={label}>{text}</code>
      {navigator.clipboard ? (
        <Button look="plain" onClick={() => void copy()} aria-live="polite">
          {copied ? t.actions.copied : t.actions.copy}
        </Button>
      ) : null}
    </div>
  );
}
