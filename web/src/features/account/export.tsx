import { useState } from "react";
import { call } from "../../api/call";
import { ApiProblem } from "../../api/problem";
import type { Export as Exported } from "../../api/routes";
import { t } from "../../texts";
import { Button } from "../../ui/button";
import { Notice, Wrong } from "../../ui/notice";

const ASK_AGAIN_MS = 700;
const ASK_TIMES = 60;

/** Asks until every context has said what it holds. */
async function gathered(): Promise<Exported> {
  for (let time = 0; time < ASK_TIMES; time++) {
    const found = await call("GET /api/users/me/export");
    if (found.state === "ready") return found;
    await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS));
  }
  throw new ApiProblem(0, "slow-export", t.privacy.slow);
}

export function Export() {
  const [state, setState] = useState<"idle" | "busy" | "done">("idle");
  const [error, setError] = useState<unknown>(null);
  const download = async () => {
    setState("busy");
    setError(null);
    try {
      save(await gathered(), "entrepot-export.json");
      setState("done");
    } catch (problem) {
      setState("idle");
      setError(problem);
    }
  };
  return (
    <>
      <Button busy={state === "busy"} onClick={() => void download()}>
        {state === "busy" ? t.privacy.exporting : t.privacy.download}
      </Button>
      {state === "done" ? <Notice>{t.privacy.downloaded}</Notice> : null}
      {error ? <Wrong error={error} /> : null}
    </>
  );
}

function save(content: unknown, name: string) {
  const url = URL.createObjectURL(new Blob([JSON.stringify(content, null, 2)], { type: "application/json" }));
  Object.assign(document.createElement("a"), { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
