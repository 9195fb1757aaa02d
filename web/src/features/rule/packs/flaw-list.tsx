import { Link } from "react-router";
import type { Flaw } from "../../../api/routes";
import { t } from "../../../texts";

/** What has to be mended, each with the place where. */
export function FlawList({ flaws, pack }: { flaws: readonly Flaw[]; pack?: string }) {
  if (!flaws.length) return null;
  return (
    <div className="notice bad" role="alert">
      <div>
        <strong>{t.packs.flaws(flaws.length)}</strong>
        <ul className="reasons">
          {flaws.map(({ rule, file, line, reason }, index) => (
            <li key={String(index)}>
              {file ? `${file}${line ? `, ${t.packs.line(line)}` : ""}: ` : ""}
              {rule && pack ? <Link to={`/packs/${pack}/rules/${rule}`}>{rule}</Link> : rule} {reason}
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}
