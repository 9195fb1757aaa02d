import { usePeople } from "../../api/people";
import type { Screening } from "../../api/routes";
import { t } from "../../texts";
import { Time } from "../../ui/time";
import { countryName } from "../../trade/countries";
import { useListTitles } from "./list-titles";

function numbered({ type = "other", value }: { type?: keyof typeof t.screening.numbers; value: string }) {
  return `${t.screening.numbers[type]} ${value}`;
}

/** Who was screened, by whom, and against what. */
export function SubjectFacts({ screening }: { screening: Screening }) {
  const { subject, reference, lists, created_by, created_at, screened_at } = screening;
  const nameOf = usePeople();
  const titleOf = useListTitles();
  const listName = (each: string) => {
    const [list = each, version = ""] = each.split("/");
    return t.screening.listVersion(titleOf(list), version);
  };
  const facts = [
    [t.screening.kind, subject.kind ? t.screening.kinds[subject.kind] : ""],
    [t.screening.country, subject.country ? countryName(subject.country) : ""],
    [t.screening.birth, subject.birth_date ?? ""],
    [t.screening.number, (subject.identifiers ?? []).map((each) => numbered(each)).join(", ")],
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
      {Date.parse(screened_at) - Date.parse(created_at) < 1_000 ? null : (
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
