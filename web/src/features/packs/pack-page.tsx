import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "react-router";
import { answerTo, call } from "../../api/call";
import { allows, useMe } from "../../api/me";
import { usePeople } from "../../api/people";
import type { PackView } from "../../api/routes";
import { t } from "../../texts";
import { Button } from "../../ui/button";
import { Confirmed } from "../../ui/dialog";
import { Loaded, Row } from "../../ui/list";
import { Notice } from "../../ui/notice";
import { Page, Section } from "../../ui/page";
import { Time } from "../../ui/time";
import { Changes, Consequences } from "./changes";
import { DocumentsForm } from "./documents-form";
import { FlawList } from "./flaw-list";
import { isOutdated, Outdated } from "./outdated";
import { canaryQuery, diffQuery, flawsQuery, packQuery } from "./queries";
import { RuleList } from "./rule-list";
import { Steps } from "./steps";
import { Versions } from "./versions";
import "../../trade/trade.css";
import "./packs.css";

/** A version of a pack: what it changes, what that would do, its rules, and its way to being active. */
export default function PackPage() {
  const { id = "" } = useParams();
  const pack = useQuery(packQuery(id));
  const title = pack.data ? pack.data.title : t.packs.one;
  const lead = pack.data ? (
    <>
      {t.packs.version(pack.data.name, pack.data.version)} · {t.packs.states[pack.data.state]}:{" "}
      {t.packs.stateAbout[pack.data.state]}
    </>
  ) : null;
  return (
    <Page title={title} lead={lead}>
      <Loaded query={pack} rows={5}>
        {(found) => <Version pack={found} />}
      </Loaded>
    </Page>
  );
}

function Version({ pack }: { pack: PackView }) {
  const me = useMe();
  const nameOf = usePeople();
  const scopes = me.data?.scopes ?? [];
  const { id, revision, state } = pack;
  const writes = allows(scopes, "rule:write");
  const editing = state === "draft" && writes;
  const pending = state === "draft" || state === "submitted" || state === "approved";
  const flaws = useQuery({ ...flawsQuery(id, revision), enabled: pending });
  const outdated = isOutdated(pack);
  const steps = (
    <Steps pack={pack} me={me.data} flawed={Boolean(flaws.data?.flaws.length)} outdated={outdated} />
  );
  return (
    <>
      {outdated ? <Outdated pack={pack} editing={editing} /> : null}
      {state === "retired" ? null : steps}
      {state === "active" ? null : <Effects pack={pack} writes={writes} />}
      {state === "retired" ? steps : null}
      {pending ? (
        <Section title={t.packs.soundness} about={t.packs.soundnessAbout}>
          <Loaded query={flaws}>
            {({ flaws: found, tests }) =>
              found.length ? <FlawList flaws={found} pack={id} /> : <Notice>{t.packs.sound(tests)}</Notice>
            }
          </Loaded>
        </Section>
      ) : null}
      <Versions pack={pack} />
      <Section title={t.packs.rules} about={t.packs.rulesAbout(pack.rules)}>
        {editing ? (
          <Link className="button" to={`/packs/${id}/rules/new`}>
            {t.packs.newRule}
          </Link>
        ) : null}
        <div className="whole rule-list">
          <RuleList id={id} />
        </div>
      </Section>
      <DocumentsForm pack={pack} editing={editing} />
      <Section title={t.packs.life} about={t.packs.lifeAbout}>
        <ol className="rows whole">
          {pack.steps.map((each, index) => (
            <Row
              key={String(index)}
              name={t.packs.actions[each.action]}
              about={
                <>
                  {nameOf(each.actor) || each.actor} · <Time at={each.at} /> · {each.reason}
                </>
              }
            />
          ))}
        </ol>
        <Files pack={pack} />
        {editing ? <ThrowAway pack={pack} /> : null}
      </Section>
    </>
  );
}

/** What would be different if this version were active, in its rules and in answers. */
function Effects({ pack: { id, state, revision, active }, writes }: { pack: PackView; writes: boolean }) {
  const diff = useQuery({ ...diffQuery(id, revision, active), enabled: Boolean(active) });
  const canary = useQuery({ ...canaryQuery(id, revision, active), enabled: writes });
  return (
    <>
      <Section title={state === "retired" ? t.packs.diffOfRetired : t.packs.diff} about={t.packs.diffAbout}>
        {active ? (
          <Loaded query={diff}>{(found) => <Changes diff={found} pack={id} />}</Loaded>
        ) : (
          <p className="quiet">{t.packs.noneActive}</p>
        )}
      </Section>
      {writes ? (
        <Section title={t.packs.consequences} about={t.packs.consequencesAbout}>
          <Loaded query={canary}>{(found) => <Consequences canary={found} />}</Loaded>
        </Section>
      ) : null}
    </>
  );
}

function Files({ pack: { id, name, version } }: { pack: PackView }) {
  const take = async (kind: "yaml" | "csv") => {
    const answer = await answerTo("GET /api/packs/{id}/file", {
      path: { id },
      query: { kind },
      accept: "*/*",
    });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(await answer.blob());
    link.download = `${name}-${version}.${kind}`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  };
  return (
    <div className="actions">
      <Button onClick={() => void take("yaml")}>{t.packs.export("YAML")}</Button>
      <Button onClick={() => void take("csv")}>{t.packs.export("CSV")}</Button>
    </div>
  );
}

function ThrowAway({ pack: { id, title } }: { pack: PackView }) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const remove = async () => {
    await call("DELETE /api/packs/{id}", { path: { id } });
    queries.removeQueries({ queryKey: ["pack", id] });
    await navigate("/packs");
  };
  return (
    <Confirmed
      label={t.packs.throwAway}
      title={t.packs.throwAwayTitle(title)}
      about={t.packs.throwAwayAbout}
      confirm={t.packs.throwAway}
      perform={remove}
    />
  );
}
