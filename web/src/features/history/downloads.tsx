import { useState } from "react";
import { answerTo, type RouteName } from "../../api/call";
import { t } from "../../texts";
import { Button } from "../../ui/button";
import { Wrong } from "../../ui/notice";
import { save } from "../../ui/save";
import type { Day } from "./day";

const FORMS = ["gpx", "geojson", "csv"] as const;
const NAMES = { gpx: "GPX", geojson: "GeoJSON", csv: "CSV" };

/** The day as a file. The session travels with a header, so a plain link would not do. */
export function Downloads({ id, name, day }: { id: string; name: string; day: Day }) {
  const [busy, setBusy] = useState("");
  const [error, setError] = useState<unknown>(null);
  const take = async (form: (typeof FORMS)[number]) => {
    setBusy(form);
    setError(null);
    try {
      const route: RouteName = `GET /api/devices/{id}/positions.${form}`;
      const query = { from: new Date(day.fromMs).toISOString(), to: new Date(day.toMs).toISOString() };
      save(await (await answerTo(route, { path: { id }, query })).blob(), `${name} ${day.name}.${form}`);
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy("");
    }
  };
  return (
    <div className="downloads">
      <h2>{t.history.export}</h2>
      <div className="actions tight">
        {FORMS.map((form) => (
          <Button
            key={form}
            busy={busy === form}
            aria-label={t.history.exportAs(NAMES[form], name)}
            onClick={() => void take(form)}
          >
            {NAMES[form]}
          </Button>
        ))}
      </div>
      {error ? <Wrong error={error} /> : null}
    </div>
  );
}
