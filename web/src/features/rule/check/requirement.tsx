import type { EvidenceGroup, RuleReason as Reason, RuleRequirement as Asked } from "../../../api/routes";
import { t } from "../../../texts";
import { dayName } from "../places";
import { conditionText } from "./reasons";

/** One thing to do: what to hold as proof, and, for whoever wants to know, why. */
export function Requirement({
  asked: { rule, why, evidence, open = [], unless = [] },
  questions,
  done,
  toggle,
}: {
  asked: Asked;
  questions: ReadonlyMap<string, string>;
  /** Whether it is ticked off; null if it cannot be. */
  done: boolean | null;
  toggle: (rule: string) => void;
}) {
  const unsure = rule.confidence !== "verified";
  const depends = [...new Set(open)].flatMap((id) => questions.get(id) ?? []);
  return (
    <li className={done ? "requirement done" : "requirement"}>
      {done === null ? (
        <h3>{rule.title}</h3>
      ) : (
        <h3>
          <label className="choice">
            <input type="checkbox" checked={done} onChange={() => toggle(rule.id)} />
            <span>{rule.title}</span>
          </label>
        </h3>
      )}
      {rule.summary ? <p>{rule.summary}</p> : null}
      {evidence.map((each, index) => (
        <Evidence key={String(index)} group={each} />
      ))}
      {depends.length ? (
        <p className="quiet">
          {t.check.dependsOn} {depends.join(" ")}
        </p>
      ) : null}
      {unless.length ? <p className="quiet">{t.check.unless(unless)}</p> : null}
      <details>
        <summary>
          {t.check.why}
          <span className="offscreen">: {rule.title}</span>
        </summary>
        <Reasons why={why} />
        <dl className="facts">
          <div className="fact">
            <dt>{t.check.law}</dt>
            <dd>
              {rule.citation.url ? (
                <a href={rule.citation.url} target="_blank" rel="noreferrer">
                  {rule.citation.law}
                </a>
              ) : (
                rule.citation.law
              )}
              {rule.citation.article ? `, ${rule.citation.article}` : ""}
            </dd>
          </div>
          <Fact name={t.check.authority} text={rule.authority} />
          <Fact name={t.check.inForce} text={t.check.period(day(rule.valid_from), day(rule.valid_to))} />
          <Fact
            name={t.check.confidence}
            text={`${t.confidence[rule.confidence as keyof typeof t.confidence] ?? rule.confidence} · ${t.check.checkedOn(dayName(rule.citation.checked_on))}`}
          />
          <Fact name={t.check.rule} text={`${rule.id} · ${t.check.revision(rule.revision, rule.pack)}`} />
        </dl>
      </details>
      {unsure ? (
        <p className="quiet small">{t.confidence.badge[rule.confidence as "known" | "uncertain"] ?? ""}</p>
      ) : null}
    </li>
  );
}

function day(iso: string | null | undefined): string {
  return iso ? dayName(iso) : "";
}

function Evidence({
  group: { all_of = [], any_of = [], waived, may_be_waived = [] },
}: {
  group: EvidenceGroup;
}) {
  if (waived) return <p className="hold quiet">{t.check.waived(waived)}</p>;
  return (
    <div className="hold">
      {all_of.length ? (
        <p>
          <strong>{t.check.hold}</strong> {all_of.map(({ title }) => title).join("; ")}
        </p>
      ) : null}
      {any_of.length ? (
        <p>
          <strong>{t.check.holdOne}</strong> {any_of.map(({ title }) => title).join("; ")}
        </p>
      ) : null}
      {may_be_waived.map((reason) => (
        <p key={reason} className="quiet">
          {t.check.mayBeWaived(reason)}
        </p>
      ))}
    </div>
  );
}

function Fact({ name, text }: { name: string; text: string }) {
  return (
    <div className="fact">
      <dt>{name}</dt>
      <dd>{text}</dd>
    </div>
  );
}

export function Reasons({ why }: { why: readonly Reason[] }) {
  if (!why.length) return <p className="quiet">{t.check.always}</p>;
  return (
    <ul className="reasons">
      {why.map((each, index) => (
        <li key={String(index)}>{conditionText(each)}</li>
      ))}
    </ul>
  );
}
