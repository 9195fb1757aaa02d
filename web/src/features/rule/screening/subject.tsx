import { usePeople } from "../../../api/people";
import type { Screening } from "../../../api/routes";
import { t } from "../../../texts";
import { Time } from "../../../ui/time";
import { countryName } from "../places";

/** Who was screened, by whom, and against what. */
export function SubjectFacts({ screening }: { screening: Screening }) {
  const { subject, reference, lists, created_by, created_at, screened_at } = screening;
  const nameOf = usePeople();
  const facts = [
    [t.screening.kind, subject.kind ? t.screening.kinds[subject.kind] : ""],
    [t.screening.country, subject.country ? countryName(subject.country) : ""],
    [t.screening.birth, subject.birth_date ?? ""],
    [t.screening.reference, reference],
    [t.screening.lists, lists.map(listName).join(", ")],
  ] as const;
  return (
    <dl className="facts">
      {facts.map(([term, text]) =>
        text ? (
          <div className="fact" key={term}>
            <dt>{term}</dt>
            <dd>{text}</dd>
          </div>
        ) : null,
      )}
      <div className="fact">
        <dt>{t.screening.by}</dt>
        <dd>
          {nameOf(created_by) || t.screening.colleague}, <Time at={created_at} />
        </dd>
      </div>
      {screened_at === created_at ? null : (
        <div className="fact">
          <dt>{t.screening.lastScreened}</dt>
          <dd>
            <Time at={screened_at} />
          </dd>
        </div>
      )}
    </dl>
  );
}

function listName(version: string): string {
  const [list = version, number = ""] = version.split("/");
  return t.screening.listVersion(list, number);
}
