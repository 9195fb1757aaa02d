import type { LandedCost } from "../../api/routes";
import { t } from "../../texts";
import { Section } from "../../ui/page";
import { Explained } from "../../trade/explained";

/** What the rules charge; sums only within a currency. */
export function Charges({ cost: { charges, totals, complete, missing = [] } }: { cost: LandedCost }) {
  if (!charges.length && !missing.length) return null;
  const bases: Readonly<Record<string, string>> = t.answer.bases;
  return (
    <Section title={t.answer.charges} about={t.answer.chargesAbout}>
      <dl className="facts">
        {charges.map((each, index) => (
          <div className="fact" key={`${each.rule}${index}`}>
            <dt>
              <Explained text={each.title} />
            </dt>
            <dd>
              {rateOf(each.rate, each.amount_each, each.currency)} {bases[each.basis] ?? each.basis}
              {each.comes_to ? ` = ${each.comes_to} ${each.currency ?? ""}` : ""}
              {each.open ? <span className="quiet"> · {each.open}</span> : null}
            </dd>
          </div>
        ))}
        {totals.map(({ currency, amount }) => (
          <div className="fact" key={currency}>
            <dt>{complete ? t.answer.total : t.answer.totalSoFar}</dt>
            <dd>
              <strong>
                {amount} {currency}
              </strong>
            </dd>
          </div>
        ))}
      </dl>
      {missing.length ? (
        <>
          <p className="quiet">{t.answer.chargesMissing}</p>
          <ul className="quiet">
            {missing.map((each) => (
              <li key={each}>
                <Explained text={each} />
              </li>
            ))}
          </ul>
        </>
      ) : null}
    </Section>
  );
}

function rateOf(rate?: number | null, amount?: number | null, currency = ""): string {
  if (rate !== undefined && rate !== null) return `${rate} %`;
  return amount === undefined || amount === null ? "" : `${amount} ${currency}`;
}
