import { useQuery } from "@tanstack/react-query";
import { Link, useSearchParams } from "react-router";
import type { CheckRow } from "../../api/routes";
import { t } from "../../texts";
import { Pick } from "../../ui/inputs";
import { List } from "../../ui/list";
import { Page } from "../../ui/page";
import { Time } from "../../ui/time";
import { countryOptions } from "../../trade/markets";
import { countryName } from "../../trade/countries";
import { coverageQuery, vocabularyQuery } from "../../trade/queries";
import "../../trade/trade.css";
import "./checks.css";

const VERDICTS = ["prohibited", "requirements", "unknown", "not_covered", "clear"] as const;

/** Every check that somebody of the organisation kept. */
export default function ChecksPage() {
  const [search, setSearch] = useSearchParams();
  const vocabulary = useQuery(vocabularyQuery);
  const coverage = useQuery(coverageQuery);
  const verdict = VERDICTS.find((each) => each === search.get("verdict"));
  const destination = search.get("destination") ?? undefined;
  const narrow = (name: string, value: string) => {
    const next = new URLSearchParams(search);
    if (value) next.set(name, value);
    else next.delete(name);
    setSearch(next, { replace: true });
  };
  const newCheck = (
    <Link className="button primary" to="/check">
      {t.check.title}
    </Link>
  );
  return (
    <Page title={t.checks.title} lead={t.checks.lead} action={newCheck}>
      <div className="filter-grid">
        <Pick
          name="verdict"
          label={t.checks.verdict}
          value={verdict ?? ""}
          onChange={({ target }) => narrow("verdict", target.value)}
          options={[
            { value: "", text: t.checks.all },
            ...VERDICTS.map((value) => ({ value, text: t.verdicts[value] })),
          ]}
        />
        <Pick
          name="destination"
          label={t.checks.destination}
          value={destination ?? ""}
          onChange={({ target }) => narrow("destination", target.value)}
          options={[
            { value: "", text: t.checks.anywhere },
            ...countryOptions(coverage.data?.items ?? [], vocabulary.data?.countries ?? []),
          ]}
        />
      </div>
      <div>
        <List
          name="GET /api/checks"
          narrowed={{ ...(verdict ? { verdict } : {}), ...(destination ? { destination } : {}) }}
          empty={{ ...t.checks.empty, action: newCheck }}
        >
          {(each) => <CheckEntry key={each.id} row={each} />}
        </List>
      </div>
    </Page>
  );
}

function CheckEntry({
  row: { id, checked_at, verdict, hs_code, origin, destination, description, done, todo },
}: {
  row: CheckRow;
}) {
  const bad =
    verdict === "prohibited" ? "bad" : verdict === "clear" || verdict === "requirements" ? "" : "grey";
  return (
    <li>
      <Link className="row opens" to={`/checks/${id}`}>
        <div className="what">
          <div className="name">
            {description || t.check.hs(hs_code)}
            <span className={`badge ${bad}`}>{t.verdicts[verdict]}</span>
            {done || todo ? (
              <span className={done && done === todo ? "badge" : "badge grey"}>
                {t.checks.doneOf(done, todo)}
              </span>
            ) : null}
          </div>
          <div className="about">
            {t.check.fromTo(countryName(origin), countryName(destination))}
            {hs_code ? ` · ${t.check.hs(hs_code)}` : ""} · <Time at={checked_at} />
          </div>
        </div>
      </Link>
    </li>
  );
}
