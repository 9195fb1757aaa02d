import type { Canary, ChangedCheck, Diff, FieldChange } from "../../../api/routes";
import { t } from "../../../texts";
import { countryName } from "../places";

/** What one version changes of another, rule by rule. */
export function Changes({ diff }: { diff: Diff }) {
  const { added, removed, changed, pack } = diff;
  if (!added.length && !removed.length && !changed.length && !pack.length)
    return <p className="quiet">{t.packs.noChanges}</p>;
  return (
    <ul className="rows whole">
      {added.map(({ id, title }) => (
        <Line key={id} badge={t.packs.added} title={title} id={id} />
      ))}
      {removed.map(({ id, title }) => (
        <Line key={id} badge={t.packs.removed} bad title={title} id={id} />
      ))}
      {changed.map(({ id, title, fields }) => (
        <li key={id} className="row">
          <div className="what">
            <div className="name">
              {title} <span className="badge grey">{t.packs.changed}</span>
            </div>
            <FieldChanges fields={fields} />
          </div>
        </li>
      ))}
      {pack.length ? (
        <li className="row">
          <div className="what">
            <div className="name">{t.packs.ofPack}</div>
            <FieldChanges fields={pack} />
          </div>
        </li>
      ) : null}
    </ul>
  );
}

function Line({
  badge,
  title,
  id,
  bad = false,
}: {
  badge: string;
  title: string;
  id: string;
  bad?: boolean;
}) {
  return (
    <li className="row">
      <div className="what">
        <div className="name">
          {title} <span className={bad ? "badge bad" : "badge"}>{badge}</span>
        </div>
        <div className="about mono">{id}</div>
      </div>
    </li>
  );
}

export function FieldChanges({ fields }: { fields: readonly FieldChange[] }) {
  const names: Readonly<Record<string, string>> = t.ruleFields;
  return (
    <dl className="field-changes">
      {fields.map(({ field, before, after }) => (
        <div key={field}>
          <dt>{names[field] ?? field}</dt>
          <dd>
            <del>{said(before)}</del> <ins>{said(after)}</ins>
          </dd>
        </div>
      ))}
    </dl>
  );
}

export function said(value: unknown): string {
  if (value === null || value === undefined || value === "") return t.packs.notSaid;
  if (Array.isArray(value) && value.every((each) => typeof each === "string")) return value.join(", ");
  return typeof value === "object" ? JSON.stringify(value, null, 1) : String(value);
}

/** Earlier checks that would be answered otherwise. */
export function Consequences({ canary, folded = false }: { canary: Canary; folded?: boolean }) {
  const { tried, changed, verdicts_changed, lists_changed } = canary;
  if (!tried) return <p className="quiet">{t.packs.nothingTried}</p>;
  const rows = (
    <ul className="rows">
      {changed.map((each) => (
        <ChangedRow key={each.id} check={each} />
      ))}
    </ul>
  );
  return (
    <div className={folded ? "consequences" : "part whole"}>
      <p role="status">
        <strong>{t.packs.wouldChange(verdicts_changed + lists_changed, tried)}</strong>
      </p>
      {changed.length ? (
        folded ? (
          <details className="maybe">
            <summary>{t.packs.which}</summary>
            {rows}
          </details>
        ) : (
          rows
        )
      ) : null}
    </div>
  );
}

function ChangedRow({
  check: { hs_code, origin, destination, before, after, added, removed },
}: {
  check: ChangedCheck;
}) {
  return (
    <li className="row">
      <div className="what">
        <div className="name">
          {hs_code ? `${t.check.hs(hs_code)} · ` : ""}
          {t.check.fromTo(countryName(origin), countryName(destination))}
        </div>
        <div className="about">
          {before === after
            ? t.packs.sameVerdict(t.verdicts[after])
            : t.packs.otherVerdict(t.verdicts[before], t.verdicts[after])}
          {added.length ? ` · ${t.packs.gains(added)}` : ""}
          {removed.length ? ` · ${t.packs.loses(removed)}` : ""}
        </div>
      </div>
    </li>
  );
}
