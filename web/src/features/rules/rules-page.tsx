import { useQuery } from "@tanstack/react-query";
import { useSearchParams } from "react-router";
import { t } from "../../texts";
import { Choice } from "../../ui/form";
import { Pick, Search } from "../../ui/inputs";
import { List } from "../../ui/list";
import { Page } from "../../ui/page";
import { marketOptions } from "../../trade/markets";
import { codeQuery, coverageQuery, vocabularyQuery } from "../../trade/queries";
import { RuleEntry } from "./rule-entry";
import "../../trade/trade.css";
import "./rules.css";

const SEVERITIES = [
  "prohibited",
  "restricted",
  "test",
  "document",
  "registration",
  "label",
  "duty",
  "information",
] as const;

/** What is asked where, and of what: by market, chapter, heading, kind and words. */
export default function RulesPage() {
  const [search, setSearch] = useSearchParams();
  const narrow = (changes: Record<string, string>) => {
    const next = new URLSearchParams(search);
    for (const [name, value] of Object.entries(changes)) value ? next.set(name, value) : next.delete(name);
    setSearch(next, { replace: true });
  };
  const said = (name: string) => search.get(name) ?? "";
  const severity = SEVERITIES.find((each) => each === said("severity"));
  const code = /^[0-9]{2,10}$/.test(said("code")) ? said("code") : "";
  const narrowed = {
    ...(/^[A-Z]{2,8}$/.test(said("market")) ? { market: said("market") } : {}),
    ...(code ? { hs_code: code } : {}),
    ...(severity ? { severity } : {}),
    ...(said("q") ? { q: said("q") } : {}),
    ...(said("stale") ? { stale: true } : {}),
  };
  return (
    <Page title={t.rules.title} lead={t.rules.lead}>
      <div className="filter-grid">
        <Market chosen={said("market")} choose={(market) => narrow({ market })} />
        <Product code={code} choose={(next) => narrow({ code: next })} />
        <Pick
          name="severity"
          label={t.rules.severity}
          value={severity ?? ""}
          onChange={({ target }) => narrow({ severity: target.value })}
          options={[
            { value: "", text: t.rules.any },
            ...SEVERITIES.map((value) => ({ value, text: t.severity.names[value] })),
          ]}
        />
        <Search label={t.rules.search} value={said("q")} change={(q) => narrow({ q })} />
        <Choice
          label={t.rules.stale}
          hint={t.rules.staleHint}
          checked={Boolean(narrowed.stale)}
          onChange={({ target }) => narrow({ stale: target.checked ? "1" : "" })}
        />
      </div>
      <div>
        <List
          name="GET /api/rules"
          narrowed={{ ...narrowed, order: "gravity" }}
          empty={narrowed.stale ? t.rules.noneStale : t.rules.empty}
        >
          {(view) => <RuleEntry key={view.rule.id} view={view} />}
        </List>
      </div>
    </Page>
  );
}

/** Markets that rules name come first; any other country has at least the rules for anywhere. */
function Market({ chosen, choose }: { chosen: string; choose: (market: string) => void }) {
  const coverage = useQuery(coverageQuery);
  const vocabulary = useQuery(vocabularyQuery);
  return (
    <Pick
      name="market"
      label={t.rules.market}
      value={chosen}
      onChange={({ target }) => choose(target.value)}
      options={[
        { value: "", text: t.rules.anyMarket },
        ...marketOptions(coverage.data?.items ?? [], vocabulary.data?.countries ?? []),
      ]}
    />
  );
}

/** A chapter, then one of its headings. */
function Product({ code, choose }: { code: string; choose: (code: string) => void }) {
  const chapter = code.slice(0, 2);
  const found = useQuery({ ...codeQuery(chapter), enabled: Boolean(chapter) });
  const headings = found.data?.children ?? [];
  return (
    <>
      <Pick
        name="chapter"
        label={t.rules.chapter}
        value={chapter}
        onChange={({ target }) => choose(target.value)}
        options={[
          { value: "", text: t.rules.anyChapter },
          ...Object.entries(t.chapters)
            .sort()
            .map(([value, title]) => ({ value, text: `${value} ${title}` })),
        ]}
      />
      {chapter ? (
        <Pick
          name="heading"
          label={t.rules.heading}
          value={code.slice(0, 4)}
          onChange={({ target }) => choose(target.value)}
          options={[
            { value: chapter, text: t.rules.anyHeading },
            ...headings.map((each) => ({ value: each.code, text: `${each.code} ${each.title}` })),
          ]}
        />
      ) : null}
    </>
  );
}
