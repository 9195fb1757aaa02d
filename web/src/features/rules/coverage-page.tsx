import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import type { MarketCoverage } from "../../api/routes";
import { t } from "../../texts";
import { Empty, Loaded } from "../../ui/list";
import { Page } from "../../ui/page";
import { hasOwnRules, marketName, richestFirst } from "../../trade/markets";
import { coverageQuery, vocabularyQuery } from "../../trade/queries";
import "./rules.css";

const SIGNS = { complete: "●", partial: "◐", none: "·" } as const;
const ALL = Object.keys(t.chapters).sort();

/** Where rules were written, and, as plainly, where none were. */
export default function CoveragePage() {
  const coverage = useQuery(coverageQuery);
  return (
    <Page title={t.coverage.title} lead={t.coverage.lead}>
      <Loaded query={coverage} rows={6}>
        {({ items }) =>
          items.length ? (
            <>
              <div className="map-of">
                <Legend />
                <Table items={richestFirst(items.filter((each) => !unionOf(each, items)))} />
              </div>
              {items
                .filter((each) => members(each, items).length)
                .map((union) => (
                  <p key={union.market} className="quiet">
                    {t.coverage.union(
                      union.title,
                      members(union, items).map((each) => marketName(each)),
                    )}
                  </p>
                ))}
            </>
          ) : (
            <Empty {...t.coverage.empty} />
          )
        }
      </Loaded>
    </Page>
  );
}

function Table({ items }: { items: readonly MarketCoverage[] }) {
  const domains = useQuery(vocabularyQuery).data?.domains ?? [];
  return (
    <div className="coverage" role="region" aria-label={t.coverage.title} tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">{t.coverage.market}</th>
            {items.map(({ market, title }) => (
              <th key={market} scope="col">
                {market}
                <small>{marketName({ market, title })}</small>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <tr className="group">
            <th scope="colgroup" colSpan={items.length + 1}>
              {t.coverage.fields}
            </th>
          </tr>
          {domains.map(({ id, title }) => (
            <tr key={id} className="domain">
              <th scope="row">{title}</th>
              {items.map(({ market, domains: told }) => (
                <Level key={market} level={levelOf(told, id)} />
              ))}
            </tr>
          ))}
          <tr className="group">
            <th scope="colgroup" colSpan={items.length + 1}>
              {t.coverage.chapters}
            </th>
          </tr>
          <tr className="general">
            <th scope="row">{t.coverage.general}</th>
            {items.map(({ market, title, general }) => (
              <Cell
                key={market}
                count={general}
                market={market}
                name={marketName({ market, title })}
                chapter=""
              />
            ))}
          </tr>
          {ALL.map((chapter) => (
            <tr key={chapter}>
              <th scope="row">
                <span className="mono">{chapter}</span> {t.chapters[chapter]}
              </th>
              {items.map(({ market, title, chapters: counts }) => (
                <Cell
                  key={market}
                  count={counts.find((each) => each.chapter === chapter)?.rules ?? 0}
                  market={market}
                  name={marketName({ market, title })}
                  chapter={chapter}
                />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The union whose rules are all that this country has: then one column stands for both. */
function unionOf(country: MarketCoverage, items: readonly MarketCoverage[]): MarketCoverage | undefined {
  if (hasOwnRules(country)) return undefined;
  const same = (each: MarketCoverage) =>
    hasOwnRules(each) &&
    each.rules_of.length === country.rules_of.length &&
    each.rules_of.every((name) => country.rules_of.includes(name));
  return items.find(same);
}

function members(union: MarketCoverage, items: readonly MarketCoverage[]): MarketCoverage[] {
  return items.filter((each) => unionOf(each, items) === union);
}

/** Above the map, so that it is read before a number is. */
function Legend() {
  return (
    <div className="legend-of">
      <dl aria-label={t.coverage.legend}>
        {(["hole", "few", "some", "deep"] as const).map((depth) => (
          <div key={depth}>
            <dt className={depth} aria-hidden="true">
              {depth === "hole" ? "·" : null}
            </dt>
            <dd>{t.coverage.depths[depth]}</dd>
          </div>
        ))}
        {(["complete", "partial"] as const).map((level) => (
          <div key={level}>
            <dt aria-hidden="true">{SIGNS[level]}</dt>
            <dd>{t.domains[level]}</dd>
          </div>
        ))}
      </dl>
      <p className="quiet small">{t.coverage.holes}</p>
      <p className="sideways">{t.coverage.sideways}</p>
    </div>
  );
}

function levelOf(told: MarketCoverage["domains"], domain: string): "complete" | "partial" | "none" {
  if (told.complete?.includes(domain)) return "complete";
  return told.partial?.includes(domain) ? "partial" : "none";
}

/** How far a field of law is covered: as a sign for the eye, in words for everybody. */
function Level({ level }: { level: "complete" | "partial" | "none" }) {
  return (
    <td className={level === "none" ? "hole" : ""}>
      <span aria-hidden="true">{SIGNS[level]}</span>
      <span className="offscreen">{t.domains[level]}</span>
    </td>
  );
}

function Cell({
  count,
  market,
  name,
  chapter,
}: {
  count: number;
  market: string;
  name: string;
  chapter: string;
}) {
  if (!count)
    return (
      <td className="hole">
        <span aria-hidden="true">·</span>
        <span className="offscreen">{t.coverage.none}</span>
      </td>
    );
  const depth = count > 7 ? "deep" : count > 2 ? "some" : "few";
  return (
    <td className={depth}>
      <Link
        to={`/rules?market=${market}${chapter ? `&code=${chapter}` : ""}`}
        aria-label={t.coverage.count(count, name, chapter)}
      >
        {count}
      </Link>
    </td>
  );
}
