import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import { call } from "../../../api/call";
import type { Rule } from "../../../api/routes";
import { t } from "../../../texts";
import { Search } from "../../../ui/inputs";
import { Loaded, Row } from "../../../ui/list";

/** From how many rules on somebody has to search. */
const MANY = 12;
const MOST = 2_000;

/** The rules of a version, each leading to its form. */
export function RuleList({ id }: { id: string }) {
  const [asked, setAsked] = useState("");
  const query = useQuery({ queryKey: ["pack", id, "rules"], queryFn: () => rulesOf(id) });
  return (
    <Loaded query={query}>
      {(rules) => {
        const found = rules.filter((rule) => fits(rule, asked));
        return (
          <>
            {rules.length >= MANY ? (
              <Search label={t.packs.findRule} value={asked} change={setAsked} />
            ) : null}
            {found.length ? (
              <ul className="rows">
                {found.map((rule) => (
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
