import { useQuery } from "@tanstack/react-query";
import type { Check } from "../../api/routes";
import { t } from "../../texts";
import { countryName } from "../../trade/countries";
import { domainTitle, whomToAsk } from "../../trade/domains";
import { vocabularyQuery } from "../../trade/queries";
import { isWhole } from "./verdict";

/** What the answer leaves out: said at once, with whom to ask. */
export function DomainsAsked({ check: { coverage, facts } }: { check: Check }) {
  const words = useQuery(vocabularyQuery).data;
  if (!coverage.domains || isWhole(coverage)) return null;
  const { complete = [], partial = [], none = [] } = coverage.domains;
  const { partial: leavingPartly = [], none: leavingNone = [] } = coverage.leaving ?? {};
  const title = (id: string) => domainTitle(id, words);
  const leaving = [...leavingPartly, ...leavingNone];
  return (
    <>
      {none.length ? (
        <p>
          <strong>{t.domains.notLookedAt}</strong> {none.map(title).join("; ")}.
        </p>
      ) : null}
      <details className="looked-at">
        <summary>{t.domains.lookedAt(complete.length, partial.length, none.length)}</summary>
        <dl className="facts">
          <Some name={t.domains.complete} said={complete.map(title)} />
          <Some name={t.domains.partial} said={partial.map((id) => asked(title(id), whomToAsk(id, words)))} />
          <Some name={t.domains.none} said={none.map((id) => asked(title(id), whomToAsk(id, words)))} />
          <Some
            name={t.domains.leaving(countryName(facts.origin))}
            said={leaving.map((id) => asked(title(id), whomToAsk(id, words)))}
          />
        </dl>
      </details>
    </>
  );
}

function asked(title: string, whom: string): string {
  return whom ? t.domains.ask(title, whom) : title;
}

function Some({ name, said }: { name: string; said: readonly string[] }) {
  if (!said.length) return null;
  return (
    <div className="fact">
      <dt>{name}</dt>
      <dd>
        <ul>
          {said.map((each) => (
            <li key={each}>{each}</li>
          ))}
        </ul>
      </dd>
    </div>
  );
}
