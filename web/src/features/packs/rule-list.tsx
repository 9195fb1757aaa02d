import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import { call } from "../../api/call";
import type { Rule } from "../../api/routes";
import { t } from "../../texts";
import { Button } from "../../ui/button";
import { Search } from "../../ui/inputs";
import { Loaded, Row } from "../../ui/list";

/** How many are shown before somebody searches, or asks for all. */
const MANY = 12;
const MOST = 2_000;

/** The rules of a version, each leading to its form. */
export function RuleList({ id }: { id: string }) {
  const [asked, setAsked] = useState("");
  const [all, setAll] = useState(false);
  const query = useQuery({ queryKey: ["pack", id, "rules"], queryFn: () => rulesOf(id) });
  return (
    <Loaded query={query}>
      {(rules) => {
        const found = rules.filter((rule) => fits(rule, asked));
        const shown = all || asked ? found : found.slice(0, MANY);
        return (
          <>
            {rules.length > MANY ? <Search label={t.packs.findRule} value={asked} change={setAsked} /> : null}
            {found.length ? (
              <ul className="rows">
                {shown.map((rule) => (
                  <Row
                    key={rule.id}
                    name={<Link to={`/packs/${id}/rules/${rule.id}`}>{rule.title}</Link>}
                    about={`${t.severity.names[rule.severity]} · ${rule.id}`}
                  />
                ))}
              </ul>
            ) : (
              <p className="quiet">{asked ? t.packs.noRuleFits : t.packs.noRules}</p>
            )}
            {shown.length < found.length ? (
              <div className="more">
                <Button onClick={() => setAll(true)}>{t.packs.allRules(found.length)}</Button>
              </div>
            ) : null}
          </>
        );
      }}
    </Loaded>
  );
}

function fits({ id, title, summary, severity }: Rule, asked: string): boolean {
  const said = `${id} ${title} ${summary ?? ""} ${t.severity.names[severity]}`.toLowerCase();
  return asked
    .toLowerCase()
    .split(/\s+/)
    .every((word) => said.includes(word));
}

async function rulesOf(id: string): Promise<Rule[]> {
  const items: Rule[] = [];
  let cursor: string | null | undefined;
  do {
    const page = await call("GET /api/packs/{id}/rules", {
      path: { id },
      query: { limit: 200, ...(cursor ? { cursor } : {}) },
    });
    items.push(...page.items);
    cursor = page.next;
  } while (cursor && items.length < MOST);
  return items;
}
