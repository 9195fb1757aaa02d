import type { ReactNode } from "react";
import { Link } from "react-router";
import type { AskedRule, Canary, ChangedCheck, Diff, FieldChange, RuleDiff } from "../../api/routes";
import { t } from "../../texts";
import { countryName } from "../../trade/countries";
import { dayName } from "../../ui/dates";
import { differing, inWords, labelOf, saysNothing } from "./in-words";

/** Follows from every other change, so it says nothing of its own. */
const COUNTED = "revision";

/** What one version changes of another, rule by rule. */
export function Changes({ diff, pack: id }: { diff: Diff; pack?: string }) {
  const { added, removed, changed, pack } = diff;
  if (!added.length && !removed.length && !changed.length && !pack.length)
    return <p className="quiet">{t.packs.noChanges}</p>;
  return (
    <ul className="rows whole">
      {added.map(({ id: rule, title }) => (
        <Line
          key={rule}
          badge={t.packs.added}
          title={id ? <Link to={`/packs/${id}/rules/${rule}`}>{title}</Link> : title}
          id={rule}
        />
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
            <FieldChanges fields={fields.filter(({ field }) => field !== COUNTED)} />
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
  title: ReactNode;
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
  return (
    <dl className="field-changes">
      {fields.map(({ field, before, after }) => {
        const only = differing(before, after);
        return (
          <div key={field}>
            <dt>{labelOf(field)}</dt>
            <dd>
              {saysNothing(only.before) && !saysNothing(only.after) ? null : (
                <del>{inWords(field, only.before)}</del>
              )}{" "}
              {saysNothing(only.after) && !saysNothing(only.before) ? null : (
                <ins>{inWords(field, only.after)}</ins>
              )}
            </dd>
          </div>
        );
      })}
    </dl>
  );
}

/** Earlier checks that would be answered otherwise. */
export function Consequences({ canary, folded = false }: { canary: Canary; folded?: boolean }) {
  const { tried, same, changed } = canary;
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
        <strong>{t.packs.wouldChange(tried - same, tried)}</strong>
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

function ChangedRow({ check }: { check: ChangedCheck }) {
  const { id, own, description, hs_title, hs_code, before, after, added, removed, altered } = check;
  const what = description || hs_title || (hs_code ? t.check.hs(hs_code) : t.check.noCode);
  return (
    <li className="row">
      <div className="what">
        <div className="name">{own ? <Link to={`/checks/${id}`}>{what}</Link> : what}</div>
        <div className="about">{wayOf(check)}</div>
        <div>
          {before === after
            ? t.packs.sameVerdict(t.verdicts[after])
            : t.packs.otherVerdict(t.verdicts[before], t.verdicts[after])}
        </div>
        <Asked rules={added} words={t.packs.appears} />
        <Asked rules={removed} words={t.packs.disappears} />
        {altered.length ? <div>{t.packs.saysOtherwise(altered.map(inShort).join("; "))}</div> : null}
      </div>
    </li>
  );
}

/** `HS 9503 · China → Germany · By sea · 1 Dec 2026`. */
function wayOf({ hs_code, origin, destination, mode, day }: ChangedCheck): string {
  const parts = [
    hs_code ? t.check.hs(hs_code) : "",
    t.check.fromTo(countryName(origin), countryName(destination)),
    mode ? t.modes[mode] : "",
    day ? dayName(day) : "",
  ];
  return parts.filter(Boolean).join(" · ");
}

/** `Toys carry the CE mark (Kind of demand, In short)`; the words themselves stand in the changes above. */
function inShort({ title, fields }: RuleDiff): string {
  return `${title} (${fields.map(({ field }) => labelOf(field)).join(", ")})`;
}

function Asked({ rules, words }: { rules: readonly AskedRule[]; words: (titles: string) => string }) {
  if (!rules.length) return null;
  const titles = rules.map(({ title, may }) => (may ? t.packs.possibly(title) : title));
  return <div>{words(titles.join("; "))}</div>;
}
