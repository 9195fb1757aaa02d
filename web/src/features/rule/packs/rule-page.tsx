import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "react-router";
import { call } from "../../../api/call";
import { allows, useMe } from "../../../api/me";
import type { Rule } from "../../../api/routes";
import { t } from "../../../texts";
import { Loaded } from "../../../ui/list";
import { Page } from "../../../ui/page";
import { today } from "../places";
import { vocabularyQuery } from "../queries";
import { RuleEditor } from "./rule-editor";
import { packQuery } from "./queries";
import "../check/check.css";
import "./packs.css";

const NEW = "new";

/** One rule of a version: as a form while it is a draft, to be read afterwards. */
export default function RulePage() {
  const { id = "", rule: ruleId = "" } = useParams();
  const me = useMe();
  const pack = useQuery(packQuery(id));
  const vocabulary = useQuery(vocabularyQuery);
  const rule = useQuery({
    queryKey: ["pack", id, "rule", ruleId],
    queryFn: () =>
      ruleId === NEW
        ? Promise.resolve(fresh())
        : call("GET /api/packs/{id}/rules/{rule_id}", { path: { id, rule_id: ruleId } }),
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
    <Page title={rule.data?.title || t.packs.newRule} lead={lead}>
      <Loaded query={rule} rows={6}>
        {(found) => (
          <Loaded query={pack}>
            {(version) => (
              <Loaded query={vocabulary}>
                {(words) => (
                  <RuleEditor
                    key={`${id}/${ruleId}`}
                    stored={found}
                    pack={version}
                    words={{ vocabulary: words, documents: version.documents }}
                    editable={version.state === "draft" && allows(me.data?.scopes ?? [], "rule:write")}
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
