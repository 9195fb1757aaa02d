import { useState } from "react";
import { answerTo, type RouteName } from "../../api/call";
import { t } from "../../texts";
import { Button } from "../../ui/button";
import { Wrong } from "../../ui/notice";
import { save } from "../../ui/save";
import type { ReportName } from "./columns";
import type { Asked } from "./report-table";

const FORMS = ["xlsx", "csv"] as const;

/** The whole report as a file, for a spreadsheet or for a program. */
export function Downloads({ report, asked }: { report: ReportName; asked: Asked }) {
  const [busy, setBusy] = useState("");
  const [error, setError] = useState<unknown>(null);
  const take = async (form: (typeof FORMS)[number]) => {
    setBusy(form);
    setError(null);
    try {
      const route = `GET /api/fleet/${report}.${form}` as RouteName;
      const answer = await answerTo(route, { query: asked } as never);
      save(await answer.blob(), `${t.reports.names[report]} ${String(asked.from).slice(0, 10)}.${form}`);
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy("");
    }
  };
  return (
    <div className="part">
      <div className="actions tight">
        {FORMS.map((form) => (
          <Button key={form} busy={busy === form} onClick={() => void take(form)}>
            {t.reports.take[form]}
          </Button>
        ))}
      </div>
      {error ? <Wrong error={error} /> : null}
    </div>
  );
}
