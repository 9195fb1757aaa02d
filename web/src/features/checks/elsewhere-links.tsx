import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import type { ProductFacts } from "../../api/routes";
import { t } from "../../texts";
import { elsewhere } from "../../trade/markets";
import { countryName } from "../../trade/countries";
import { coverageQuery } from "../../trade/queries";
import { write } from "./facts";
import { unlessElsewhere } from "./product";

/** The same product to another market, with one click. */
export function ElsewhereLinks({ facts }: { facts: ProductFacts }) {
  const coverage = useQuery(coverageQuery);
  const found = elsewhere(coverage.data?.items ?? [], facts.origin, facts.destination);
  if (!found.length) return null;
  return (
    <p className="elsewhere screen-only">
      <span className="quiet">{t.check.elsewhere}</span>
      {found.map(({ country, union }) => {
        const market = union ? t.check.byWayOf(union, countryName(country)) : countryName(country);
        return (
          <Link
            key={country}
            to={`/check?facts=${encodeURIComponent(write(unlessElsewhere(facts, { ...facts, destination: country })))}`}
            aria-label={t.check.elsewhereNamed(market)}
          >
            {market}
          </Link>
        );
      })}
    </p>
  );
}
