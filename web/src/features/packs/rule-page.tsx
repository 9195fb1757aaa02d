import { useQuery } from "@tanstack/react-query";
import { Link, useLocation, useParams } from "react-router";
import { call } from "../../api/call";
import { allows, useMe } from "../../api/me";
import type { Rule } from "../../api/routes";
import { t } from "../../texts";
import { Loaded } from "../../ui/list";
import { Page } from "../../ui/page";
import { today } from "../../ui/dates";
import { vocabularyQuery } from "../../trade/queries";
import { RuleEditor } from "./rule-editor";
import { packQuery } from "./queries";
import "../../trade/trade.css";
import "./packs.css";

const NEW = "new";

/** One rule of a version: as a form while it is a draft, to be read afterwards. */
export default function RulePage() {
  const { id = "", rule: ruleId = "" } = useParams();
  const me = useMe();
  const pack = useQuery(packQuery(id));
  const vocabulary = useQuery(vocabularyQuery);
  const justMade = useLocation().state === "made";
  const read = useQuery({
    queryKey: ["pack", id, "rule", ruleId],
    queryFn: () => readTogether(id, ruleId),
    // Read anew by whoever comes, and never under the hands of whoever edits.
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
  });
  const lead = pack.data ? (
    <>
      <Link to={`/packs/${id}`}>{pack.data.title}</Link> ·{" "}
      {t.packs.version(pack.data.name, pack.data.version)} · {t.packs.states[pack.data.state]}
    </>
  ) : null;
  return (
    <Page title={read.data?.rule.title || t.packs.newRule} lead={lead}>
      <Loaded query={read} rows={6}>
        {({ rule, revision }) => (
          <Loaded query={pack}>
            {(version) => (
              <Loaded query={vocabulary}>
                {(words) => (
                  <RuleEditor
                    key={`${id}/${ruleId}`}
                    stored={rule}
                    revision={revision}
                    pack={version}
                    words={{ vocabulary: words, documents: version.documents }}
                    editable={version.state === "draft" && allows(me.data?.scopes ?? [], "rule:write")}
                    justMade={justMade}
                  />
                )}
              </Loaded>
            )}
          </Loaded>
        )}
      </Loaded>
    </Page>
  );
}

/** The rule, and a revision of the draft that is no newer: else somebody's edit between would be lost. */
async function readTogether(id: string, rule_id: string): Promise<{ rule: Rule; revision: number }> {
  const { revision } = await call("GET /api/packs/{id}", { path: { id } });
  if (rule_id === NEW) return { revision, rule: fresh() };
  return { revision, rule: await call("GET /api/packs/{id}/rules/{rule_id}", { path: { id, rule_id } }) };
}

function fresh(): Rule {
  return {
    id: "",
    title: "",
    severity: "document",
    authority: "",
    citation: { law: "", checked_on: today() },
    confidence: "known",
  };
}
