import type { ListReport } from "../../api/routes";
import { t } from "../../texts";
import { ListChanges } from "./list-changes";
import { ImportReport } from "../../ui/files/import-report";

const SHOWN = 20;

/** Who came, went and changed with a list's new version. */
export function ListReported({ report, done }: { report: ListReport; done: () => void }) {
  const { state, list, title, version, entries, names, changes } = report;
  const unchanged = state === "unchanged";
  const first = version === 1;
  const total = report.added + report.changed + report.removed;
  return (
    <ImportReport
      said={unchanged ? t.files.unchangedList : t.files.importedList(title || list, version)}
      read={t.files.readList(entries, names)}
      counts={unchanged ? null : report}
      done={done}
    >
      {(report.notes ?? []).map((note) => (
        <p className="quiet" key={note}>
          {note}
        </p>
      ))}
      {unchanged || first ? null : <ListChanges changes={changes.slice(0, SHOWN)} more={total - SHOWN} />}
      {unchanged ? null : <p className="quiet small">{t.files.again}</p>}
    </ImportReport>
  );
}
