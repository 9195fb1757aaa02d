import { useMe } from "../../api/me";
import { t } from "../../texts";
import { Choice } from "../../ui/form";

/** Nobody gives away more than they have, so these are one's own scopes. */
export function ScopeChoice({
  legend,
  chosen,
  choose,
}: {
  legend: string;
  chosen: ReadonlySet<string>;
  choose: (scopes: ReadonlySet<string>) => void;
}) {
  const scopes = useMe().data?.scopes ?? [];
  const toggle = (scope: string) => {
    const next = new Set(chosen);
    if (!next.delete(scope)) next.add(scope);
    choose(next);
  };
  return (
    <fieldset>
      <legend className="legend">{legend}</legend>
      <div className="choices">
        {[...scopes].sort().map((scope) => (
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
