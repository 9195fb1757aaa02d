import { useMe } from "../api/me";
import { t } from "../texts";
import { Choice } from "./form";

/** Nobody gives away more than they have, so these are one's own scopes. */
export function ScopeChoice({
  legend,
  chosen,
  choose,
  forProgram = false,
}: {
  legend: string;
  chosen: ReadonlySet<string>;
  choose: (scopes: ReadonlySet<string>) => void;
  /** A program has no account of its own to look after. */
  forProgram?: boolean;
}) {
  const own = useMe().data?.scopes ?? [];
  const scopes = own.filter((scope) => !(forProgram && scope.endsWith(":self"))).sort();
  const toggle = (scope: string) => {
    const next = new Set(chosen);
    if (!next.delete(scope)) next.add(scope);
    choose(next);
  };
  return (
    <fieldset>
      <legend className="legend">{legend}</legend>
      <div className="choices">
        {scopes.map((scope) => (
          <Choice
            key={scope}
            label={t.scopes[scope as keyof typeof t.scopes] ?? scope}
            hint={scope}
            checked={chosen.has(scope)}
            onChange={() => toggle(scope)}
          />
        ))}
      </div>
    </fieldset>
  );
}
