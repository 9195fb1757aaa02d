import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import { call } from "../../../api/call";
import { allOf } from "../../../api/pages";
import type { Rule } from "../../../api/routes";
import { t } from "../../../texts";
import { Button } from "../../../ui/button";
import { Search } from "../../../ui/inputs";
import { Loaded, Row } from "../../../ui/list";

const SHOWN = 12;

/** The rules of a version: the first of them, those that words find, or all. */
export function RuleList({ id }: { id: string }) {
  const query = useQuery({
    queryKey: ["pack", id, "rules"],
    queryFn: () =>
      allOf((from) => call("GET /api/packs/{id}/rules", { path: { id }, query: { ...from, limit: 200 } })),
  });
  return (
    <Loaded query={query}>
      {(rules) =>
        rules.length ? <Found id={id} rules={rules} /> : <p className="quiet">{t.packs.noRules}</p>
      }
    </Loaded>
  );
}

function Found({ id, rules }: { id: string; rules: readonly Rule[] }) {
  const [words, setWords] = useState("");
  const [all, setAll] = useState(false);
  const fitting = rules.filter((rule) => fits(rule, words));
  const shown = all || words ? fitting : fitting.slice(0, SHOWN);
  return (
    <div className="part">
      {rules.length > SHOWN ? <Search label={t.packs.findRule} value={words} change={setWords} /> : null}
      {shown.length ? (
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
        <p className="quiet">{t.packs.noRuleFits}</p>
      )}
      {shown.length < fitting.length ? (
        <div className="actions">
          <Button onClick={() => setAll(true)}>{t.packs.allRules(rules.length)}</Button>
        </div>
      ) : null}
    </div>
  );
}

function fits({ id, title, summary = "" }: Rule, words: string): boolean {
  const text = `${id} ${title} ${summary}`.toLowerCase();
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
