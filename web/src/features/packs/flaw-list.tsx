import { Link } from "react-router";
import type { Flaw } from "../../api/routes";
import { t } from "../../texts";
import { flawSaid } from "./mended";

/** What has to be mended, each with the place where. */
export function FlawList({ flaws, pack }: { flaws: readonly Flaw[]; pack?: string }) {
  if (!flaws.length) return null;
  return (
    <div className="notice bad" role="alert">
      <div>
        <strong>{t.packs.flaws(flaws.length)}</strong>
        <ul className="reasons">
          {flaws.map((flaw, index) => (
            <li key={String(index)}>
              {flaw.file ? `${flaw.file}${flaw.line ? `, ${t.packs.line(flaw.line)}` : ""}: ` : ""}
              <Whose flaw={flaw} pack={pack} />
              {flaw.file ? inFile(flaw) : flawSaid(flaw)}
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}

/** Whoever writes files knows the members by their own names, not by the form's labels. */
function inFile({ code, field, reason }: Flaw): string {
  return field && code !== "shape" ? `${field}: ${reason}` : reason;
}

function Whose({ flaw: { rule }, pack }: { flaw: Flaw; pack: string | undefined }) {
  if (!rule) return null;
  return <>{pack ? <Link to={`/packs/${pack}/rules/${rule}`}>{rule}</Link> : rule}: </>;
}
